// Powers, logarithms of base 2 and 10, hypot and remainders of the kernels: what is exact, what the
// C library says of arguments that are not usual, and that no lane's bits depend on its neighbours.
// How far off they are over the whole range is tests/range.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "glassgrad/ops/ops.hpp"

namespace glassgrad {
namespace {

template <class T>
class SimdPowers : public testing::Test {};
using Types = testing::Types<float, double>;
TYPED_TEST_SUITE(SimdPowers, Types);

template <class T>
using Numbers = std::vector<T>;

template <class T, class F>
Numbers<T> values(const F& f, const Numbers<T>& x, const Numbers<T>& y) {
  Tape<T> tape;
  const View<const T> result = f(tape.input(x), tape.input(y)).value();
  return {result.data, result.data + x.size()};
}

// All pairs of a list.
template <class T>
void pairs_of(const Numbers<T>& list, Numbers<T>& x, Numbers<T>& y) {
  for (const T a : list)
    for (const T b : list) x.push_back(a), y.push_back(b);
}

template <class T>
bool same(T a, T b) {
  return (std::isnan(a) && std::isnan(b)) || (a == b && std::signbit(a) == std::signbit(b));
}

TYPED_TEST(SimdPowers, WholePowersOfWholeNumbersAreExact) {
  using T = TypeParam;
  const auto power = [](const auto& x, const auto& y) { return pow(x, y); };
  Numbers<T> x, y, right;
  for (int base = 1; base < 40; ++base) {
    T exact = 1;
    for (int n = 0; exact < std::ldexp(T(1), std::numeric_limits<T>::digits);
         ++n, exact *= T(base)) {
      x.push_back(T(base)), y.push_back(T(n)), right.push_back(exact);
      if (base == 1 && n == 9) break;
    }
  }
  EXPECT_EQ(values(power, x, y), right);
}

TYPED_TEST(SimdPowers, LogarithmsOfTheirPowersAreExact) {
  using T = TypeParam;
  const auto of_2 = [](const auto& x, const auto&) { return log2(x); };
  const auto of_10 = [](const auto& x, const auto&) { return log10(x); };
  const auto two_to = [](const auto& x, const auto&) { return exp2(x); };
  Numbers<T> twos, whole, tens, exponents;
  for (int n = std::numeric_limits<T>::min_exponent - 10; n < std::numeric_limits<T>::max_exponent;
       ++n)
    twos.push_back(std::ldexp(T(1), n)), whole.push_back(T(n));
  for (int n = 0; n < (sizeof(T) == 8 ? 23 : 11); ++n)
    tens.push_back(T(std::pow(10.0L, n))), exponents.push_back(T(n));
  EXPECT_EQ(values(of_2, twos, twos), whole);
  EXPECT_EQ(values(two_to, whole, whole), twos);
  EXPECT_EQ(values(of_10, tens, tens), exponents);
}

TYPED_TEST(SimdPowers, WhatIsNotUsualIsAsTheCLibraryHasIt) {
  using T = TypeParam;
  using Limits = std::numeric_limits<T>;
  const Numbers<T> list{0,
                        -T(0),
                        1,
                        -1,
                        2,
                        -2,
                        3,
                        -3,
                        T(0.5),
                        T(-0.5),
                        T(1e-30),
                        T(-1e30),
                        Limits::infinity(),
                        -Limits::infinity(),
                        Limits::quiet_NaN(),
                        Limits::denorm_min(),
                        -Limits::denorm_min(),
                        Limits::min(),
                        Limits::max(),
                        -Limits::max()};
  Numbers<T> x, y;
  pairs_of(list, x, y);
  const auto check = [&](const char* name, auto f, auto exact) {
    const Numbers<T> got = values(f, x, y);
    for (std::size_t i = 0; i < x.size(); ++i) {
      const T right = exact(x[i], y[i]);
      const bool close = std::abs(got[i] - right) <= 2 * Limits::epsilon() * std::abs(right);
      EXPECT_TRUE(same(got[i], right) || (std::isfinite(right) && close && right != 0))
          << name << "(" << x[i] << ", " << y[i] << ") is " << got[i] << ", not " << right;
    }
  };
  check(
      "pow", [](const auto& a, const auto& b) { return pow(a, b); },
      [](T a, T b) { return std::pow(a, b); });
  check(
      "hypot", [](const auto& a, const auto& b) { return hypot(a, b); },
      [](T a, T b) { return std::hypot(a, b); });
  check(
      "fmod", [](const auto& a, const auto& b) { return fmod(a, b); },
      [](T a, T b) { return std::fmod(a, b); });
  check(
      "remainder", [](const auto& a, const auto& b) { return remainder(a, b); },
      [](T a, T b) { return T(special::remainder(a, b)); });
  check(
      "log2", [](const auto& a, const auto&) { return log2(a); },
      [](T a, T) { return std::log2(a); });
  check(
      "log10", [](const auto& a, const auto&) { return log10(a); },
      [](T a, T) { return std::log10(a); });
  check(
      "exp2", [](const auto& a, const auto&) { return exp2(a); },
      [](T a, T) { return std::exp2(a); });
}

// The worst in units in the last place, with exponents so that the result is about e^reach.
template <class T>
double worst_power(double lowest, double highest, double reach) {
  Numbers<T> x, y;
  double at = 0.5;
  for (int i = 0; i < 40000; ++i) {
    at = std::fmod(at + 0.6180339887498949, 1.0);
    x.push_back(T(lowest + (highest - lowest) * at));
    y.push_back(T((i % 2 ? -reach : reach) * (0.9 + 0.1 * at) / std::log(double(x.back()))));
  }
  const Numbers<T> got = values([](const auto& a, const auto& b) { return pow(a, b); }, x, y);
  double worst = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const long double right = std::pow((long double)(x[i]), (long double)(y[i]));
    const T near = T(right), unit = std::nextafter(near, std::numeric_limits<T>::infinity()) - near;
    worst = std::max(worst, double(std::abs((long double)(got[i]) - right) / unit));
  }
  return worst;
}
TYPED_TEST(SimdPowers, PowersAreWithinAUnitInTheLastPlace) {
  const double half = sizeof(TypeParam) == 8 ? 346 : 42, end = sizeof(TypeParam) == 8 ? 706 : 87;
  const double root = 0.70710678;  // where the logarithm has its longest series
  EXPECT_LE((worst_power<TypeParam>(root, root * 1.01, half * 0.4)), 0.7);
  EXPECT_LE((worst_power<TypeParam>(root, root * 1.01, half)), 0.85);
  EXPECT_LE((worst_power<TypeParam>(1.3, 40, half)), 0.85);
  EXPECT_LE((worst_power<TypeParam>(root, root * 1.01, end)), 1.2);
  EXPECT_LE((worst_power<TypeParam>(1.3, 40, end)), 1.2);
}
TYPED_TEST(SimdPowers, PowersOfNumbersBelow0HaveWholeExponents) {
  using T = TypeParam;
  const auto power = [](const auto& x, const auto& y) { return pow(x, y); };
  EXPECT_EQ(values(power, Numbers<T>{-2, -3, -2, -10, -1, -1}, Numbers<T>{3, 2, -1, 5, 7, T(1e9)}),
            (Numbers<T>{-8, 9, T(-0.5), -100000, -1, 1}));
  for (const T y : values(power, Numbers<T>{-2, -3, -8}, Numbers<T>{T(0.5), T(1.5), T(1.0 / 3)}))
    EXPECT_TRUE(std::isnan(y));
}

// fmod is exact: the quotient may round to the next whole number.
TYPED_TEST(SimdPowers, RemaindersAreExact) {
  using T = TypeParam;
  Numbers<T> x, y, right;
  T at = T(0.5);
  for (int i = 0; i < 4000; ++i) {
    at = std::fmod(at + T(0.6180339887498949), T(1));
    const T divisor = std::ldexp(T(0.1) + at, i % 40 - 20), near = divisor * std::round(1000 * at);
    for (const T dividend : {near, std::nextafter(near, T(0)), -near, std::ldexp(near, i % 70)})
      x.push_back(dividend), y.push_back(divisor), right.push_back(std::fmod(dividend, divisor));
  }
  EXPECT_EQ(values([](const auto& a, const auto& b) { return fmod(a, b); }, x, y), right);
}

TYPED_TEST(SimdPowers, NoLaneDependsOnItsNeighbours) {
  using T = TypeParam;
  const T odd = std::numeric_limits<T>::denorm_min();
  const auto check = [&](auto f) {
    Numbers<T> x(64, T(1.7)), y(64, T(2.3));
    const Numbers<T> alone = values(f, x, y);
    for (std::size_t i = 0; i < 64; i += 3) x[i] = i % 2 ? -odd : odd;
    const Numbers<T> among = values(f, x, y);
    for (std::size_t i = 0; i < 64; ++i) {
      if (i % 3 == 0) continue;
      EXPECT_EQ(among[i], alone[i]) << i;
    }
  };
  check([](const auto& a, const auto& b) { return pow(a, b); });
  check([](const auto& a, const auto& b) { return hypot(a, b); });
  check([](const auto& a, const auto& b) { return fmod(b, a); });
  check([](const auto& a, const auto&) { return log2(a); });
  check([](const auto& a, const auto&) { return log10(a); });
}

}  // namespace
}  // namespace glassgrad
