// The softmax family where the largest number is infinite: the limit, where there is one. Long
// rows, short rows and columns go different ways in the kernels, nodes another one.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "glassgrad/glassgrad.hpp"

namespace glassgrad {
namespace {

constexpr double inf = std::numeric_limits<double>::infinity();
using Numbers = std::vector<double>;
using N = Node<double>;

Numbers list(const View<const double>& view) { return {view.begin(), view.end()}; }
Numbers filled(const Numbers& first, std::size_t n, double others) {
  Numbers numbers(n, others);
  std::copy(first.begin(), first.end(), numbers.begin());
  return numbers;
}
// Numbers of a row, and their softmax.
struct Row {
  Numbers x, shares;
};
std::vector<Row> rows_of(std::size_t n) {
  return {{filled({inf, 0}, n, -3), filled({1}, n, 0)},
          {filled({0, inf, inf}, n, -inf), filled({0, 0.5, 0.5}, n, 0)},
          {filled({-inf, 2}, n, -inf), filled({0, 1}, n, 0)}};
}
Row nothing(std::size_t n) { return {Numbers(n, -inf), Numbers(n, 1 / double(n))}; }

// x along the axis of a matrix, between usual numbers; y is what is computed of x alone.
struct Between {
  Tape<double> tape;
  N x, y;
  Between(const Row& row, int axis, const std::function<N(const N&, int)>& f) {
    const Shape shape{std::int64_t(row.x.size())};
    x = tape.input(View<const double>{row.x.data(), &shape});
    const N usual = tape.zeros(shape);
    y = select(f(stack({usual, x, usual + 1.0}, 1 - axis), axis), 1 - axis, 1);
  }
};
template <class Check>
void each(const Check& check) {
  for (const std::size_t n : {3, 31, 40, 500})
    for (const int axis : {0, 1}) check(n, axis);
}

TEST(InfiniteScores, GiveLogsumexpTheSlopesOfTheLimit) {
  each([](std::size_t n, int axis) {
    std::vector<Row> all = rows_of(n);
    all.push_back(nothing(n));
    for (const Row& row : all) {
      Between of(row, axis, [](const N& x, int along) { return logsumexp(x, along, true); });
      EXPECT_EQ(of.y.value()[0], *std::max_element(row.x.begin(), row.x.end()));
      const N slopes = grad(sum(of.y), of.x);
      EXPECT_EQ(list(slopes.value()), row.shares) << n << " " << axis;
      for (const double second : list(grad(sum(slopes * slopes), of.x).value()))
        EXPECT_NEAR(second, 0, 1e-16) << n << " " << axis;
      of.tape.backward(sum(of.y * 3.0));
      for (std::size_t i = 0; i < n; ++i)
        EXPECT_EQ(of.x.upstream()[std::int64_t(i)], 3 * row.shares[i]) << n << " " << axis;
    }
  });
}
TEST(InfiniteScores, GiveSoftmaxItsLimit) {
  each([](std::size_t n, int axis) {
    for (const Row& row : rows_of(n)) {
      Between of(row, axis, [](const N& x, int along) { return softmax(x, along); });
      EXPECT_EQ(list(of.y.value()), row.shares) << n << " " << axis;
      of.tape.backward(sum(of.y * of.y));
      for (const double slope : list(of.x.upstream())) EXPECT_EQ(slope, 0) << n << " " << axis;
      Between logs(row, axis, [](const N& x, int along) { return log_softmax(x, along); });
      for (std::size_t i = 0; i < n; ++i)
        EXPECT_EQ(logs.y.value()[std::int64_t(i)], std::log(row.shares[i])) << n << " " << axis;
    }
  });
}
// As in PyTorch and JAX: whoever attends to nothing sees it.
TEST(InfiniteScores, WithoutAnyScoreHaveNoSoftmax) {
  each([](std::size_t n, int axis) {
    Between of(nothing(n), axis, [](const N& x, int along) { return softmax(x, along); });
    Between logs(nothing(n), axis, [](const N& x, int along) { return log_softmax(x, along); });
    for (const double number : list(of.y.value())) EXPECT_TRUE(std::isnan(number));
    for (const double number : list(logs.y.value())) EXPECT_TRUE(std::isnan(number));
  });
}
TEST(InfiniteScores, BesideANanAreNan) {
  each([](std::size_t n, int axis) {
    const Row row{filled({inf, std::nan("")}, n, 0), {}};
    Between of(row, axis, [](const N& x, int along) { return softmax(x, along); });
    Between sums(row, axis, [](const N& x, int along) { return logsumexp(x, along, true); });
    EXPECT_TRUE(std::isnan(of.y.value()[0]) && std::isnan(sums.y.value()[0]));
  });
}
TEST(InfiniteScores, GiveLogaddexpTheSameSlopes) {
  for (const auto& [a, b, slope] : {std::tuple{inf, 0.0, 1.0},
                                    {0.0, inf, 0.0},
                                    {inf, inf, 0.5},
                                    {-inf, -inf, 0.5},
                                    {-inf, 0.0, 0.0},
                                    {inf, -inf, 1.0}}) {
    Tape<double> tape;
    const N x = tape.input(a), y = tape.input(b);
    const N slopes = grad(logaddexp(x, y), x);
    EXPECT_EQ(slopes.item(), slope) << a << " " << b;
    EXPECT_EQ(grad(slopes, x).item(), 0) << a << " " << b;
  }
}

}  // namespace
}  // namespace glassgrad
