// Norms, deviations and normalisations of numbers of every size, in units of the last place against
// 50-digit arithmetic; and the table "Squares before roots" of faults found by trying.
#include "glassgrad/ops/functions/norms.hpp"

#include "glassgrad/ops/functions/normalization.hpp"
#include "range/scaled.hpp"

namespace glassgrad {
namespace {

using namespace range;

// Numbers whose exponents lie around one that is drawn from the whole range.
template <class T>
Numbers<T> of_any_size(Random& random, std::size_t count) {
  constexpr int least = std::numeric_limits<T>::min_exponent + 2;
  constexpr int most = std::numeric_limits<T>::max_exponent - 6;
  const int centre = least + int(random.below(std::uint64_t(most - least)));
  Numbers<T> numbers(count);
  for (T& number : numbers) {
    const int exponent = centre - int(random.below(3)) * int(random.below(20));
    number = std::ldexp(T(random.uniform() - 0.5), std::max(exponent, least));
  }
  return numbers;
}
Wide norm_of(const Wides& x, double p) {
  Wide sum = 0;
  for (const Wide& each : x) sum += pow(Wide(abs(each)), Wide(p));
  return pow(sum, Wide(Wide(1) / Wide(p)));
}
Wides slopes_of(const Wides& x, double p) {
  const Wide size = norm_of(x, p);
  Wides slopes;
  for (const Wide& each : x) {
    const Wide ratio = abs(Wide(each / size));
    slopes.push_back(each == 0 ? Wide(0) : Wide((each < 0 ? -1 : 1) * pow(ratio, Wide(p - 1))));
  }
  return slopes;
}

template <class T>
void expect_norms(double p, double most, int rounds) {
  Random random(31);
  for (int round = 0; round < rounds; ++round) {
    const Numbers<T> x = of_any_size<T>(random, 1 + random.below(p == 1 || p == 2 ? 40 : 8));
    const Result<T> got = result_of<T>([p](const Node<T>& n) { return norm(n, p); }, x,
                                       Shape{std::int64_t(x.size())});
    const std::string what = "order " + std::to_string(p) + " round " + std::to_string(round);
    expect_within<T>(got.value, {norm_of(range::wide(x), p)}, most, what);
    expect_within<T>(got.slopes, slopes_of(range::wide(x), p), most, what + ": slopes");
  }
}
TEST(Norms, AreRightToAFewUlpOverTheWholeRange) {
  for (const double p : {1.0, 2.0}) {
    expect_norms<float>(p, 4, 200);
    expect_norms<double>(p, 4, 200);
  }
}
// Quotients of a unit in the last place are raised to p - 1, and sums to 1/p.
TEST(Norms, OfOtherOrdersLoseWhatPowersLose) {
  for (const double p : {3.0, 1.5, 0.5, -2.0}) {
    expect_norms<float>(p, 16, 30);
    expect_norms<double>(p, 16, 30);
  }
}
TEST(Norms, OfVeryHighOrdersAreTheLargest) {
  Tape<double> tape;
  EXPECT_NEAR(norm(tape.input({3, -7, 5}), 4000).item(), 7, 1e-12);
  EXPECT_NEAR(norm(tape.input({3, -7, 5}), -4000).item(), 3, 1e-12);
}

// What was found to be wrong once.
template <class T>
void expect_norm(const Numbers<T>& x, T value, const Numbers<T>& slopes) {
  const Result<T> got =
      result_of<T>([](const Node<T>& n) { return norm(n); }, x, Shape{std::int64_t(x.size())});
  EXPECT_LE(ulps(got.value[0], Wide(value)), 1) << got.value[0];
  expect_within<T>(got.slopes, range::wide(slopes), 1, "slopes");
}
TEST(Norms, OfNumbersWhoseSquaresLeaveTheRange) {
  expect_norm<float>({1e20f, 1, 1}, 1e20f, {1, 1e-20f, 1e-20f});
  expect_norm<double>({3e200, 4e200}, 5e200, {0.6, 0.8});
  expect_norm<float>({3e-30f, 4e-30f}, 5e-30f, {0.6f, 0.8f});
  expect_norm<double>({3e-320, 4e-320}, 5e-320, {0.6, 0.8});
  expect_norm<double>({0, 0}, 0, {0, 0});
  Tape<float> tape;
  const Numbers<float> unit = list<float>(normalize(tape.input({3e20, 4e20})).value());
  expect_within<float>(unit, {0.6, 0.8}, 1, "normalize");
}
// docs/conventions.md: what divides by a norm needs it; rows are normalised without one.
TEST(Norms, ThatLeaveTheRangeThemselvesAreInfinite) {
  const double most = 1.7e308;
  Tape<double> tape;
  const auto x = tape.input({{most, 1}, {-most, 2}, {0, 3}}), column = slice(x, 1, 0, 1);
  EXPECT_TRUE(std::isinf(norm(column).item()));
  EXPECT_TRUE(std::isinf(deviation(column, {}, 0).item()));
  for (const auto& y : {normalize(column, 2, 0), renorm(column, 2, 1, 1.0), batch_norm(column)})
    for (const double each : list<double>(y.value())) EXPECT_EQ(each, 0);
  EXPECT_EQ(cosine_similarity(column, column, 0).value()[0], 0);
  const auto row = layer_norm(tape.input({{most, -most}}), 1, 0);
  EXPECT_EQ(list<double>(row.value()), (Numbers<double>{1, -1}));
}
// A norm that is denormal has not the digits that a slope would need, an infinite one has none.
template <class T>
void expect_slopes_beyond_the_norm() {
  const T least = std::numeric_limits<T>::denorm_min(), most = std::numeric_limits<T>::max();
  for (const double p : {2.0, 3.0, 1.5, 0.5, -1.0, -2.0, -0.125})
    for (const Numbers<T>& x : {Numbers<T>{5 * least, -7 * least, least}, Numbers<T>{least, least},
                                Numbers<T>{most, most / 3, -most}, Numbers<T>{most, -most / 1024},
                                Numbers<T>(8, least)}) {
      const Result<T> got = result_of<T>([p](const Node<T>& n) { return norm(n, p); }, x,
                                         Shape{std::int64_t(x.size())});
      const std::string what = "order " + std::to_string(p) + " of " + std::to_string(double(x[0]));
      expect_within<T>(got.slopes, slopes_of(range::wide(x), p), 16, what);
      Tape<T> tape;
      const auto n = tape.input(x);
      const auto slopes = grad(norm(n, p), n);
      expect_within<T>(list<T>(slopes.value()), slopes_of(range::wide(x), p), 16, what + ", nodes");
    }
}
TEST(Norms, HaveSlopesWhereTheyAreDenormalOrInfinite) {
  expect_slopes_beyond_the_norm<float>();
  expect_slopes_beyond_the_norm<double>();
  // beside rows that are neither, and nothing at all
  const double least = std::numeric_limits<double>::denorm_min();
  const Result<double> got =
      result_of<double>([](const auto& x) { return norm(x, 2, 1); },
                        {3, 4, 30 * least, 40 * least, 0, 0, 1.5e308, 1.5e308}, {4, 2});
  expect_within<double>(got.slopes, {0.6, 0.8, 0.6, 0.8, 0, 0, std::sqrt(0.5), std::sqrt(0.5)}, 1,
                        "rows");
}
// Quotients leave the range where roots of them do not.
TEST(Norms, OfSmallOrdersOverFiveHundredDecades) {
  const Numbers<double> x{1e-250, 3e250, -2e-10, 1e100};
  for (const double p : {0.01, 0.1, -0.01, 1.1}) {
    const Result<double> got =
        result_of<double>([p](const Node<double>& n) { return norm(n, p); }, x, Shape{4});
    const Wides slopes = slopes_of(range::wide(x), p);
    const double most = 8 / std::abs(p);  // a root of order p multiplies errors by 1/p
    expect_within<double>(got.value, {norm_of(range::wide(x), p)}, most, std::to_string(p));
    for (std::size_t i = 0; i < x.size(); ++i)
      if (abs(slopes[i]) < 1e300 && abs(slopes[i]) > 1e-300) {
        EXPECT_LE(ulps(got.slopes[i], slopes[i]), most) << p << " " << i;
      }
  }
}
// (x - m) / sqrt(v): its slope to v, -(x - m) / (2 v^1.5), by quotients of moderate size
TEST(Norms, BatchNormOfAKeptVarianceHasItsSlopeOverTheWholeRange) {
  for (const double v : {1e-30, 1.0, 1e30}) {
    Tape<float> tape;
    const auto x = tape.input({{float(std::sqrt(v))}}), variance = tape.input({float(v)});
    tape.backward(batch_norm(x, tape.constant({0.0f}), variance, 0), {{1.0f}});
    const Wide wanted = -Wide(x.value()[0]) / (2 * Wide(float(v)) * sqrt(Wide(float(v))));
    EXPECT_LE(ulps(variance.upstream()[0], wanted), 4) << v << " " << variance.upstream()[0];
  }
}
TEST(Norms, OfMatricesToo) {
  const Result<double> got = result_of<double>([](const Node<double>& x) { return matrix_norm(x); },
                                               {3e200, 0, 0, 4e200}, {2, 2});
  EXPECT_LE(ulps(got.value[0], Wide(5e200)), 1);
  expect_within<double>(got.slopes, {0.6, 0, 0, 0.8}, 1, "slopes");
}
TEST(Norms, OfSeveralRowsAreThoseOfEach) {
  Tape<double> tape;
  const auto x = tape.input({{3.0, 4.0}, {3e200, 4e200}, {3e-200, 4e-200}, {0.0, 0.0}});
  const auto y = norm(x, 2, 1);
  tape.backward(sum(y / norm(x, INFINITY, 1) * 4e-300));
  EXPECT_EQ(list<double>(y.value())[0], 5);
  expect_within<double>(list<double>(y.value()), {5, 5e200, 5e-200, 0}, 1, "rows");
}

template <class T>
void expect_unit(const char* what, const Function1<T>& f) {
  const Numbers<T> numbers = {3, -4, 1, 0.5, 2, -1, 7, 3, -1, 2, -6, 5};
  const Result<T> plain = result_of<T>(f, numbers, {2, 6});
  for (const int k : exponents<T>()) {
    if (k < std::numeric_limits<T>::min_exponent / 2) continue;  // slopes of 2^-k leave the range
    const Result<T> scaled = result_of<T>(f, times_two_to(k, numbers), {2, 6}, plain.value);
    expect_within<T>(scaled.value, range::wide(plain.value), 16, what);
  }
}
TEST(Normalisations, DoNotDependOnTheSize) {
  expect_unit<double>("normalize", [](const auto& x) { return normalize(x, 2, 1, 0); });
  expect_unit<double>("layer_norm", [](const auto& x) { return layer_norm(x, 1, 0); });
  expect_unit<double>("group_norm", [](const auto& x) { return group_norm(x, 2, 0); });
  expect_unit<double>("batch_norm", [](const auto& x) { return batch_norm(x, 0); });
  expect_unit<double>("cosine_similarity", [](const auto& x) {
    return cosine_similarity(slice(x, 0, 0, 1), slice(x, 0, 1), 1, 0);
  });
  expect_unit<float>("normalize", [](const auto& x) { return normalize(x, 2, 1, 0); });
  expect_unit<float>("layer_norm", [](const auto& x) { return layer_norm(x, 1, 0); });
  expect_unit<float>("batch_norm", [](const auto& x) { return batch_norm(x, 0); });
}

// (x - m) / sqrt(v + eps) and its contribution for an upstream u, in 50 digits.
template <class T>
void expect_layer_norm(const Numbers<T>& x, double eps) {
  const Wides w = range::wide(x);
  const std::size_t n = x.size();
  Numbers<T> upstream(n);
  for (std::size_t i = 0; i < n; ++i) upstream[i] = T(0.25 * double(i % 5) - 0.4);
  Wide mean = 0, variance = 0, mean_u = 0, along = 0;
  for (const Wide& each : w) mean += each / n;
  for (const Wide& each : w) variance += (each - mean) * (each - mean) / n;
  const Wide size = sqrt(Wide(variance + Wide(T(eps))));
  Wides y, slopes;
  for (const Wide& each : w) y.push_back((each - mean) / size);
  for (std::size_t i = 0; i < n; ++i)
    mean_u += Wide(upstream[i]) / n, along += upstream[i] * y[i] / n;
  const Result<T> got = result_of<T>([eps](const Node<T>& r) { return layer_norm(r, 1, eps); }, x,
                                     Shape{std::int64_t(n)}, upstream);
  for (std::size_t i = 0; i < n; ++i) {
    const Wide slope = (upstream[i] - mean_u - y[i] * along) / size;
    const double digit = double(std::numeric_limits<T>::epsilon());
    EXPECT_LE(abs(Wide(got.value[i] - y[i])), 64 * digit * std::max(Wide(1), Wide(abs(y[i]))))
        << x[0];
    EXPECT_LE(abs(Wide(got.slopes[i] - slope)), 64 * digit / size + std::numeric_limits<T>::min())
        << x[0];
  }
}
TEST(Normalisations, OfLargeSmallAndDistantRowsAreRight) {
  expect_layer_norm<float>({1e30f, -2e30f, 3e30f, 1.5e30f}, 1e-5);
  expect_layer_norm<double>({1e200, -2e200, 3e200, 1.5e200}, 1e-5);
  expect_layer_norm<double>({1e308, -1e308, 1.5e308, -1.7e308}, 1e-5);
  expect_layer_norm<double>({1e-200, -2e-200, 3e-200, 1.5e-200}, 1e-5);
  expect_layer_norm<float>({1e8f, 1.00000008e8f, 1.00000016e8f, 1e8f}, 1e-5);
  expect_layer_norm<double>({1e15, 1e15 + 1, 1e15 + 2, 1e15 + 5}, 1e-5);
  Numbers<float> long_row;
  for (int i = 0; i < 5000; ++i) long_row.push_back(-8.3e9f + float(1024 * (i % 7)));
  expect_layer_norm<float>(long_row, 1e-5);
}

// Equal numbers lie at their mean, whatever the sum of them was rounded to.
template <class T>
void expect_constant(std::size_t count, T number) {
  const Numbers<T> x(count, number);
  const Shape row{1, std::int64_t(count)}, column{std::int64_t(count), 1};
  const Numbers<T> none(count, T(0));
  const std::pair<const char*, Function1<T>> all[] = {
      {"var", [](const Node<T>& n) { return var(n); }},
      {"deviation", [](const Node<T>& n) { return deviation(n); }},
      {"layer_norm", [](const Node<T>& n) { return layer_norm(n); }},
      {"batch_norm", [](const Node<T>& n) { return batch_norm(transpose(n)); }},
  };
  for (const auto& [what, f] : all) {
    const Result<T> got = result_of<T>(f, x, row);
    EXPECT_EQ(got.value, Numbers<T>(got.value.size(), T(0))) << what << " of " << number;
    EXPECT_EQ(got.slopes, none) << what << " of " << number;
  }
}
TEST(Deviations, OfEqualNumbersAreExactlyZero) {
  expect_constant<double>(1000, 14.62);
  expect_constant<float>(200, -8.3e9f);
  expect_constant<double>(7, 0.1);
  expect_constant<float>(333, 0.1f);
  expect_constant<double>(1000, 1.7e308);
  expect_constant<double>(1000, 5e-324);
}
TEST(Deviations, AreRightWhereVariancesLeaveTheRange) {
  const Result<double> got =
      result_of<double>([](const auto& x) { return deviation(x); }, {1e200, 3e200}, {2});
  EXPECT_LE(ulps(got.value[0], sqrt(Wide(2)) * Wide(1e200)), 2e1);
  expect_within<double>(got.slopes, {-1 / sqrt(Wide(2)), 1 / sqrt(Wide(2))}, 4, "slopes");
}

// Distances
TEST(Distances, AreRightWhereSquaresLeaveTheRange) {
  Tape<double> tape;
  const auto a = tape.input({{3e200, 0.0}}), b = tape.input({{0.0, 4e200}});
  for (const auto& y : {cdist(a, b), pairwise_distance(a, b), dist(a, b)}) {
    tape.backward(sum(y));
    EXPECT_LE(ulps(list<double>(y.value())[0], Wide(5e200)), 1);
    expect_within<double>(list<double>(a.upstream()), {0.6, -0.8}, 1, "a");
    expect_within<double>(list<double>(b.upstream()), {-0.6, 0.8}, 1, "b");
  }
  const auto near = pdist(tape.input({{3e-200, 0.0}, {0.0, 4e-200}}));
  EXPECT_LE(ulps(near.value()[0], Wide(5e-200)), 1);
  EXPECT_NEAR(cosine_similarity(a, a + b).value()[0], 0.6, 1e-15);
}

}  // namespace
}  // namespace glassgrad
