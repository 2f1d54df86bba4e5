// What a step measures of itself, against the same numbers by hand.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "glassgrad/glassgrad.hpp"

namespace glassgrad {
namespace {

TEST(StepNorms, BeforeAndAfterClippingAndTheChange) {
  Parameter<> a("a", {3.0, 4.0}), b("b", {0.0}), frozen("frozen", {1.0});
  frozen.freeze();
  GradientDescent<> descent(0.1, {.clip_value = 5, .clip_norm = 6.5, .weight_decay = 0.5});
  const auto step = [&] {
    a.add_gradient(Parameter<>("g", {5.0, 12.0}).value());
    b.add_gradient(Parameter<>("g", {0.0}).value());
    descent.step(a, b, frozen);
  };
  descent.measure(true);
  step();
  const std::vector<StepNorms> norms = descent.norms();
  ASSERT_EQ(norms.size(), 2U);
  EXPECT_EQ(norms[0].parameter, "a");
  EXPECT_DOUBLE_EQ(norms[0].gradient, 13);
  EXPECT_DOUBLE_EQ(norms[0].clipped, std::hypot(2.5, 5));  // halved, then 6 to at most 5
  EXPECT_DOUBLE_EQ(norms[0].weight, 5);
  EXPECT_DOUBLE_EQ(norms[0].update, std::hypot(0.1 * (2.5 + 1.5), 0.1 * (5 + 2)));
  EXPECT_DOUBLE_EQ(norms[0].ratio(), norms[0].update / 5);
  EXPECT_EQ(norms[1].parameter, "b");
  EXPECT_EQ(norms[1].gradient, 0);
  EXPECT_TRUE(std::isnan(norms[1].ratio()));  // 0 of 0
  descent.measure(false);
  step();
  EXPECT_TRUE(descent.norms().empty());
}

TEST(StepNorms, MeasuringChangesNoBit) {
  const auto trained = [](bool measured) {
    Parameter<float> w("w", {0.3F, -0.7F});
    Adam<float> adam(0.01, {}, {.clip_norm = 0.5});
    adam.measure(measured);
    for (int i = 0; i < 5; ++i) {
      Tape<float> tape;
      tape.backward(sum(exp(tape(w) * 3.0F)));
      tape.add_to_parameters();
      adam.step(w);
    }
    return std::vector<float>(w.value().begin(), w.value().end());
  };
  EXPECT_EQ(trained(true), trained(false));
}

TEST(StepNorms, DoNotOverflowAndSayWhatIsNotFinite) {
  Parameter<> w("w", {1.0, 1.0});
  GradientDescent<> descent(1e-300);
  descent.measure(true);
  w.add_gradient(Parameter<>("g", {3e200, 4e200}).value());
  descent.step(w);
  EXPECT_DOUBLE_EQ(descent.norms()[0].gradient, 5e200);
  w.add_gradient(Parameter<>("g", {std::numeric_limits<double>::infinity(), 0.0}).value());
  descent.step(w);
  EXPECT_EQ(descent.norms()[0].gradient, std::numeric_limits<double>::infinity());
}

}  // namespace
}  // namespace glassgrad
