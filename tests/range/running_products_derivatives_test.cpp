// Derivatives of running products of every order: those that are nodes have the bits of those that
// backward computes, and each is right wherever it is within the range.
#include "glassgrad/ops/functions/cumulative.hpp"
#include "range/running_products.hpp"

namespace glassgrad {
namespace {

using namespace range;

template <class T>
Numbers<T> some(std::size_t n, std::uint64_t seed) {
  Random random(seed);
  Numbers<T> numbers;
  for (std::size_t i = 0; i < n; ++i) numbers.push_back(T(random.normal()));
  return numbers;
}

template <class T>
void expect_same_bits(const Numbers<T>& x, bool column) {
  const auto n = std::int64_t(x.size());
  const Shape shape = column ? Shape{n, 1} : Shape{n};
  for (const std::uint64_t seed : {1, 2}) {
    Tape<T> tape;
    const Node<T> at = input(tape, x, shape);
    const Node<T> cost = sum(cumprod(at, 0) * input(tape, some<T>(x.size(), seed), shape));
    tape.backward(cost);
    const Numbers<T> wanted = list<T>(at.upstream()), got = list<T>(grad(cost, at).value());
    for (std::size_t i = 0; i < x.size(); ++i)
      EXPECT_TRUE(got[i] == wanted[i] || (std::isnan(got[i]) && std::isnan(wanted[i])))
          << "of " << n << " from " << x[0] << ", slope " << i << ": " << got[i] << " for "
          << wanted[i];
  }
}
TEST(RunningProducts, HaveTheSameSlopesAsNodes) {
  for (const auto& x : rows_of_factors<double>()) expect_same_bits(x, x.size() % 2 == 1);
  for (const auto& x : rows_of_factors<float>()) expect_same_bits(x, x.size() % 2 == 1);
}

// The sum over k of u[k] times the sum of all products x[0] ... x[k] in which one factor is taken
// out for `own` and one is replaced by each direction's.
Wide derivative(const Wides& x, const Wides& u, std::size_t own, const std::vector<Wides>& w) {
  Wides parts(std::size_t(1) << w.size(), Wide(0));
  parts[0] = 1;
  Wide total = 0;
  for (std::size_t k = 0; k < x.size(); ++k) {
    for (std::size_t set = parts.size(); k != own && set-- > 0;) {
      parts[set] *= x[k];
      for (std::size_t i = 0; i < w.size(); ++i)
        if (set >> i & 1) parts[set] += parts[set ^ (std::size_t(1) << i)] * w[i][k];
    }
    if (k >= own) total += u[k] * parts.back();
  }
  return total;
}
Wides absolute(Wides numbers) {
  for (Wide& each : numbers) each = abs(each);
  return numbers;
}

// Of sum(u cumprod(x)) the gradient, and its derivatives in one direction more each time.
template <class T>
void expect_orders(const Numbers<T>& x) {
  const std::size_t n = x.size();
  const Shape shape{std::int64_t(n)};
  Tape<T> tape;
  const Node<T> at = input(tape, x);
  const Numbers<T> u = some<T>(n, 3);
  Node<T> cost = sum(cumprod(at, 0) * input(tape, u));
  std::vector<Wides> directions, sizes;
  for (std::uint64_t order = 1; order <= 3; ++order) {
    const Node<T> gradient = grad(cost, at);
    for (std::size_t i = 0; i < n; ++i) {
      const Wide wanted = derivative(range::wide(x), range::wide(u), i, directions);
      const Wide most = derivative(absolute(range::wide(x)), absolute(range::wide(u)), i, sizes);
      if (most > Wide(std::numeric_limits<T>::max())) continue;  // a part leaves the range itself
      const T got = gradient.value()[std::int64_t(i)];
      EXPECT_TRUE(std::isfinite(got) && abs(Wide(got) - wanted) <= 4 * unit<T>(most))
          << "order " << order << " of " << n << " from " << x[0] << ", number " << i << ": " << got
          << " for " << wanted;
    }
    const Numbers<T> w = some<T>(n, 3 + order);
    cost = sum(gradient * input(tape, w));
    directions.push_back(range::wide(w)), sizes.push_back(absolute(range::wide(w)));
  }
}
TEST(RunningProducts, HaveDerivativesOfEveryOrder) {
  for (const auto& x : rows_of_factors<double>()) expect_orders(x);
  for (const auto& x : rows_of_factors<float>()) expect_orders(x);
}

// Forward, and back through that: the same numbers as back twice.
TEST(RunningProducts, HaveTangents) {
  for (const auto& x : rows_of_factors<double>()) {
    const std::size_t n = x.size();
    const Numbers<double> w = some<double>(n, 5), u = some<double>(n, 6);
    Tape<double> tape;
    const Node<double> at = input(tape, x), along = input(tape, w), y = cumprod(at, 0);
    const Node<double> tangent = jvp(y, at, along);
    for (std::size_t k = 0; k < n; ++k) {
      Wides one(n, Wide(0));
      one[k] = 1;
      Wide wanted = 0, most = 0;
      for (std::size_t i = 0; i <= k; ++i) {
        const Wide slope = derivative(range::wide(x), one, i, {}) * Wide(w[i]);
        wanted += slope, most += abs(slope);
      }
      if (most > Wide(std::numeric_limits<double>::max())) continue;
      const double got = tangent.value()[std::int64_t(k)];
      EXPECT_LE(abs(Wide(got) - wanted), 4 * unit<double>(most)) << "of " << n << " from " << x[0];
    }
    const Node<double> by_forward = grad(sum(tangent * input(tape, u)), at);
    const Node<double> back = grad(sum(grad(sum(y * input(tape, u)), at) * along), at);
    const Numbers<double> a = list<double>(by_forward.value()), b = list<double>(back.value());
    for (std::size_t i = 0; i < n; ++i) EXPECT_TRUE(a[i] == b[i] || std::isnan(a[i])) << i;
  }
}

TEST(RunningProducts, RefuseMoreDirectionsThanTheyHavePartsFor) {
  Tape<double> tape;
  const Node<double> x = input(tape, {2.0, 3.0});
  std::vector<Node<double>> in(18, x);
  const auto apply_to = [&](std::size_t inputs) {
    return apply_all(CumprodPush{0}, std::span<const Node<double>>(in).first(inputs));
  };
  try {
    apply_to(18);
    FAIL();
  } catch (const ShapeError& error) {
    EXPECT_STREQ(error.what(),
                 "[cumprod_push] derivatives in 17 directions are too many. Take 16 or fewer.");
  }
  EXPECT_EQ(apply_to(17).value()[1], 0);  // there are two factors
  EXPECT_EQ(apply_to(3).value()[1], 12);  // both orders of 2 times 3
}

}  // namespace
}  // namespace glassgrad
