// Steps over the whole range of gradients: what an optimizer does with 2^k g is what it does with
// g, times what the formula says, though squares of gradients leave the range on the way.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <memory>

#include "glassgrad/glassgrad.hpp"

namespace glassgrad {
namespace {

template <class T>
using Made = std::function<std::unique_ptr<Optimizer<T>>(double epsilon)>;
template <class T>
std::vector<std::pair<const char*, Made<T>>> adaptive() {
  return {
      {"adagrad", [](double e) { return std::make_unique<Adagrad<T>>(0.1, e); }},
      {"rmsprop", [](double e) { return std::make_unique<RMSProp<T>>(0.1, 0.9, e); }},
      {"adam", [](double e) { return std::make_unique<Adam<T>>(0.1, AdamSettings{.epsilon = e}); }},
      {"adamw", [](double e) {
         return std::make_unique<AdamW<T>>(0.1, AdamSettings{.epsilon = e}, StepOptions{});
       }}};
}
// w after some steps with gradients that change their size and sign, all times 2^k.
template <class T>
std::vector<T> trained(Optimizer<T>& optimizer, int k) {
  Parameter<T> w("w", {T(0.5), T(-2)});
  for (int i = 0; i < 12; ++i) {
    Parameter<T> g("g", {std::ldexp(T(i % 3 - 1.25), k), std::ldexp(T(1 + i * i), k)});
    w.add_gradient(g.value());
    optimizer.step(w);
  }
  return {w.value().begin(), w.value().end()};
}
template <class T>
void expect_the_same_steps(double epsilon, int from, int to) {
  for (const auto& [name, make] : adaptive<T>()) {
    const std::vector<T> usual = trained<T>(*make(0), 0);
    for (int k = from; k <= to; k += 7) {
      const std::vector<T> far = trained<T>(*make(epsilon), k);
      for (std::size_t i = 0; i < usual.size(); ++i)
        ASSERT_NEAR(far[i], usual[i], 16 * std::numeric_limits<T>::epsilon()) << name << " " << k;
    }
  }
}
TEST(AdaptiveSteps, AreTheSameForGradientsOfAnySize) {
  expect_the_same_steps<double>(0, -1000, 1015);
  expect_the_same_steps<float>(0, -120, 119);
}
TEST(AdaptiveSteps, OfLargeGradientsDoNotKnowTheirEpsilon) {
  expect_the_same_steps<double>(1e-8, 30, 1015);
  expect_the_same_steps<float>(1e-8, 0, 119);
}
// Next to epsilon: rate g / epsilon, of Adam the mean of g.
TEST(AdaptiveSteps, OfSmallGradientsAreMeasuredInEpsilon) {
  const auto moved_by = [](Optimizer<>&& optimizer) {
    Parameter<> w("w", {0.0});
    w.add_gradient(Parameter<>("g", {1e-200}).value());
    optimizer.step(w);
    return w.value()[0];
  };
  EXPECT_DOUBLE_EQ(moved_by(RMSProp<>(0.1, 0.9, 1e-8)), -1e-193);
  EXPECT_DOUBLE_EQ(moved_by(Adam<>(0.1)), -1e-193);
}

// The breaker's: w was left where it was, without a word.
TEST(AdaptiveSteps, WithAGradientOf1e200MoveByTheRate) {
  for (const auto& [name, make] : adaptive<double>()) {
    Parameter<> w("w", {1.0});
    w.add_gradient(Parameter<>("g", {1e200}).value());
    const auto optimizer = make(1e-8);
    optimizer->step(w);
    const double first = std::string(name) == "rmsprop" ? 0.1 / std::sqrt(0.1) : 0.1;
    EXPECT_NEAR(w.value()[0], 1 - first, 1e-14) << name;
  }
  Parameter<> w("w", {1.0});
  w.add_gradient(Parameter<>("g", {std::numeric_limits<double>::infinity()}).value());
  Adam<> adam;
  adam.step(w);
  EXPECT_TRUE(std::isnan(w.value()[0]));  // no step: that shows
}

// Large gradients are forgotten as any others are: their root becomes a square again.
TEST(AdaptiveSteps, ComeBackFromLargeGradients) {
  Parameter<> w("w", {1.0});
  RMSProp<> rmsprop(0.1, 0.5, 1e-8);
  w.add_gradient(Parameter<>("g", {0x1p520}).value());
  rmsprop.step(w);
  EXPECT_EQ(rmsprop.states()[0].slots[0][0], -0x1p520 * std::sqrt(0.5));
  for (int i = 0; i < 1100; ++i) {
    w.add_gradient(Parameter<>("g", {1.0}).value());
    rmsprop.step(w);
  }
  EXPECT_DOUBLE_EQ(rmsprop.states()[0].slots[0][0], 1);
}

// f(w) = c r(w / s), Rosenbrock's valley, over sizes c of the cost and s of the weights.
TEST(LbfgsScale, ReachesTheMinimumAtAnyScale) {
  const auto end = [](int c, int s, double at) {
    Parameter<> w("w", {std::ldexp(-1.2, s), std::ldexp(at, s)});
    Parameter<>* const all[] = {&w};
    Lbfgs<> lbfgs(LbfgsOptions{.most_steps = 200, .tolerance = 0});
    lbfgs.minimise(all, [&](Tape<>& tape) {
      const Node<> z = tape(w) * std::ldexp(1.0, -s);
      const Node<> x = select(z, 0, 0), y = select(z, 0, 1);
      return (square(1 - x) + square(y - square(x)) * 100) * std::ldexp(1.0, c);
    });
    return std::vector<double>{std::ldexp(w.value()[0], -s), std::ldexp(w.value()[1], -s)};
  };
  for (const int c : {-900, -500, -100, 0, 100, 500, 900})
    for (const int s : {-400, -120, 0, 120, 400}) {
      if (std::abs(c - s) > 1000) continue;  // there are no such slopes
      for (const double number : end(c, s, 1)) EXPECT_NEAR(number, 1, 1e-6) << c << " " << s;
    }
  // a step is the same for c f as for f, to the bit
  EXPECT_EQ(end(0, 0, 1), end(531, 0, 1));
  EXPECT_EQ(end(0, 0, 1), end(900, 0, 1));
}
TEST(LbfgsScale, FindsWhatIsFarAway) {
  for (const double target : {1e160, 1e-160, -3e120, 1e60}) {
    Parameter<> w("w", {0.0});
    Parameter<>* const all[] = {&w};
    Lbfgs<> lbfgs(LbfgsOptions{.tolerance = 0});
    lbfgs.minimise(all, [&](Tape<>& tape) { return sum(square(tape(w) / target - 1)); });
    EXPECT_NEAR(w.value()[0] / target, 1, 1e-6) << target;
  }
}

}  // namespace
}  // namespace glassgrad
