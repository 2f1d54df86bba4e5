// Gradients that have become 0 for good: running means die away to 0 instead of staying denormal
// for ever, with which a step takes many times as long; no weight is another for it.
#include <gtest/gtest.h>

#include <cmath>
#include <memory>

#include "glassgrad/glassgrad.hpp"
#include "glassgrad/program/program.hpp"

namespace glassgrad {
namespace {

template <class T>
using Make = std::function<std::unique_ptr<Optimizer<T>>()>;
template <class T>
std::vector<std::pair<const char*, Make<T>>> optimizers() {
  return {
      {"momentum", [] { return std::make_unique<Momentum<T>>(0.01); }},
      {"classical momentum", [] { return std::make_unique<ClassicalMomentum<T>>(0.01); }},
      {"nesterov", [] { return std::make_unique<Nesterov<T>>(0.01); }},
      {"adagrad", [] { return std::make_unique<Adagrad<T>>(0.01); }},
      {"rmsprop", [] { return std::make_unique<RMSProp<T>>(0.01, 0.9); }},
      {"adam", [] { return std::make_unique<Adam<T>>(0.01); }},
      {"adamw", [] { return std::make_unique<AdamW<T>>(0.01); }},
      {"adam without epsilon",
       [] { return std::make_unique<Adam<T>>(0.01, AdamSettings{.epsilon = 0}); }},
  };
}
template <class T>
bool denormal(T number) {
  return number != 0 && std::abs(number) < std::numeric_limits<T>::min();
}
template <class T>
void expect_that_they_die_away() {
  for (const auto& [name, make] : optimizers<T>()) {
    const auto optimizer = make();
    Parameter<T> w("w", {0.5, -0.25, 2, 1});
    const std::vector<T> gradient = {T(1), T(-1e-3), T(1e-7), T(0)}, none(4, T(0));
    const auto step = [&](const std::vector<T>& g) {
      w.zero_gradient();
      w.add_gradient(View<const T>{g.data(), &w.shape()});
      optimizer->step(w);
    };
    for (int i = 0; i < 20; ++i) step(gradient);
    for (int i = 0; i < 10000; ++i) step(none);
    for (const auto& slot : optimizer->states()[0].slots)
      for (const T number : slot) EXPECT_FALSE(denormal(number)) << name << " " << number;
    for (const T number : w.value()) EXPECT_TRUE(std::isfinite(number)) << name;
  }
}
TEST(DeadGradients, LeaveNoDenormalNumbersInOptimizers) {
  expect_that_they_die_away<float>();
  expect_that_they_die_away<double>();
}

// Small gradients are no dead ones: their means are kept, as roots where a square has no digits.
TEST(DeadGradients, AreNotSmallOnes) {
  Adam<double> adam(0.01, {.epsilon = 0});
  Parameter<double> w("w", {1});
  const std::vector<double> g = {1e-160};
  w.add_gradient(View<const double>{g.data(), &w.shape()});
  adam.step(w);
  EXPECT_DOUBLE_EQ(adam.states()[0].slots[1][0], -std::sqrt(0.001) * 1e-160);
  EXPECT_DOUBLE_EQ(w.value()[0], 0.99);
}
// The weights are those of the formulas as they stand, to the last bit.
TEST(DeadGradients, ChangeNoWeight) {
  Adam<double> adam(0.01);
  Parameter<double> w("w", {0.5});
  double own = 0.5, m = 0, s = 0;
  const Shape one{1};
  for (int t = 1; t <= 12000; ++t) {
    const double g = t <= 20 ? 0.3 : 0;
    w.zero_gradient();
    w.add_gradient(View<const double>{&g, &one});
    adam.step(w);
    m = 0.9 * m + (1 - 0.9) * g, s = 0.999 * s + (1 - 0.999) * (g * g);
    const double c1 = 1 - std::pow(0.9, double(t)), c2 = 1 - std::pow(0.999, double(t));
    own -= 0.01 * (m / c1) / (std::sqrt(s / c2) + 1e-8);
    ASSERT_EQ(w.value()[0], own) << t;
  }
}
TEST(DeadGradients, AreTheSameInAProgram) {
  const auto cost = [](Tape<double>& tape, Parameter<double>& w, const Node<double>& x) {
    return sum(tape(w) * x);
  };
  Parameter<double> a("a", {1, 2, 3}), b("b", {1, 2, 3});
  Adam<double> of_tape(0.01), of_program(0.01);
  const Shape shape{3};
  const std::vector<double> x = {1, -1, 0.5}, none = {0, 0, 0};
  const View<const double> fed{x.data(), &shape}, nothing{none.data(), &shape};
  auto program = compile<double>(
      [&](Tape<double>& tape, const Fed<double>& in) { return cost(tape, b, in[0]); }, {fed},
      of_program);
  Tape<double> tape;
  for (int i = 0; i < 9000; ++i) {
    const View<const double> now = i < 10 ? fed : nothing;
    tape.clear();
    a.zero_gradient();
    tape.backward(cost(tape, a, tape.constant(now)));
    tape.add_to_parameters();
    of_tape.step(a);
    program(now);
  }
  for (std::int64_t i = 0; i < 3; ++i) EXPECT_EQ(a.value()[i], b.value()[i]);
  EXPECT_EQ(of_tape.states()[0].slots[0], of_program.states()[0].slots[0]);
  EXPECT_EQ(of_tape.states()[0].slots[0], std::vector<double>(3, 0));
}

}  // namespace
}  // namespace glassgrad
