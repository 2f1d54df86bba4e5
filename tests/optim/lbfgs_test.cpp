// L-BFGS: quadratics, Rosenbrock's valley, least squares to the last digits, and going on from a
// saved state.
#include "glassgrad/optim/lbfgs.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>

#include "glassgrad/nn/nn.hpp"
#include "glassgrad/ops/ops.hpp"
#include "support/error_of.hpp"

namespace glassgrad {
namespace {

using Numbers = std::vector<double>;
using Parameters = std::vector<Parameter<double>*>;

Numbers numbers(const Parameter<double>& w) { return {w.value().begin(), w.value().end()}; }

// sum_i 100 (x_{i+1} - x_i^2)^2 + (1 - x_i)^2, lowest at ones
struct Rosenbrock {
  Parameter<double> even{"even", Numbers(5, -1.2)}, odd{"odd", Numbers(5, 1.0)};
  Parameters parameters{&even, &odd};
  Node<double> operator()(Tape<double>& tape) {
    const Node<double> x = tape(even), y = tape(odd);
    return sum(100.0 * square(y - square(x)) + square(1.0 - x));
  }
};

TEST(Lbfgs, FindsTheEndOfRosenbrocksValley) {
  Rosenbrock valley;
  Lbfgs<double> lbfgs;
  const auto result = lbfgs.minimise(valley.parameters, std::ref(valley));
  EXPECT_EQ(result.stop, Lbfgs<double>::Stop::tolerance);
  EXPECT_LT(result.steps, 60);
  EXPECT_GE(result.evaluations, result.steps);
  EXPECT_LE(result.gradient, 1e-10);
  EXPECT_LT(result.cost, 1e-20);
  for (const Parameter<double>* part : valley.parameters)
    for (const double x : part->value()) EXPECT_NEAR(x, 1, 1e-10);
}

// With exact arithmetic and enough memory n steps suffice for n unknowns; a line search that does
// not look for the very lowest point takes some more.
TEST(Lbfgs, AQuadraticOfFourUnknowns) {
  Parameter<double> w("w", {1, 1, 1, 1});
  Lbfgs<double> lbfgs;
  const auto cost = [&](Tape<double>& tape) {
    const Node<double> x = tape(w);
    return sum(tape.constant({1, 10, 100, 1000}) * square(x - tape.constant({3, -2, 1, 0.5})));
  };
  const auto result = lbfgs.minimise(Parameters{&w}, cost);
  EXPECT_EQ(result.stop, Lbfgs<double>::Stop::tolerance);
  EXPECT_LT(result.steps, 40);
  const double wanted[] = {3, -2, 1, 0.5};
  for (int i = 0; i < 4; ++i) EXPECT_NEAR(w.value()[i], wanted[i], 1e-10);
}

// Solves A x = b by Gauss and Jordan's elimination with the largest pivot.
Numbers solved(std::vector<Numbers> a, Numbers b) {
  const std::size_t n = b.size();
  for (std::size_t k = 0; k < n; ++k) {
    std::size_t pivot = k;
    for (std::size_t i = k; i < n; ++i)
      if (std::abs(a[i][k]) > std::abs(a[pivot][k])) pivot = i;
    std::swap(a[k], a[pivot]), std::swap(b[k], b[pivot]);
    for (std::size_t i = 0; i < n; ++i) {
      if (i == k) continue;
      const double factor = a[i][k] / a[k][k];
      for (std::size_t j = k; j < n; ++j) a[i][j] -= factor * a[k][j];
      b[i] -= factor * b[k];
    }
  }
  for (std::size_t k = 0; k < n; ++k) b[k] /= a[k][k];
  return b;
}

// A linear layer and its squared error, columns of very different sizes, against the normal
// equations: what the diabetes data are to be.
TEST(Lbfgs, ReachesTheLeastSquaresOptimum) {
  constexpr std::size_t m = 60, n = 6;
  Random random(4);
  Numbers x, y;
  for (std::size_t i = 0; i < m; ++i) {
    double common = random.normal();  // so that columns resemble one another
    for (std::size_t j = 0; j < n - 1; ++j)
      x.push_back((common + 0.3 * random.normal()) * std::pow(3.0, double(j) - 2));
    y.push_back(150 + 40 * common + 20 * random.normal());
  }
  Dense<double> line("line", n - 1, 1, random);
  const Shape of_x{m, n - 1}, of_y{m, 1};
  const auto cost = [&](Tape<double>& tape) {
    return mean_squared_error(line(tape.constant(View<const double>{x.data(), &of_x})),
                              tape.constant(View<const double>{y.data(), &of_y}));
  };
  Lbfgs<double> lbfgs;
  const auto result = lbfgs.minimise(line.parameters(), cost);
  std::vector<Numbers> normal(n, Numbers(n, 0.0));  // the last unknown is the bias
  Numbers right(n, 0.0);
  const auto entry = [&](std::size_t i, std::size_t j) {
    return j + 1 < n ? x[i * (n - 1) + j] : 1.0;
  };
  for (std::size_t i = 0; i < m; ++i)
    for (std::size_t j = 0; j < n; ++j) {
      for (std::size_t k = 0; k < n; ++k) normal[j][k] += entry(i, j) * entry(i, k);
      right[j] += entry(i, j) * y[i];
    }
  const Numbers wanted = solved(normal, right);
  for (std::size_t j = 0; j + 1 < n; ++j)
    EXPECT_NEAR(line.W.value()[std::int64_t(j)] / wanted[j], 1, 1e-8);
  EXPECT_NEAR(line.b.item() / wanted[n - 1], 1, 1e-8);
  EXPECT_LT(result.steps, 200);
}

TEST(Lbfgs, FloatGetsAsFarAsFloatCan) {
  Parameter<float> w("w", {-1.2, 1.0});
  Lbfgs<float> lbfgs({.tolerance = 1e-4});
  const auto cost = [&](Tape<float>& tape) {
    const Node<float> x = tape(w);
    return sum(square(x - tape.constant({2, 3})));
  };
  const auto result = lbfgs.minimise(std::vector<Parameter<float>*>{&w}, cost);
  EXPECT_EQ(result.stop, Lbfgs<float>::Stop::tolerance);
  EXPECT_NEAR(w.value()[0], 2, 1e-4);
  EXPECT_NEAR(w.value()[1], 3, 1e-4);
}

// Saved after some steps and restored elsewhere, it takes the steps it would have taken, to the
// bit.
TEST(Lbfgs, GoesOnFromASavedState) {
  Rosenbrock whole, before, after;
  Lbfgs<double> of_whole({.memory = 4}), of_before({.memory = 4}), of_after({.memory = 4});
  for (int i = 0; i < 20; ++i) of_whole.step(whole.parameters, std::ref(whole));
  for (int i = 0; i < 8; ++i) of_before.step(before.parameters, std::ref(before));
  of_after.restore(of_before.states());
  for (std::size_t i = 0; i < 2; ++i) after.parameters[i]->assign(before.parameters[i]->value());
  for (int i = 8; i < 20; ++i) of_after.step(after.parameters, std::ref(after));
  EXPECT_EQ(numbers(after.even), numbers(whole.even));
  EXPECT_EQ(numbers(after.odd), numbers(whole.odd));
  EXPECT_EQ(of_after.states()[0].steps, 20);
}

TEST(Lbfgs, LeavesFrozenParametersAlone) {
  Rosenbrock valley;
  valley.even.freeze();
  Lbfgs<double> lbfgs;
  lbfgs.minimise(valley.parameters, std::ref(valley));
  for (const double x : valley.even.value()) EXPECT_EQ(x, -1.2);
  for (const double y : valley.odd.value()) EXPECT_NEAR(y, 1.44, 1e-10);
}

TEST(Lbfgs, SaysWhereItCannotStart) {
  Parameter<double> w("w", {-1.0});
  const Parameters parameters{&w};
  const auto root = [&](Tape<double>& tape) { return sum(sqrt(tape(w))); };
  Lbfgs<double> lbfgs;
  EXPECT_EQ(error_of([&] { lbfgs.minimise(parameters, root); }),
            "[lbfgs] the cost at the start is nan, its largest slope nan. "
            "Start where both are finite.");
  EXPECT_EQ(w.item(), -1);
  w.freeze();
  EXPECT_EQ(error_of([&] { lbfgs.minimise(parameters, root); }),
            "[lbfgs] there is nothing to learn. Give parameters that are not frozen.");
  EXPECT_EQ(error_of([] { Lbfgs<double>({.memory = 0}); }),
            "[lbfgs] memory is 0. Give a number from 1 to below 1e+06.");
  Rosenbrock valley;
  lbfgs.step(valley.parameters, std::ref(valley));
  w.unfreeze();
  EXPECT_EQ(error_of([&] { lbfgs.step(parameters, root); }),
            "[lbfgs] it has pairs of 10 numbers, the parameters have 1. "
            "Make another Lbfgs for other parameters.");
}

// A cost that fails on the way leaves the parameters at the last point it reached.
TEST(Lbfgs, AFailingCostLeavesTheLastGoodPoint) {
  Parameter<double> w("w", 4.0);
  int calls = 0;
  const auto cost = [&](Tape<double>& tape) {
    if (++calls == 3) throw Error("cost", "it fails", "Do not call it");
    return square(square(tape(w)));
  };
  Lbfgs<double> lbfgs;
  EXPECT_EQ(error_of([&] { lbfgs.minimise(Parameters{&w}, cost); }),
            "[cost] it fails. Do not call it.");
  EXPECT_LE(w.item(), 4);
  EXPECT_GE(w.item(), 0);
}

// Beyond 1 the cost is infinite: the search comes back from there.
TEST(Lbfgs, SurvivesPointsWithoutACost) {
  Parameter<double> w("w", 0.0);
  const auto cost = [&](Tape<double>& tape) { return -3.0 * tape(w) - log(1.0 - tape(w)); };
  Lbfgs<double> lbfgs;
  lbfgs.minimise(Parameters{&w}, cost);
  EXPECT_NEAR(w.item(), 2.0 / 3, 1e-10);
}

}  // namespace
}  // namespace glassgrad
