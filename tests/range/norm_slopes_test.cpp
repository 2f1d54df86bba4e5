// Slopes of norms as nodes, and slopes of those, over the whole range: against 50-digit arithmetic,
// and what holds where an entry is infinite.
#include "glassgrad/ops/functions/norms.hpp"
#include "range/scaled.hpp"

namespace glassgrad {
namespace {

using namespace range;

Wide norm_of(const Wides& x, double p) {
  Wide sum = 0;
  for (const Wide& each : x) sum += pow(Wide(abs(each)), Wide(p));
  return pow(sum, Wide(Wide(1) / Wide(p)));
}
// (sign x) |x / y|^power
Wide ratio_of(const Wide& x, const Wide& y, double power) {
  return (x < 0 ? -1 : 1) * pow(Wide(abs(Wide(x / y))), Wide(power));
}
template <class T>
std::pair<Numbers<T>, Numbers<T>> both_slopes(const Numbers<T>& x, double p) {
  Tape<T> tape;
  const Node<T> of = input(tape, x), y = norm(of, p);
  const auto node = grad(y, of);
  tape.backward(y);
  return {list<T>(of.upstream()), list<T>(node.value())};
}

// Where x / y has no number, or is denormal, its power may have one.
template <class T>
void expect_slopes_of_small_quotients(const Numbers<T>& x) {
  for (const double p : {1.5, 1.1, 1.01, 0.75, 0.5}) {
    Wides wanted;
    for (const T each : x)
      wanted.push_back(ratio_of(Wide(each), norm_of(range::wide(x), p), p - 1));
    const auto [backward, node] = both_slopes(x, p);
    // of float32 the exponent has the digits of float32
    const double most = 16 + 200 * double(sizeof(T) == 4);
    expect_within<T>(backward, wanted, most, "order " + std::to_string(p));
    expect_within<T>(node, wanted, most, "a node, order " + std::to_string(p));
  }
}
TEST(NormSlopes, AsNodesAreRightWhereQuotientsLeaveTheRange) {
  expect_slopes_of_small_quotients<double>({1e300, -2e-10, 3e-300, 5e-324});
  expect_slopes_of_small_quotients<float>({1e38f, -2e-3f, 3e-38f, 1e-44f});
}

// 10^5 equal numbers have the norm 10^(5/p) of order p, which is infinite for 0.0161, the slope
// 10^(5/p - 5) is not.
template <class T>
void expect_slopes_of_an_infinite_norm(std::size_t count, double p, T size, T upstream) {
  const Numbers<T> x(count, size);
  Tape<T> tape;
  const Node<T> of = input(tape, x), y = norm(of, p);
  ASSERT_TRUE(std::isinf(y.item()));
  const auto node = grad(y, of);
  tape.backward(y * upstream);
  const Wide wanted = pow(Wide(double(count)), Wide(1 / Wide(p) - 1));
  EXPECT_LE(ulps(node.value()[0], wanted), 16) << node.value()[0] << " for " << wanted;
  EXPECT_LE(ulps(of.upstream()[0], Wide(wanted * Wide(upstream))), 16);
}
TEST(NormSlopes, OfSmallOrdersAreFiniteWhereTheNormIsNot) {
  for (const double size : {1.0, 1e300})
    expect_slopes_of_an_infinite_norm<double>(100000, 0.0161, size, 1e-300);
  expect_slopes_of_an_infinite_norm<double>(100000, 0.5, 1e300, 1e-300);
  expect_slopes_of_an_infinite_norm<float>(1024, 0.078125, 1, 1e-30f);
  expect_slopes_of_an_infinite_norm<float>(1024, 0.5, 1e35f, 1e-30f);
}

// The ratio itself, of one x and one y from the whole range: value, both slopes and their slopes.
template <class T>
void expect_ratio(const NormRatio& op, Random& random) {
  const auto draw = [&random](int most) {
    return std::ldexp(T(1 + random.uniform()), int(random.below(std::uint64_t(2 * most))) - most);
  };
  constexpr int most = std::numeric_limits<T>::max_exponent / 4;
  for (int round = 0; round < 200; ++round) {
    const T x = random.below(2) ? draw(most) : -draw(most), y = draw(most);
    const double q = op.power;
    const Wide a = x, b = y, sign = op.odd && x < 0 ? -1 : 1;
    const auto power = [&](double of) { return pow(Wide(abs(Wide(a / b))), Wide(of)); };
    const Wide value = sign * power(q), to_x = (x < 0 ? -sign : sign) * q * power(q - 1) / b;
    const auto fits = [](const Wide& size) {
      using L = std::numeric_limits<T>;
      return size == 0 || (abs(size) < Wide(L::max() / 64) && abs(size) > Wide(L::min() * 64));
    };
    if (!fits(value) || !fits(to_x) || !fits(power(q - 1)) || !fits(power(q - 2))) continue;
    Tape<T> tape;
    const Node<T> of_x = tape.input({x}), of_y = tape.input(y);
    const Node<T> r = apply(op, of_x, of_y);
    const auto first = grad(sum(r), {of_x, of_y});
    const std::string what = std::to_string(q) + " of " + std::to_string(round);
    EXPECT_LE(ulps(r.value()[0], value), 4) << what;
    EXPECT_LE(ulps(first[0].value()[0], to_x), 8) << what;
    EXPECT_LE(ulps(first[1].item(), Wide(-q * value / b)), 8) << what;
    const Wide twice = sign * q * (q - 1) * power(q - 2) / b / b;
    const auto second = grad(sum(first[0]), {of_x, of_y});
    EXPECT_LE(ulps(second[0].value()[0], twice), 256) << what;
    EXPECT_LE(ulps(second[1].item(), Wide(-q * to_x / b)), 256) << what;
  }
}
TEST(NormSlopes, TheRatioHasItsDerivativesOverTheWholeRange) {
  Random random(5);
  for (const double power : {1.0, 0.5, -0.5, 2.0, -1.5, 0.0})
    for (const bool odd : {true, false}) {
      expect_ratio<double>({power + 1, power, odd, {}}, random);
      expect_ratio<float>({power + 1, power, odd, {}}, random);
    }
}

// H v with the slopes r_i: (p - 1) (|x_i / y|^(p - 2) v_i - r_i (r v)) / y
template <class T>
void expect_second_derivatives(double p, int k) {
  const Numbers<T> x = times_two_to<T>(k, {3, -4, T(0.5), 2}), v{1, T(0.5), -2, T(0.25)};
  const Wide y = norm_of(range::wide(x), p);
  Wide along = 0;
  for (std::size_t i = 0; i < x.size(); ++i) along += ratio_of(Wide(x[i]), y, p - 1) * Wide(v[i]);
  Wides wanted;
  for (std::size_t i = 0; i < x.size(); ++i)
    wanted.push_back((p - 1) *
                     (abs(ratio_of(Wide(x[i]), y, p - 2)) * Wide(v[i]) -
                      ratio_of(Wide(x[i]), y, p - 1) * along) /
                     y);
  Tape<T> tape;
  const Node<T> of = input(tape, x);
  const auto slopes = grad(norm(of, p), of);
  const auto reverse = grad(sum(slopes * input(tape, v)), of);
  const auto forward = jvp(slopes, of, input(tape, v));
  const std::string what = "order " + std::to_string(p) + " of 2^" + std::to_string(k);
  expect_within<T>(list<T>(reverse.value()), wanted, 256, what);
  expect_within<T>(list<T>(forward.value()), wanted, 256, what + ", forward");
}
TEST(NormSlopes, HaveSlopesOfTheirOwn) {
  for (const double p : {2.0, 3.0, 1.5, 0.5, -2.0}) {
    for (const int k : {-1000, -500, 0, 500, 1000}) expect_second_derivatives<double>(p, k);
    for (const int k : {-120, -60, 0, 60, 120}) expect_second_derivatives<float>(p, k);
  }
}

// docs/conventions.md: slopes of the limit, an even split among infinite entries; no second ones.
TEST(NormSlopes, OfInfiniteEntriesAreTheLimitAndHaveNone) {
  const double inf = std::numeric_limits<double>::infinity();
  for (const double p : {2.0, 3.0, 1.5, 0.5, -2.0}) {
    const double share = std::pow(2.0, (1 - p) / p), finite = p > 1 ? 0 : inf;
    Tape<double> tape;
    const Node<double> x = tape.input({{inf, 3, -inf}, {3, 4, 0}, {-inf, -inf, -inf}});
    const Node<double> y = norm(x, p, 1), u = tape.input({2, 1, 1});
    const auto slopes = grad(sum(y * u), x);
    tape.backward(sum(y * u));
    EXPECT_EQ(list<double>(slopes.value()), list<double>(x.upstream()));
    const Numbers<double> got = list<double>(slopes.value());
    const double all = -std::pow(3.0, (1 - p) / p);
    EXPECT_NEAR(got[6], all, 1e-15);
    EXPECT_NEAR(got[7], all, 1e-15);
    EXPECT_TRUE(std::isfinite(got[3]) && std::isfinite(got[4]) && got[5] == 0) << p;
    if (p > 0) {
      EXPECT_NEAR(got[0], 2 * share, 1e-15) << p;
      EXPECT_EQ(got[1], 2 * finite) << p;
      EXPECT_NEAR(got[2], -2 * share, 1e-15) << p;
    } else {  // of a negative order the smallest counts
      EXPECT_EQ(got[0], 0) << p;
      EXPECT_EQ(got[1], 2) << p;
      EXPECT_EQ(got[2], 0) << p;
    }
    if (p < 1) continue;
    const auto second = list<double>(
        grad(sum(slopes * tape.constant({{1, 2, 3}, {1, 2, 3}, {1, 2, 3}})), x).value());
    for (const std::size_t i : {0, 1, 2, 6, 7, 8}) EXPECT_EQ(second[i], 0) << p << ", " << i;
    EXPECT_NE(second[3], 0) << p;
  }
}

}  // namespace
}  // namespace glassgrad
