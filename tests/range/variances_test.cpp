// Variances of numbers of every size, their slopes for upstreams of every size, in units of the
// last place against 50-digit arithmetic; and what rows of zeros cost the others.
#include "glassgrad/ops/functions/norms.hpp"
#include "glassgrad/ops/rules/statistics.hpp"
#include "range/scaled.hpp"

namespace glassgrad {
namespace {

using namespace range;

// A square of 1e40 has no float, the variance of a thousand numbers has.
template <class T>
void expect_variances(T size) {
  for (const T by : {size, T(1), 1 / size}) {
    Numbers<T> x(1000, T(0));
    x[7] = by, x[8] = -by / 4;
    Wide sum = 0, squares = 0;
    for (const T each : x) sum += Wide(each) / 1000;
    Wides slopes;
    for (const T each : x) {
      const Wide centred = Wide(each) - sum;
      squares += centred * centred;
      slopes.push_back(2 * centred / 999);
    }
    const Result<T> got = result_of<T>([](const Node<T>& n) { return var(n); }, x, Shape{1000});
    expect_within<T>(got.value, {squares / 999}, 16, "var");  // a sum of a thousand
    expect_within<T>(got.slopes, slopes, 8, "slopes of var");
  }
}
TEST(Variances, OfNumbersWhoseSquaresLeaveTheRange) {
  expect_variances<float>(1e20f);
  expect_variances<double>(2e154);
  Tape<double> tape;
  EXPECT_TRUE(std::isnan(var(tape.input({1, 2}), {}, 2).item())) << "too few numbers";
  Tape<float> slopes;
  const Numbers<float> far{1e20f, -1e20f}, along{1e18f, 0};
  const auto x = slopes.input(far);
  const auto moved = jvp(var(x, {}, 0), x, slopes.constant(along));
  EXPECT_LE(ulps(moved.item(), Wide(far[0]) * Wide(along[0])), 8) << "2 (x - m) t / n";
}
// docs/conventions.md
TEST(Variances, OfFewerNumbersThanTheCorrectionAreNan) {
  Tape<double> tape;
  const auto x = tape.input({{1, 2}, {3, 5}});
  for (const double correction : {2.0, 2.5, 7.0})
    for (const auto& y :
         {var(x, 1, correction), deviation(x, 1, correction), var_mean(x, 1, correction).first}) {
      tape.backward(sum(y));
      for (const double each : list<double>(y.value())) EXPECT_TRUE(std::isnan(each));
      for (const double each : list<double>(x.upstream())) EXPECT_TRUE(std::isnan(each));
    }
  EXPECT_EQ(list<double>(var(x, 1, 1.5).value()), (Numbers<double>{1, 4}));
}

// 2 u x / d where u / d, twice an upstream, or both have left the range, and the slope has not.
template <class T>
void expect_slopes_for(T upstream, T size, double divisor) {
  const Numbers<T> x{size, -size / 4, size / 1024};
  const MeanSquare op{divisor, {}};
  Wides wanted;
  for (const T each : x) wanted.push_back(2 * Wide(each) * Wide(upstream) / Wide(T(divisor)));
  const Result<T> got =
      result_of<T>([&op](const Node<T>& n) { return apply(op, n); }, x, Shape{3}, {upstream});
  const std::string what =
      std::to_string(std::log2(upstream)) + " " + std::to_string(std::log2(size));
  expect_within<T>(got.slopes, wanted, 4, what);
  if (!std::isnormal(upstream / T(divisor))) return;
  Tape<T> tape;
  const Node<T> n = input(tape, x), u = tape.constant(upstream);
  expect_within<T>(list<T>(grad(apply(op, n) * u, n).value()), wanted, 4, what + ", a node");
  const Node<T> moved = jvp(apply(op, n), n, input(tape, Numbers<T>{upstream, 0, 0}));
  EXPECT_LE(ulps(moved.item(), wanted[0]), 4) << what << ", forward";
}
TEST(Variances, HaveTheirSlopesForUpstreamsOfAnySize) {
  for (const double divisor : {0.3, 1.0, 7.0, 1000.0}) {
    expect_slopes_for<double>(1.7e308, 1e-10, divisor);
    expect_slopes_for<double>(1e-307, 1e300, divisor);
    expect_slopes_for<double>(5e-324, 1e307, divisor);
    expect_slopes_for<double>(1.7e308, 5e-324, divisor);
    expect_slopes_for<float>(3e38f, 1e-10f, divisor);
    expect_slopes_for<float>(1e-38f, 1e36f, divisor);
    expect_slopes_for<float>(1e-45f, 1e37f, divisor);
  }
  const Numbers<double> none{std::numeric_limits<double>::infinity()};
  EXPECT_TRUE(std::isinf(result_of<double>(
                             [](const auto& x) {
                               return apply(MeanSquare{2, {}}, x);
                             },
                             {1}, Shape{1}, none)
                             .slopes[0]));
}

// Rows of zeros need no scale: no numbers are taken from the pool to find one.
template <class Op>
std::size_t bytes_taken(const Op& op, const Numbers<double>& x, const Shape& shape) {
  Pool pool;
  Numbers<double> y(std::size_t(op.shape(shape).count()));
  const Shape of = op.shape(shape);
  const std::size_t before = pool.bytes();
  op.template value<double>(View<const double>{x.data(), &shape}, View<double>{y.data(), &of},
                            pool);
  return pool.bytes() - before;
}
TEST(RowsOfZeros, AreNoReasonToScaleTheOthers) {
  const Numbers<double> x{1, 2, 0, 0, 3, 4, 0, 0, 5, 6, 0, 0}, tiny{1, 2, 1e-200, 0};
  const Shape shapes[] = {{3, 4}, {6, 2}, {3, 2, 2}, {2, 2}};
  const auto bytes = [](const Numbers<double>& of, const Shape& shape, const Axes& axes) {
    return bytes_taken(Norm{2, {axes}}, of, shape) + bytes_taken(MeanSquare{2, {axes}}, of, shape);
  };
  EXPECT_EQ(bytes(x, shapes[0], 0), 0u) << "columns";
  EXPECT_EQ(bytes(x, shapes[1], 1), 0u) << "rows";
  EXPECT_EQ(bytes(x, shapes[2], Axes{0, 2}), 0u) << "every other axis";
  EXPECT_GT(bytes(tiny, shapes[3], 1), 0u);
  const Result<double> got = result_of<double>(
      [](const auto& n) {
        return norm(n, 2, Axes{0, 2});
      },
      x, shapes[2]);
  expect_within<double>(got.value, {sqrt(Wide(1 + 4 + 9 + 16 + 25 + 36)), 0}, 1, "norms");
}
// One denormal number among zeros is a row that needs one.
TEST(RowsOfZeros, ButForOneNumberAreNone) {
  for (std::size_t at = 0; at < 24; ++at) {
    Numbers<double> x(24, 0);
    x[at] = -1e-200;
    const Result<double> got = result_of<double>(
        [](const auto& n) {
          return norm(n, 2, Axes{0, 2});
        },
        x, {2, 3, 4});
    Numbers<double> wanted(3, 0);
    wanted[at / 4 % 3] = 1e-200;
    EXPECT_EQ(got.value, wanted) << at;
  }
}

// Along x, normalize has the slope 0: what rounding leaves of it is said at its declaration.
template <class T>
void expect_no_slope_along(Random& random) {
  const std::size_t n = 2 + random.below(60);
  Numbers<T> x(n), u(n);
  const int k = int(random.below(60)) - 30;
  for (std::size_t i = 0; i < n; ++i)
    x[i] = std::ldexp(T(random.normal()), k), u[i] = T(random.normal() * 1000);
  const Result<T> got = result_of<T>([](const Node<T>& r) { return normalize(r, 2, -1, 0); }, x,
                                     Shape{std::int64_t(n)}, u);
  Wide along = 0, squares = 0, of_u = 0;
  for (std::size_t i = 0; i < n; ++i) {
    along += Wide(got.slopes[i]) * Wide(x[i]);
    squares += Wide(x[i]) * Wide(x[i]), of_u += Wide(u[i]) * Wide(u[i]);
  }
  const Wide size = sqrt(squares),
             bound = 4 * Wide(std::numeric_limits<T>::epsilon()) * sqrt(of_u) / size;
  EXPECT_LE(abs(Wide(along / size)), bound) << n << " numbers of 2^" << k;
}
TEST(Normalize, HasAlmostNoSlopeAlongItsArgument) {
  Random random(3);
  for (int round = 0; round < 300; ++round)
    expect_no_slope_along<float>(random), expect_no_slope_along<double>(random);
}

}  // namespace
}  // namespace glassgrad
