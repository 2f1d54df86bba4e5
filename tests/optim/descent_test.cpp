// The optimizers that follow the gradient itself, against numbers worked out by hand.
#include "glassgrad/optim/descent.hpp"

#include <gtest/gtest.h>

#include "glassgrad/engine/tape.hpp"
#include "glassgrad/ops/ops.hpp"

namespace glassgrad {
namespace {

using Numbers = std::vector<double>;

// Gives the parameter this gradient and takes a step.
void step(Optimizer<double>& optimizer, Parameter<double>& w, const Numbers& gradient) {
  w.add_gradient(View<const double>{gradient.data(), &w.shape()});
  optimizer.step(w);
}
Numbers values(const Parameter<double>& w) { return {w.value().begin(), w.value().end()}; }

void expect_near(const Parameter<double>& w, const Numbers& wanted, double within = 1e-15) {
  for (std::size_t i = 0; i < wanted.size(); ++i)
    EXPECT_NEAR(w.value()[std::int64_t(i)], wanted[i], within);
}

TEST(GradientDescent, IsWeightMinusRateTimesGradient) {
  Parameter<double> w("w", {1, 2, -3});
  GradientDescent<double> optimizer(0.5);
  step(optimizer, w, {2, -4, 0});
  EXPECT_EQ(values(w), (Numbers{0, 4, -3}));
}

TEST(GradientDescent, ZeroesTheGradientsItApplied) {
  Parameter<double> w("w", {1, 2});
  GradientDescent<double> optimizer(0.5);
  step(optimizer, w, {1, 1});
  EXPECT_FALSE(w.has_gradient());
  EXPECT_EQ(w.gradient()[0], 0);
  Parameter<double> other("other", 1.0);
  const double one = 1;
  other.add_gradient({&one, &other.shape()});
  optimizer.step(w, other);  // without a gradient it stays
  EXPECT_EQ(values(w), (Numbers{0.5, 1.5}));
}

// The slides' quadratic: theta^2 from -4.
TEST(GradientDescent, TheSlidesQuadratic) {
  const auto after = [](double rate, int steps) {
    Parameter<double> theta("theta", -4.0);
    GradientDescent<double> optimizer(rate);
    for (int i = 0; i < steps; ++i) {
      Tape<double> tape;
      tape.backward(square(tape(theta)));
      tape.add_to_parameters();
      optimizer.step(theta);
    }
    return theta.item();
  };
  EXPECT_NEAR(after(0.1, 1), -3.2, 1e-15);
  EXPECT_NEAR(after(0.1, 3), -2.048, 1e-15);
  EXPECT_NEAR(after(0.1, 10), -0.429496729600, 1e-12);
  EXPECT_NEAR(after(0.01, 10), -3.268291227550, 1e-12);
  EXPECT_EQ(after(1.5, 3), 32);
}

TEST(GradientDescent, Ascends) {
  Parameter<double> w("w", {1.0});
  GradientDescent<double> optimizer(0.5, {.ascend = true});
  step(optimizer, w, {2});
  EXPECT_EQ(w.item(), 2);
}

TEST(GradientDescent, WeightDecayPullsToZeroBothWays) {
  for (const bool ascend : {false, true}) {
    Parameter<double> w("w", {10.0});
    GradientDescent<double> optimizer(0.5, {.weight_decay = 0.1, .ascend = ascend});
    step(optimizer, w, {0});
    EXPECT_DOUBLE_EQ(w.item(), 9.5);
  }
}

// v <- 0.9 v + 0.1 g: 0.1, 0.29, -0.139
TEST(Momentum, AsTheNotesWriteIt) {
  Parameter<double> w("w", {1.0});
  Momentum<double> optimizer(0.5);
  step(optimizer, w, {1});
  expect_near(w, {0.95});
  step(optimizer, w, {2});
  expect_near(w, {0.95 - 0.5 * 0.29});
  step(optimizer, w, {-4});
  expect_near(w, {0.95 - 0.5 * 0.29 + 0.5 * 0.139});
}

// v <- 0.9 v + g: 1, 2.9, -1.39
TEST(Momentum, Classical) {
  Parameter<double> w("w", {1.0});
  ClassicalMomentum<double> optimizer(0.5);
  step(optimizer, w, {1});
  expect_near(w, {0.5});
  step(optimizer, w, {2});
  expect_near(w, {0.5 - 0.5 * 2.9});
  step(optimizer, w, {-4});
  expect_near(w, {0.5 - 0.5 * 2.9 + 0.5 * 1.39});
}

TEST(Momentum, ClassicalIsTheNotesWithAnotherRate) {
  Parameter<double> a("a", {1.0}), b("b", {1.0});
  Momentum<double> notes(0.5, 0.75);
  ClassicalMomentum<double> classical(0.125, 0.75);
  for (const double g : {1.0, -2.0, 0.5, 3.0}) step(notes, a, {g}), step(classical, b, {g});
  EXPECT_NEAR(a.item(), b.item(), 1e-15);
}

// v: 1, 2.9; v ahead: 0.9 * 1 + 1 = 1.9, 0.9 * 2.9 + 2 = 4.61
TEST(Nesterov, LooksAhead) {
  Parameter<double> w("w", {1.0});
  Nesterov<double> optimizer(0.5);
  step(optimizer, w, {1});
  expect_near(w, {1 - 0.5 * 1.9});
  step(optimizer, w, {2});
  expect_near(w, {1 - 0.5 * 1.9 - 0.5 * 4.61});
}

TEST(Clipping, ByValue) {
  Parameter<double> w("w", {0, 0, 0});
  GradientDescent<double> optimizer(1, {.clip_value = 1.5});
  step(optimizer, w, {1, -7, 2});
  EXPECT_EQ(values(w), (Numbers{-1, 1.5, -1.5}));
}

// |(3, 4, 12)| = 13 over both parameters
TEST(Clipping, ByTheNormOfAllParameters) {
  Parameter<double> a("a", {0, 0}), b("b", {0.0});
  const Numbers of_a{3, 4}, of_b{12};
  GradientDescent<double> optimizer(1, {.clip_norm = 6.5});
  a.add_gradient(View<const double>{of_a.data(), &a.shape()});
  b.add_gradient(View<const double>{of_b.data(), &b.shape()});
  optimizer.step(a, b);
  EXPECT_EQ(values(a), (Numbers{-1.5, -2}));
  EXPECT_EQ(values(b), (Numbers{-6}));
  step(optimizer, b, {1});  // shorter than that: as it is
  EXPECT_EQ(values(b), (Numbers{-7}));
}

TEST(Clipping, SurvivesGradientsWhoseSquareOverflows) {
  Parameter<double> w("w", {0, 0});
  GradientDescent<double> optimizer(1, {.clip_norm = 5});
  step(optimizer, w, {3e200, 4e200});
  expect_near(w, {-3, -4}, 1e-14);
}

}  // namespace
}  // namespace glassgrad
