// Running products whose parts leave the range, and products over axes: values and slopes are right
// wherever they are within it, against 50-digit arithmetic.
#include "range/running_products.hpp"
#include "glassgrad/ops/functions/cumulative.hpp"
#include "glassgrad/program/program.hpp"

namespace glassgrad {
namespace {

using namespace range;

template <class T>
void expect_products(const Numbers<T>& x, std::size_t one, bool column) {
  const std::size_t n = x.size();
  Numbers<T> u(n, T(one == n ? 1 : 0));
  if (one < n) u[one] = T(1.5);
  const std::string what =
      join("cumprod of ", n, " from ", x[0], one < n ? join(", of number ", one) : "");
  const Shape shape = column ? Shape{std::int64_t(n), 1} : Shape{std::int64_t(n)};
  const Result<T> got = result_of<T>([](const Node<T>& at) { return cumprod(at, 0); }, x, shape, u);
  expect_within(got.value, products(range::wide(x)), 2, what);
  // sums may cancel: their error is in units of their largest number
  const Wides wanted = slopes(range::wide(x), range::wide(u));
  Wides size = range::wide(x), weights = range::wide(u);
  for (Wide& each : size) each = abs(each);
  const Wides most = slopes(size, weights);
  for (std::size_t i = 0; i < n; ++i) {
    if (most[i] > Wide(std::numeric_limits<T>::max())) continue;  // a part leaves the range itself
    const Wide off = abs(Wide(got.slopes[i]) - wanted[i]);
    EXPECT_TRUE(std::isfinite(got.slopes[i]) && off <= 4 * unit<T>(most[i]))
        << what << ", slope " << i << ": " << got.slopes[i] << " for " << wanted[i];
  }
}
TEST(RunningProducts, AreRightWhereverTheyAreWithinTheRange) {
  for (const auto& x : rows_of_factors<float>())
    for (std::size_t one = 0; one <= x.size(); one += 1 + x.size() / 8)
      expect_products(x, one, one % 2 == 1);
  for (const auto& x : rows_of_factors<double>())
    for (std::size_t one = 0; one <= x.size(); one += 1 + x.size() / 8)
      expect_products(x, one, one % 2 == 1);
}

TEST(RunningProducts, OfUnderflownPrefixesHaveSlopes) {
  Tape<float> tape;
  const Node<float> x = tape.input({1e-30f, 1e-30f, 1e30f, 1e30f, 1e30f}), y = cumprod(x, 0);
  tape.backward(sum(y));
  expect_within(list<float>(y.value()), products(range::wide(list<float>(x.value()))), 1, "y");
  expect_within(list<float>(x.upstream()),
                slopes(range::wide(list<float>(x.value())), Wides(5, Wide(1))), 2, "x");
}

// Columns, batches of columns, and a program have the same bits as rows.
template <class T>
void expect_same_along_any_axis() {
  const Numbers<T> rows[] = {{T(1e-30), T(1e-30), T(1e30), T(1e30)},
                             {T(2), T(3), T(0), T(5)},
                             {T(1e25), T(1e25), T(1e-25), T(1e-20)}};
  Numbers<T> row, column;
  for (const auto& x : rows) row.insert(row.end(), x.begin(), x.end());
  for (std::size_t i = 0; i < 4; ++i)
    for (const auto& x : rows) column.push_back(x[i]);
  const Result<T> by_rows =
      result_of<T>([](const Node<T>& x) { return cumprod(x, 1); }, row, {3, 4});
  const Result<T> by_columns =
      result_of<T>([](const Node<T>& x) { return transpose(cumprod(x, 0)); }, column, {4, 3});
  EXPECT_EQ(by_rows.value, by_columns.value);
  const Shape shape{4, 3};
  Parameter<T> x("x", View<const T>{column.data(), &shape});
  auto program =
      compile<T>([&](Tape<T>& tape, const Fed<T>&) { return sum(cumprod(tape(x), 0)); }, {});
  program();
  EXPECT_EQ(list<T>(x.gradient()), by_columns.slopes);
  for (std::size_t i = 0; i < 12; ++i)
    EXPECT_EQ(by_rows.slopes[i], by_columns.slopes[i % 4 * 3 + i / 4]);
}
TEST(RunningProducts, AreTheSameAlongAnyAxisAndInAProgram) {
  expect_same_along_any_axis<float>();
  expect_same_along_any_axis<double>();
}

// A product is the last running one.
template <class T>
void expect_prod() {
  for (const Numbers<T>& x : rows_of_factors<T>()) {
    const std::size_t n = x.size();
    Wides last(n, Wide(0));
    last.back() = 1;
    const Result<T> got =
        result_of<T>([](const Node<T>& at) { return prod(at); }, x, Shape{1, std::int64_t(n)});
    const std::string what = join("prod of ", n, " from ", x[0]);
    expect_within(got.value, {products(range::wide(x)).back()}, 2, what);
    expect_within(got.slopes, slopes(range::wide(x), last), 3, what);
  }
}
TEST(RunningProducts, OfAllNumbersAreProducts) {
  expect_prod<float>();
  expect_prod<double>();
  Tape<double> tape;
  const Node<double> x = tape.input({{1e300, 1e-300, 2.0}, {1e200, 1e200, 1e-300}});
  EXPECT_EQ(to_text(prod(x, 1)), "[2 1e+100]");
  EXPECT_EQ(to_text(prod(x, {0, 1})), "2e+100");
}

// What a line starts with does not depend on what follows, nor do its slopes where no upstream
// comes from there.
template <class T>
void expect_prefixes() {
  Random random(23);
  for (int row = 0; row < 300; ++row) {
    Numbers<T> x, u;
    for (int i = 0; i < 40; ++i) {
      const double far = std::numeric_limits<T>::max_exponent * (i < 20 ? 0.02 : 1.5);
      x.push_back(T(std::ldexp(random.normal(), int((random.uniform() - 0.5) * far))));
      u.push_back(i < 20 ? T(random.normal()) : T(0));
    }
    const auto of = [&](std::int64_t n) {
      return result_of<T>([](const Node<T>& at) { return cumprod(at, 0); },
                          {x.begin(), x.begin() + n}, {n}, {u.begin(), u.begin() + n});
    };
    const Result<T> whole = of(40), start = of(20);
    for (std::size_t i = 0; i < 20; ++i) {
      ASSERT_EQ(whole.value[i], start.value[i]) << "row " << row << ", " << i;
      ASSERT_EQ(whole.slopes[i], start.slopes[i]) << "slope of row " << row << ", " << i;
    }
  }
}
TEST(RunningProducts, DoNotDependOnWhatFollows) {
  expect_prefixes<double>();
  expect_prefixes<float>();
}

// Sums of what follows that cancel to their rest, which then underflows, and that leave the range.
TEST(RunningProducts, KeepWhatIsLeftOfSums) {
  const std::pair<Numbers<double>, Numbers<double>> all[] = {
      {{1e300, 1, 1e-308, 1, 1}, {0, 0, -1, 0x1p-60, 1}},
      {{1e300, 1e10, 1e-300, -1, 1}, {0, 0, 1, 0x1p-60, 1}},
      {{1e-10, 1, 1}, {0, 1.5e308, 1.5e308}},
      {{1e-10, 2, 1, 3}, {1, 1.5e308, 1.5e308, 0}},
  };
  for (const auto& [x, u] : all) {
    const Result<double> got = result_of<double>([](const auto& at) { return cumprod(at, 0); }, x,
                                                 {std::int64_t(x.size())}, u);
    expect_within(got.slopes, slopes(range::wide(x), range::wide(u)), 2, join("from ", x[0]));
  }
}

// NaN and infinities show, and stay in their row.
TEST(RunningProducts, ShowWhatIsNoNumber) {
  const double infinity = std::numeric_limits<double>::infinity();
  Tape<double> tape;
  const Node<double> y = cumprod(tape.input({2.0, infinity, 0.5, 0.0, 1.0}), 0);
  EXPECT_EQ(y.value()[0], 2);
  EXPECT_EQ(y.value()[2], infinity);
  EXPECT_TRUE(std::isnan(y.value()[3]) && std::isnan(y.value()[4]));
  const Node<double> zero = cumprod(tape.input({-0.0, 2.0}), 0);
  EXPECT_TRUE(std::signbit(zero.value()[0]) && std::signbit(zero.value()[1]));
}

// Of a running extreme's and a running sum of exponentials' slopes no part leaves the range.
TEST(RunningProducts, HaveRelativesThatStayWithinTheRange) {
  for (const auto& f : {Function1<float>([](const auto& x) { return logcumsumexp(x, 0); }),
                        Function1<float>([](const auto& x) { return cummax(x, 0).values; }),
                        Function1<float>([](const auto& x) { return cummin(x, 0).values; })}) {
    const Result<float> got = result_of<float>(f, {-3e38f, 3e38f, -1e30f, 1e30f, 0, 88, -200}, {7},
                                               {1, 2, 3, 4, 5, 6, 7});
    float all = 0;
    for (const float slope : got.slopes) all += slope;
    for (const float number : got.value) EXPECT_TRUE(std::isfinite(number));
    EXPECT_NEAR(all, 28, 1e-4) << "what arrives goes on";
  }
}

}  // namespace
}  // namespace glassgrad
