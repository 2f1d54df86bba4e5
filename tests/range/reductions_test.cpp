// Sums, means and undone broadcasts over millions of numbers along every axis: within a few units
// in the last place times log2(n) of the exact sum, in float32 too, on a tape and in a program.
#include "glassgrad/program/program.hpp"
#include "range/scaled.hpp"

namespace glassgrad {
namespace {

using namespace range;

template <class T>
Numbers<T> drawn(std::int64_t count, std::uint64_t seed) {
  Random random(seed);
  Numbers<T> numbers(static_cast<std::size_t>(count));
  for (T& number : numbers) number = T(0.5 + random.uniform());
  return numbers;
}
double allowed(std::int64_t n) { return 2 * std::log2(double(n)) + 1; }

struct Sums {
  Shape shape;
  Axes axes;
};
const Sums sums_along[] = {
    {{1000000}, {}},
    {{200000, 3}, 0},
    {{3, 200000}, 1},
    {{2, 100000, 5}, 1},
    {{100000, 2, 3}, {0, 2}},
    {{70000, 3, 4}, {0, 2}},
    {{3000, 2, 40}, {0, 2}},
    {{65, 1030}, 0},
    {{2, 300, 3, 2}, {1, 3}},
    {{300, 2, 200, 2}, {0, 2}},
    {{64, 7}, 0},
    {{1, 1}, 0},
};

// The reduced place of every number, by its coordinates.
std::vector<Exact> exact_sums(const Shape& shape, const Shape& kept, const auto& numbers) {
  std::vector<Exact> sums(std::size_t(kept.count()));
  std::int64_t at[max_rank] = {};
  for (std::int64_t i = 0; i < shape.count(); ++i) {
    std::int64_t place = 0;
    for (int axis = 0; axis < shape.rank(); ++axis)
      place = place * kept[axis] + (kept[axis] == 1 ? 0 : at[axis]);
    sums[std::size_t(place)].add(numbers[std::size_t(i)]);
    for (int axis = shape.rank() - 1; axis >= 0 && ++at[axis] == shape[axis]; --axis) at[axis] = 0;
  }
  return sums;
}

template <class T>
void expect_sums() {
  for (const Sums& of : sums_along) {
    const Numbers<T> numbers = drawn<T>(of.shape.count(), 7);
    Tape<T> tape(Keep::values);
    const Node<T> x = input(tape, numbers, of.shape);
    const Node<T> total = sum(x, of.axes, true), average = mean(x, of.axes, true);
    const std::int64_t n = of.shape.count() / total.shape().count();
    const std::vector<Exact> exact = exact_sums(of.shape, total.shape(), numbers);
    for (std::size_t i = 0; i < exact.size(); ++i) {
      const Wide wanted = exact[i].value();
      ASSERT_LE(ulps(total.value()[std::int64_t(i)], wanted), allowed(n))
          << to_text(of.shape) << " " << i;
      ASSERT_LE(ulps(average.value()[std::int64_t(i)], Wide(wanted / n)), allowed(n) + 1);
    }
  }
}
TEST(Sums, AreRightToAFewUlpAlongAnyAxis) {
  expect_sums<float>();
  expect_sums<double>();
}

// What a stretched input gets is the sum of the upstreams, for every way of stretching.
template <class T>
void expect_undone(const Shape& full, const Shape& stretched) {
  const Numbers<T> upstream = drawn<T>(full.count(), 3);
  Tape<T> tape(Keep::parameters);
  const Node<T> b = tape.input(View<const T>{upstream.data(), &stretched});
  const Node<T> x = input(tape, upstream, full);
  tape.backward(sum(x * (stop_gradient(x) * 0 + b)));
  Shape kept = stretched;
  while (kept.rank() < full.rank()) kept = kept.behind(1);
  const std::vector<Exact> exact = exact_sums(full, kept, upstream);
  for (std::size_t i = 0; i < exact.size(); ++i)
    ASSERT_LE(ulps(b.upstream()[std::int64_t(i)], exact[i].value()),
              allowed(full.count() / kept.count()) + 1)
        << to_text(full) << " " << to_text(stretched) << " " << i;
}
TEST(Sums, UndoBroadcastsToAFewUlp) {
  for (const auto& [full, stretched] : {std::pair<Shape, Shape>{{200000, 3}, {3}},
                                        {{200000, 3}, {1, 3}},
                                        {{3, 200000}, {3, 1}},
                                        {{200000, 3}, {}},
                                        {{700, 1100}, {1100}},
                                        {{90000, 2, 3}, {2, 1}},
                                        {{3000, 2, 40}, {1, 2, 1}},
                                        {{300, 2, 200, 2}, {2, 1, 2}},
                                        {{70000, 2, 3}, {3}}}) {
    expect_undone<float>(full, stretched);
    expect_undone<double>(full, stretched);
  }
}

// What was found to be wrong once.
TEST(Sums, OfManyFloatsAreNotStuck) {
  const Numbers<float> ones(20000000, 1.0f);
  Tape<float> tape(Keep::values);
  EXPECT_EQ(sum(input(tape, ones, {20000000, 1}), 0).value()[0], 2e7f);
  EXPECT_EQ(sum(input(tape, ones)).item(), 2e7f);
  tape.clear();
  const Numbers<float> tenths(3000000, 0.1f);
  for (const float each : list<float>(mean(input(tape, tenths, {1000000, 3}), 0).value()))
    EXPECT_NEAR(each, 0.1, 1e-7);
}
TEST(Sums, ABiasUnderAMillionRowsHasItsGradientOnTapeAndInAProgram) {
  constexpr std::int64_t rows = 1000000, columns = 2;
  const Numbers<float> x(rows * columns, 0.1f);
  Parameter<float> bias("bias", {0, 0});
  const auto cost = [&](const Node<float>& at) { return sum(at * (at * 0 + (*at.tape())(bias))); };
  Tape<float> tape(Keep::parameters);
  tape.backward(cost(input(tape, x, {rows, columns})));
  tape.add_to_parameters();
  for (const float slope : list<float>(bias.gradient())) EXPECT_NEAR(slope, 1e5, 0.1);
  bias.zero_gradient();
  const Shape shape{rows, columns};
  auto program = compile<float>([&](Tape<float>&, const Fed<float>& in) { return cost(in[0]); },
                                {View<const float>{x.data(), &shape}});
  program(View<const float>{x.data(), &shape});
  for (const float slope : list<float>(bias.gradient())) EXPECT_NEAR(slope, 1e5, 0.1);
}
TEST(Sums, HaveTheSameBitsForAnyNumberOfThreads) {
  const Numbers<double> numbers = drawn<double>(300000, 5);
  const Shape shape{100000, 3}, row{3};
  const int before = threads();
  std::vector<Numbers<double>> all;
  for (const int count : {1, 2, 3}) {
    set_threads(count);
    Tape<double> tape;
    const Node<double> x = input(tape, numbers, shape), b = input(tape, {1, 2, 3}, row);
    tape.backward(sum(square(x + b)));
    all.push_back(list<double>(b.upstream()));
  }
  set_threads(before);
  EXPECT_EQ(all[0], all[1]);
  EXPECT_EQ(all[0], all[2]);
}

// A part of the sum may leave the range though the sum does not; a mean never does.
TEST(Sums, MayLeaveTheRangeOnTheWay) {
  const double large = std::numeric_limits<double>::max();
  Tape<double> tape;
  EXPECT_EQ(mean(tape.input({large, large, large})).item(), large);
  EXPECT_EQ(sum(tape.input({large, large, -large})).item(), large);
  EXPECT_EQ(list<double>(mean(tape.input({{large, 1.0}, {large, 3.0}}), 0).value()),
            (Numbers<double>{large, 2}));
  EXPECT_TRUE(std::isinf(sum(tape.input({large, large})).item()));
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(mean(tape.input({infinity, 1.0})).item(), infinity);
  EXPECT_TRUE(std::isnan(sum(tape.input({infinity, -infinity})).item()));
}

template <class T>
void expect_running_sums() {
  constexpr std::int64_t n = 20000;
  const Numbers<T> numbers = drawn<T>(2 * n, 9);
  Tape<T> tape;
  const Node<T> x = input(tape, numbers, Shape{n, 2}), y = cumsum(x, 0);
  tape.backward(sum(y * x));
  Exact exact[2], back;
  for (std::int64_t i = 0; i < 2 * n; ++i) {
    exact[i % 2].add(numbers[std::size_t(i)]);
    ASSERT_LE(ulps(y.value()[i], exact[i % 2].value()), 2.0) << i;
  }
  for (std::int64_t i = 2 * n - 2; i >= 0; i -= 2) {  // y[i] and what later ones weigh x[i] with
    back.add(numbers[std::size_t(i)]);
    if (i % 1000 != 0) continue;
    ASSERT_LE(ulps(x.upstream()[i], Wide(back.value() + Wide(y.value()[i]))), 6.0) << i;
  }
}
TEST(Sums, RunWithoutLosingDigits) {
  expect_running_sums<float>();
  expect_running_sums<double>();
}

// Homogeneous: f(2^k x) = 2^k f(x) to the last bit, and the slopes are the same.
template <class T>
void expect_homogeneous() {
  const Shape shape{3, 5};
  const Numbers<T> numbers = drawn<T>(15, 21);
  const std::pair<const char*, Function1<T>> all[] = {
      {"sum", [](const Node<T>& x) { return sum(x, 0); }},
      {"mean", [](const Node<T>& x) { return mean(x, 1); }},
      {"max", [](const Node<T>& x) { return max(x, 1); }},
      {"min", [](const Node<T>& x) { return min(x); }},
      {"cumsum", [](const Node<T>& x) { return cumsum(x, 1); }},
      {"median", [](const Node<T>& x) { return median(x, 1); }},
      {"quantile", [](const Node<T>& x) { return quantile(x, 0.3, 1); }},
      {"deviation", [](const Node<T>& x) { return deviation(x, 1); }},
      {"trapezoid", [](const Node<T>& x) { return trapezoid(x, 0.5, 1); }},
      {"norm", [](const Node<T>& x) { return norm(x, 2, 1); }},
      {"norm of order 1", [](const Node<T>& x) { return norm(x, 1, 1); }},
      {"norm of order 3", [](const Node<T>& x) { return norm(x, 3, 0); }},
      {"norm of order -1", [](const Node<T>& x) { return norm(x, -1, 0); }},
      {"largest", [](const Node<T>& x) { return norm(x, INFINITY, 1); }},
  };
  for (const auto& [what, f] : all) {
    const Result<T> plain = result_of<T>(f, numbers, shape);
    for (const int k : exponents<T>()) {
      const Result<T> scaled = result_of<T>(f, times_two_to(k, numbers), shape);
      EXPECT_EQ(scaled.value, times_two_to(k, plain.value)) << what << " 2^" << k;
      EXPECT_EQ(scaled.slopes, plain.slopes) << what << " 2^" << k;
    }
  }
}
TEST(Reductions, AreHomogeneousOverTheWholeRange) {
  expect_homogeneous<float>();
  expect_homogeneous<double>();
}

}  // namespace
}  // namespace glassgrad
