// Adagrad, RMSProp, Adam and AdamW: against plain scalar loops that share no code with them, and
// against single steps worked out by hand.
#include "glassgrad/optim/adaptive.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "glassgrad/array/random.hpp"

namespace glassgrad {
namespace {

constexpr std::int64_t size = 13;  // not a multiple of any vector
constexpr int steps = 60;
constexpr double rate = 0.01;

// One weight's loop: a function of its start and its gradients.
using Loop = std::function<double(double w, const std::vector<double>& gradients)>;

void expect_the_same_as(Optimizer<double>&& optimizer, const Loop& loop) {
  Random random(7);
  std::vector<double> start(size);
  std::vector<std::vector<double>> gradients(size);
  for (double& w : start) w = random.normal();
  Parameter<double> w("w", start);
  for (int t = 0; t < steps; ++t) {
    std::vector<double> all;
    for (auto& of_one : gradients) all.push_back(of_one.emplace_back(random.normal()));
    w.add_gradient(View<const double>{all.data(), &w.shape()});
    optimizer.step(w);
  }
  for (std::size_t i = 0; i < size; ++i)
    EXPECT_NEAR(w.value()[std::int64_t(i)], loop(start[i], gradients[i]), 1e-14);
}

double adam_loop(double w, const std::vector<double>& gradients, double decay, double apart) {
  double m = 0, v = 0, beta1_t = 1, beta2_t = 1;
  for (double g : gradients) {
    g += decay * w;
    w -= rate * apart * w;
    m = 0.9 * m + 0.1 * g;
    v = 0.999 * v + 0.001 * g * g;
    beta1_t *= 0.9, beta2_t *= 0.999;
    w -= rate * (m / (1 - beta1_t)) / (std::sqrt(v / (1 - beta2_t)) + 1e-8);
  }
  return w;
}

TEST(Adagrad, IsThePlainLoop) {
  expect_the_same_as(Adagrad<double>(rate), [](double w, const auto& gradients) {
    double s = 0;
    for (const double g : gradients) s += g * g, w -= rate * g / (std::sqrt(s) + 1e-10);
    return w;
  });
}

TEST(RMSProp, IsThePlainLoop) {
  expect_the_same_as(RMSProp<double>(rate, 0.8), [](double w, const auto& gradients) {
    double s = 0;
    for (const double g : gradients) {
      s = 0.8 * s + 0.2 * g * g;
      w -= rate * g / (std::sqrt(s) + 1e-8);
    }
    return w;
  });
}

TEST(Adam, IsThePlainLoop) {
  expect_the_same_as(Adam<double>(rate),
                     [](double w, const auto& g) { return adam_loop(w, g, 0, 0); });
}

TEST(Adam, DecaysThroughTheGradient) {
  expect_the_same_as(Adam<double>(rate, {}, {.weight_decay = 0.1}),
                     [](double w, const auto& g) { return adam_loop(w, g, 0.1, 0); });
}

TEST(AdamW, DecaysApartFromTheGradient) {
  expect_the_same_as(AdamW<double>(rate, {}, {.weight_decay = 0.1}),
                     [](double w, const auto& g) { return adam_loop(w, g, 0, 0.1); });
}

// The first step is rate * g / (|g| + epsilon), whatever the size of g.
TEST(Adam, FirstStepIsTheRate) {
  Parameter<double> w("w", {1, 1, 1});
  const std::vector<double> g{1e-3, -5, 2e4};
  w.add_gradient(View<const double>{g.data(), &w.shape()});
  Adam<double>(0.5).step(w);
  EXPECT_NEAR(w.value()[0], 1 - 0.5 * 1e-3 / (1e-3 + 1e-8), 1e-15);
  EXPECT_NEAR(w.value()[1], 1.5, 1e-8);
  EXPECT_NEAR(w.value()[2], 0.5, 1e-8);
}

TEST(Adam, FloatFollowsDouble) {
  Parameter<float> narrow("w", {1.0});
  Parameter<double> wide("w", {1.0});
  Adam<float> narrow_adam(0.01);
  Adam<double> wide_adam(0.01);
  for (int t = 0; t < 50; ++t) {
    const double g = std::sin(t);
    const auto f = float(g);
    narrow.add_gradient(View<const float>{&f, &narrow.shape()});
    wide.add_gradient(View<const double>{&g, &wide.shape()});
    narrow_adam.step(narrow), wide_adam.step(wide);
  }
  EXPECT_NEAR(narrow.item(), wide.item(), 2e-6);
}

// A weight that had no gradient in a step takes none, and its corrections do not run on.
TEST(Adam, CountsTheStepsOfEachParameter) {
  Parameter<double> a("a", {1.0}), late("late", {1.0});
  Adam<double> adam(0.5);
  const double g = 2;
  for (int t = 0; t < 3; ++t) {
    a.add_gradient(View<const double>{&g, &a.shape()});
    adam.step(a, late);
  }
  late.add_gradient(View<const double>{&g, &late.shape()});
  adam.step(a, late);
  EXPECT_NEAR(late.item(), 0.5, 1e-8);
  EXPECT_EQ(adam.states()[0].steps, 3);
  EXPECT_EQ(adam.states()[1].steps, 1);
}

}  // namespace
}  // namespace glassgrad
