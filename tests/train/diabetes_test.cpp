// Ten measurements of 442 patients, a linear layer and the mean squared error: L-BFGS comes to the
// least-squares optimum, which the normal equations give without the engine.
#include <gtest/gtest.h>

#include <cmath>

#include "glassgrad/data/csv.hpp"
#include "glassgrad/data/metrics.hpp"
#include "glassgrad/data/prepare.hpp"
#include "glassgrad/nn/nn.hpp"
#include "glassgrad/optim/optim.hpp"
#include "support/paths.hpp"

namespace glassgrad {
namespace {

// A^T A w = A^T t for A = [x 1], by elimination with the largest pivot, in long double.
std::vector<double> least_squares(const Dataset& data) {
  const std::size_t n = std::size_t(data.x.columns) + 1;
  std::vector<std::vector<long double>> m(n, std::vector<long double>(n + 1, 0.0L));
  for (std::int64_t row = 0; row < data.size(); ++row) {
    std::vector<double> a(data.x.row(row).begin(), data.x.row(row).end());
    a.push_back(1);
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) m[i][j] += static_cast<long double>(a[i]) * a[j];
      m[i][n] += static_cast<long double>(a[i]) * data.targets[std::size_t(row)];
    }
  }
  for (std::size_t k = 0; k < n; ++k) {
    std::size_t best = k;
    for (std::size_t i = k; i < n; ++i)
      if (std::abs(m[i][k]) > std::abs(m[best][k])) best = i;
    std::swap(m[k], m[best]);
    for (std::size_t i = 0; i < n; ++i) {
      if (i == k) continue;
      const long double factor = m[i][k] / m[k][k];
      for (std::size_t j = k; j <= n; ++j) m[i][j] -= factor * m[k][j];
    }
  }
  std::vector<double> w;
  for (std::size_t k = 0; k < n; ++k) w.push_back(double(m[k][n] / m[k][k]));
  return w;
}

TEST(Diabetes, LbfgsReachesTheLeastSquaresOptimum) {
  Dataset data = read_labelled_csv(source_folder() + "/examples/data/diabetes.csv",
                                   {.kind = LabelKind::targets});
  ASSERT_EQ(data.size(), 442);
  Standardizer::fit(data.x).apply(data.x);
  Random random(1);
  Dense<double> line("line", 10, 1, random);
  const Shape of_x{442, 10}, of_t{442, 1};
  const auto predict = [&](Tape<double>& tape) {
    return line(tape.constant(View<const double>{data.x.numbers.data(), &of_x}));
  };
  const auto cost = [&](Tape<double>& tape) {
    return mean_squared_error(predict(tape),
                              tape.constant(View<const double>{data.targets.data(), &of_t}));
  };
  Lbfgs<double> lbfgs;
  const auto result = lbfgs.minimise(line.parameters(), cost);
  EXPECT_EQ(result.stop, Lbfgs<double>::Stop::tolerance);
  EXPECT_LT(result.steps, 100);
  const std::vector<double> wanted = least_squares(data);
  for (std::size_t i = 0; i < 10; ++i)
    EXPECT_NEAR(line.W.value()[std::int64_t(i)], wanted[i], 1e-8);
  EXPECT_NEAR(line.b.item(), wanted[10], 1e-8);
  Tape<double> tape;
  const Node<double> predicted = predict(tape);
  EXPECT_NEAR(r_squared(data.targets, std::span(predicted.value().data, 442)), 0.5177484222, 1e-9);
}

}  // namespace
}  // namespace glassgrad
