// Early stopping, the best epoch, convergence; a rate that diverges, in a loop as people write it.
#include "glassgrad/optim/stopping.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "glassgrad/engine/tape.hpp"
#include "glassgrad/ops/ops.hpp"
#include "glassgrad/optim/optim.hpp"
#include "support/error_of.hpp"

namespace glassgrad {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

TEST(Stopping, WaitsAsLongAsItsPatience) {
  Stopping stopping({.patience = 2});
  EXPECT_TRUE(stopping.after_epoch(1, 5));
  EXPECT_TRUE(stopping.after_epoch(1, 3));
  EXPECT_FALSE(stopping.after_epoch(1, 3));  // as low is not lower
  EXPECT_EQ(stopping.stop(), Stop::no);
  EXPECT_EQ(stopping.reason(), "");
  EXPECT_FALSE(stopping.after_epoch(1, nan));
  EXPECT_EQ(stopping.stop(), Stop::patience);
  EXPECT_EQ(stopping.reason(), "the validation loss is not below that of epoch 2 for 2 epochs");
  EXPECT_EQ(stopping.best_epoch(), 2);
  EXPECT_EQ(stopping.best(), 3);
}

TEST(Stopping, WhenTheLossNoLongerChanges) {
  Stopping stopping({.tolerance = 0.125});
  for (const double loss : {4.0, 3.0, 3.5}) stopping.after_epoch(loss, loss);
  EXPECT_EQ(stopping.stop(), Stop::no);
  stopping.after_epoch(3.375, 3.375);
  EXPECT_EQ(stopping.stop(), Stop::tolerance);
  EXPECT_EQ(stopping.reason(), "the loss changed by 0.125 in the last epoch");
}

TEST(Stopping, WhenTheGradientVanishes) {
  Stopping stopping({.gradient_tolerance = 1e-3});
  stopping.after_epoch(1, 1);
  stopping.after_epoch(1, 1, 2e-3);
  EXPECT_EQ(stopping.stop(), Stop::no);
  stopping.after_epoch(1, 1, 5e-4);
  EXPECT_EQ(stopping.stop(), Stop::gradient);
  EXPECT_EQ(stopping.reason(), "the gradient's norm is 0.0005");
}

TEST(Stopping, NeverUnlessAsked) {
  Stopping stopping;
  for (int epoch = 0; epoch < 100; ++epoch) stopping.after_epoch(1, 1, 0);
  EXPECT_EQ(stopping.stop(), Stop::no);
  EXPECT_EQ(error_of([] { Stopping({.patience = -1}); }),
            "[stopping] patience is -1, outside 0 to 9223372036854775807. Use one in that range.");
  EXPECT_EQ(error_of([] { Stopping({.tolerance = nan}); }),
            "[stopping] tolerance is nan. Give a finite number of at least 0.");
}

// Told the epochs of before once more, it stands where it stood.
TEST(Stopping, IsAFunctionOfItsEpochs) {
  const double losses[] = {5, 4, 4.5, 4.25, 3.9, 4, 4.1, 4.2};
  Stopping whole({.patience = 3}), resumed({.patience = 3});
  for (const double loss : losses) whole.after_epoch(loss, loss);
  for (const double loss : std::span(losses).first(5)) resumed.after_epoch(loss, loss);
  EXPECT_EQ(resumed.stop(), Stop::no);
  for (const double loss : std::span(losses).subspan(5)) resumed.after_epoch(loss, loss);
  EXPECT_EQ(resumed.reason(), whole.reason());
  EXPECT_EQ(resumed.best_epoch(), 5);
}

TEST(Kept, TheBestParametersComeBack) {
  Parameter<double> w("w", {1, 2}), b("b", 3.0);
  Kept<double> best({&w, &b});
  w.assign({4, 5});
  best.keep();
  w.assign({7, 8}), b.assign(9.0);
  best.restore();
  EXPECT_EQ(w.value()[0], 4);
  EXPECT_EQ(w.value()[1], 5);
  EXPECT_EQ(b.item(), 3);
}

// theta^2 from -4 with rate 1.5, as on the slides, and with rates that reach infinity and NaN.
std::string descend(double rate, double& theta_in_the_end, double start = -4) {
  Parameter<double> theta("theta", start);
  Kept<double> good({&theta});
  GradientDescent<double> descent(rate);
  Tape<double> tape;
  const std::string said = error_of([&] {
    for (int step = 0; step < 100; ++step) {
      tape.clear();
      const Node<double> cost = square(tape(theta));
      throw_if_diverged(cost.item(), 16, good);
      tape.backward(cost);
      tape.add_to_parameters();
      descent.step(theta);
    }
  });
  theta_in_the_end = theta.item();
  return said;
}

TEST(Diverging, IsSaidAndTheLastGoodParametersStay) {
  double theta = 0;
  EXPECT_EQ(descend(1.5, theta),
            "[train] training diverged: the loss is 1.68e+07, it was 16. "
            "Lower the rate, or clip the gradient; the parameters are the last good ones.");
  EXPECT_EQ(theta, 2048);  // -4, 8, ..., whose square is below 16 million
  EXPECT_EQ(descend(1e200, theta),
            "[train] training diverged: the loss is inf. "
            "Lower the rate, or clip the gradient; the parameters are the last good ones.");
  EXPECT_EQ(theta, -4);
  EXPECT_EQ(descend(0.1, theta), "no error");
  EXPECT_NEAR(theta, 0, 1e-8);
}

TEST(Diverging, AParameterThatIsNoNumber) {
  Parameter<double> w("w", {1, 2});
  Kept<double> good({&w});
  w.assign({1, nan});
  EXPECT_EQ(divergence(1, 1, good.parameters()), "\"w\" holds nan");
  EXPECT_EQ(error_of([&] { throw_if_diverged(1, 1, good); }),
            "[train] training diverged: \"w\" holds nan. "
            "Lower the rate, or clip the gradient; the parameters are the last good ones.");
  EXPECT_EQ(w.value()[1], 2);
}

}  // namespace
}  // namespace glassgrad
