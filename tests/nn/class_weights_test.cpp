// Weights of classes that are so large or small that their sums leave the range: the weighted mean
// of losses is right, or the weights are refused.
#include <gtest/gtest.h>

#include <cmath>

#include "glassgrad/nn/class_losses.hpp"
#include "glassgrad/ops/ops.hpp"
#include "support/error_of.hpp"

namespace glassgrad {
namespace {

// The loss and its slopes for weights of these classes; the same for weights that many times as
// large.
template <class T>
struct Costed {
  T loss;
  std::vector<T> slopes;
};
template <class T>
Costed<T> costed(const std::vector<double>& weights, double smoothing, bool of_logarithms) {
  Tape<T> tape;
  const Node<T> z =
      tape.input({{1.0, -0.5, 0.25}, {0.5, 2.0, -1.0}, {0.0, 0.75, 3.0}, {1.5, 1.0, 0.5}});
  const auto labels = tape.indices({0, 1, 1, 2});
  ClassLoss options;
  options.weights = weights, options.label_smoothing = smoothing;
  const Node<T> loss = of_logarithms ? negative_log_likelihood(log_softmax(z), labels, options)
                                     : softmax_cross_entropy(z, labels, options);
  tape.backward(loss);
  return {loss.item(), {z.upstream().begin(), z.upstream().end()}};
}
template <class T>
void expect_the_same(const std::vector<double>& usual, const std::vector<double>& far) {
  for (const double smoothing : {0.0, 0.1})
    for (const bool of_logarithms : {false, true}) {
      if (of_logarithms && smoothing != 0) continue;
      const auto wanted = costed<T>(usual, smoothing, of_logarithms),
                 got = costed<T>(far, smoothing, of_logarithms);
      EXPECT_NEAR(got.loss, wanted.loss, 4 * std::numeric_limits<T>::epsilon());
      for (std::size_t i = 0; i < wanted.slopes.size(); ++i)
        EXPECT_NEAR(got.slopes[i], wanted.slopes[i], 4 * std::numeric_limits<T>::epsilon()) << i;
    }
}
TEST(ClassWeights, MayBeOfAnySizeWhereTheMeanIsWanted) {
  expect_the_same<double>({1, 1, 1}, {5e-324, 5e-324, 5e-324});
  expect_the_same<double>({1, 2, 3}, {5e-324, 1e-323, 1.5e-323});
  expect_the_same<double>({1, 0.5, 0}, {1e308, 0.5e308, 0});
  expect_the_same<double>({1, 1.5, 1.25}, {1e308, 1.5e308, 1.25e308});
  expect_the_same<float>({1, 0.5, 0}, {1e308, 0.5e308, 0});
  expect_the_same<float>({1, 2, 3}, {5e-324, 1e-323, 1.5e-323});
  expect_the_same<float>({1, 2, 1.5}, {1e38, 2e38, 1.5e38});
  expect_the_same<float>({1, 2, 4}, {0x1p-149, 0x1p-148, 0x1p-147});
}
TEST(ClassWeights, ThatAreFarApartAreRightOrRefused) {
  // what counts is the class that is there: ln(1 + 1/e)
  Tape<double> tape;
  ClassLoss options;
  options.weights = {1e200, 1e-100};
  const auto z = tape.input({{1.0, 0.0}});
  EXPECT_DOUBLE_EQ(softmax_cross_entropy(z, tape.indices({0}), options).item(),
                   std::log1p(std::exp(-1)));
  EXPECT_DOUBLE_EQ(softmax_cross_entropy(z, tape.indices({1}), options).item(),
                   1 + std::log1p(std::exp(-1)));
  options.weights = {1e-200, 1e-200};  // and so are large losses
  EXPECT_DOUBLE_EQ(
      softmax_cross_entropy(tape.input({{1e155, 0.0}}), tape.indices({1}), options).item(), 1e155);
  options.weights = {1e308, 5e-324};
  EXPECT_EQ(error_of([&] { softmax_cross_entropy(z, tape.indices({1}), options); }),
            "[softmax_cross_entropy] the weights 5e-324 and 1e+308 are too far apart for double. "
            "Give weights that are closer to each other, or 0.");
  Tape<float> floats;
  ClassLoss moderate;
  moderate.weights = {1e30, 1e-20};
  EXPECT_FLOAT_EQ(
      softmax_cross_entropy(floats.input({{1.0, 0.0}}), floats.indices({1}), moderate).item(),
      1 + std::log1p(std::exp(-1.0f)));
  moderate.weights = {1e-30, 1e-30};
  EXPECT_FLOAT_EQ(
      softmax_cross_entropy(floats.input({{1e20, 0.0}}), floats.indices({1}), moderate).item(),
      1e20f);
  EXPECT_EQ(error_of([&] {
              negative_log_likelihood(floats.input({{0.0, 0.0}}), floats.indices({1}), options);
            }),
            "[negative_log_likelihood] the weights 5e-324 and 1e+308 are too far apart for float. "
            "Give weights that are closer to each other, or 0.");
}
// Nothing divides these: a weight is itself, if there is such a number.
TEST(ClassWeights, ThatFloatDoesNotHoldAreRefused) {
  Tape<float> tape;
  const Node<float> z = tape.input({{1.0, 0.0}}), y = tape.constant({{0.5, 0.5}});
  ClassLoss options;
  options.weights = {1, 1e308};
  const std::string advice =
      ", which float does not hold. Give weights of a moderate size, or use double.";
  EXPECT_EQ(error_of([&] { softmax_cross_entropy(z, y, options); }),
            "[softmax_cross_entropy] weight 1 is 1e+308" + advice);
  options.reduction = Reduction::sum;
  EXPECT_EQ(error_of([&] { softmax_cross_entropy(z, tape.indices({0}), options); }),
            "[softmax_cross_entropy] weight 1 is 1e+308" + advice);
  EXPECT_EQ(error_of([&] {
              multi_margin_loss(z, tape.indices({0}), {.weights = {1e-60, 1}});
            }),
            "[multi_margin_loss] weight 0 is 1e-60" + advice);
  Tape<double> wide;
  EXPECT_DOUBLE_EQ(
      softmax_cross_entropy(wide.input({{1.0, 0.0}}), wide.indices({1}), options).item(),
      1e308 * (1 + std::log1p(std::exp(-1))));
}

}  // namespace
}  // namespace glassgrad
