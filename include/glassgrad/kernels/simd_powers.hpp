// pow, exp2, logarithms of base 2 and 10, hypot and remainders of SIMD batches, where the processor
// has a fused multiply-add (elsewhere the C library does them, lane by lane). A logarithm needs
// more digits than a number has before it is multiplied by an exponent: it is a pair, the sum of
// two numbers. What is left for the C library are lanes beyond the usual: 0, denormal numbers,
// infinities, results near the ends of the range. Units in the last place: pow is within 0.7
// for results from 2^-200 to 2^200, 0.85 to 2^500 (2^60 in float), 1.2 beyond; whole powers of
// whole numbers are exact. exp2, logarithms and hypot are within 0.65, remainders exact
// (tests/kernels/simd_powers_test.cpp). Included by simd_special.hpp.
//   hypot: Borges, An improved algorithm for hypot(a, b), arXiv 1904.09481.
#pragma once

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "glassgrad/kernels/simd.hpp"
#include "glassgrad/kernels/simd_pair.hpp"

namespace glassgrad::simd {

// 1/5, 1/7, ... and 1/2!, 1/3!, ...
template <int n>
constexpr std::array<double, n> log_series() {
  std::array<double, n> terms{};
  for (int k = 0; k < n; ++k) terms[std::size_t(k)] = 1.0 / (2 * k + 5);
  return terms;
}
template <int n>
constexpr std::array<double, n> exp_series() {
  std::array<double, n> terms{};
  double factorial = 1;
  for (int k = 0; k < n; ++k) terms[std::size_t(k)] = 1 / (factorial *= k + 2);
  return terms;
}

// Numbers of a type, in pairs where one is not enough.
template <class T>
struct PowerNumbers;
template <>
struct PowerNumbers<double> {
  using Bits = std::uint64_t;
  static constexpr int digits = 52;
  static constexpr Bits bias = 1023;
  static constexpr double ln2[] = {0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56};
  // the same, times any exponent exact
  static constexpr double ln2_short = 0x1.62e42feep-1, ln2_rest = 0x1.a39ef35793c76p-33;
  static constexpr double log2_e[] = {0x1.71547652b82fep+0, 0x1.777d0ffda0d24p-56};
  static constexpr double log10_e[] = {0x1.bcb7b1526e50ep-2, 0x1.95355baaafad3p-57};
  static constexpr double third[] = {0x1.5555555555555p-2, 0x1.5555555555555p-56};
  static constexpr auto log_terms = log_series<11>();
  static constexpr auto exp_terms = exp_series<12>();
  static constexpr double usual = 707;  // e to this and to its negative is a normal number
};
template <>
struct PowerNumbers<float> {
  using Bits = std::uint32_t;
  static constexpr int digits = 23;
  static constexpr Bits bias = 127;
  static constexpr float ln2[] = {0x1.62e43p-1f, -0x1.05c61p-29f};
  static constexpr float ln2_short = 0x1.63p-1f, ln2_rest = -0x1.bd0106p-13f;
  static constexpr float log2_e[] = {0x1.715476p+0f, 0x1.4ae0cp-26f};
  static constexpr float log10_e[] = {0x1.bcb7b2p-2f, -0x1.5b235ep-27f};
  static constexpr float third[] = {0x1.555556p-2f, -0x1.555556p-27f};
  static constexpr auto log_terms = log_series<5>();
  static constexpr auto exp_terms = exp_series<7>();
  static constexpr float usual = 87;
};

template <Fused V>
class Powers {
  using T = typename V::value_type;
  using N = PowerNumbers<T>;
  using Bits = xsimd::batch<typename N::Bits, typename V::arch_type>;
  using Two = Pair<V>;
  static constexpr T one_in_bits =
      T(typename N::Bits(1) << N::digits);  // its unit in the last place is 1

  static Two pair(const T (&parts)[2]) { return {V(parts[0]), V(parts[1])}; }
  static V all(double number) { return V(T(number)); }
  static auto usual(const V& x) {
    return x >= V(std::numeric_limits<T>::min()) && x <= V(std::numeric_limits<T>::max());
  }

  // c[0] + c[1] x + ...; even and odd powers apart, so that two products wait for each other and
  // not all
  template <std::size_t n>
  static V polynomial(const std::array<double, n>& c, const V& x) {
    V even = all(c[(n - 1) & ~1u]), odd = all(c[n - 1 - n % 2]);
    const V square = x * x;
    for (std::size_t k = (n - 1) & ~1u; k >= 2; k -= 2)
      even = times_plus(even, square, all(c[k - 2]));
    for (std::size_t k = n - 1 - n % 2; k >= 3; k -= 2)
      odd = times_plus(odd, square, all(c[k - 2]));
    return times_plus(odd, x, even);
  }
  // ln x of a normal number above 0, to 2^-58 of itself, `far` to 2^-63 (2^-29, 2^-32 in float). x
  // = 2^n m with m from sqrt(1/2) to sqrt(2); s = (m - 1) / (m + 1); ln m = 2 (s + s^3 / 3 + s^5 /
  // 5 + ...).
  template <bool far>
  static Two log(const V& x) {
    const Bits bits = xsimd::bitwise_cast<Bits>(x);
    const Bits start(std::bit_cast<typename N::Bits>(T(0.70710678118654752440)));
    // of the bits of x / sqrt(1/2) the upper ones are n
    const Bits shifted = (bits - start) + Bits(N::bias << N::digits);
    const Bits exponent = shifted >> N::digits;
    const V n =
        xsimd::bitwise_cast<V>(exponent | Bits(std::bit_cast<typename N::Bits>(one_in_bits))) -
        V(one_in_bits + T(N::bias));
    const V m = xsimd::bitwise_cast<V>(bits - ((exponent - Bits(N::bias)) << N::digits));
    const V f = m - V(T(1));
    const Two below = Two::sorted_sum(V(T(2)), f);
    const V inverse = V(T(1)) / below.high, ratio = f * inverse;
    const V rest = times_plus(-ratio, below.low, times_plus(-ratio, below.high, f));
    const Two s{ratio, rest * inverse};
    const V square = ratio * ratio, rest_of_sum = square * polynomial(N::log_terms, square);
    Two half = s;
    if constexpr (far)
      half = s + s * (s * s * (pair(N::third) + Two{rest_of_sum, V(T(0))}));
    else
      half.low = times_plus(ratio * square, V(N::third[0]) + rest_of_sum, s.low);
    const Two of_m{half.high + half.high, half.low + half.low};
    // the first one is 0 or the larger in size
    const Two main = Two::sorted_sum(n * V(N::ln2_short), of_m.high);
    return Two::sorted_sum(main.high, main.low + times_plus(n, V(N::ln2_rest), of_m.low));
  }

  // e^x where |x| <= usual; x = n ln 2 + r, |r| <= ln(2) / 2.
  static V exp(const Two& x) {
    const V n = xsimd::nearbyint(x.high * V(N::log2_e[0]));
    const V first = times_plus(-n, V(N::ln2_short), x.high);
    return scaled(exp_of_rest(Two::sorted_sum(first, times_plus(-n, V(N::ln2_rest), x.low))), n);
  }
  // Of r^2 (1 / 2 + r / 6 + ...) the rounding shows little beside 1.
  static V exp_of_rest(const Two& r) {
    const V q = polynomial(N::exp_terms, r.high);
    const Two sum = Two::sorted_sum(V(T(1)), r.high);
    return sum.high + (sum.low + times_plus(r.high * r.high, q, r.low + r.low * r.high));
  }
  static V scaled(const V& y, const V& n) {  // y 2^n
    const Bits shifted = xsimd::bitwise_cast<Bits>(n + V(one_in_bits + T(N::bias)));
    return y * xsimd::bitwise_cast<V>(shifted << N::digits);
  }

 public:
  // Of numbers below 0 those with a whole exponent, which have the sign of x where it is odd.
  [[gnu::noinline]] static V pow(const V& x, const V& y) {
    const V a = xsimd::abs(x), zero(T(0)), one(T(1)), half = y * V(T(0.5));
    const auto below = x < zero, normal = usual(a);
    const Two power = log<true>(xsimd::select(normal, a, one)) * y;
    const auto inside = normal && xsimd::abs(power.high) < V(N::usual) &&
                        xsimd::select(below, xsimd::trunc(y), y) == y;
    const V result =
        exp({xsimd::select(inside, power.high, zero), xsimd::select(inside, power.low, zero)});
    const auto odd = below && xsimd::trunc(half) != half;
    return patched(
        inside, xsimd::select(odd, -result, result), [](T b, T c) { return std::pow(b, c); }, x, y);
  }
  [[gnu::noinline]] static V exp2(const V& x) {
    const auto inside = xsimd::abs(x) < V(T(N::bias - 1));
    const V held = xsimd::select(inside, x, V(T(0))), n = xsimd::nearbyint(held);
    return patched(
        inside, scaled(exp_of_rest(pair(N::ln2) * (held - n)), n), [](T a) { return std::exp2(a); },
        x);
  }
  [[gnu::noinline]] static V log2(const V& x) {
    return logarithm(
        N::log2_e, [](T a) { return std::log2(a); }, x);
  }
  [[gnu::noinline]] static V log10(const V& x) {
    return logarithm(
        N::log10_e, [](T a) { return std::log10(a); }, x);
  }
  [[gnu::noinline]] static V hypot(const V& a, const V& b) {
    const V x = xsimd::max(xsimd::abs(a), xsimd::abs(b)),
            y = xsimd::min(xsimd::abs(a), xsimd::abs(b));
    // squares within the range, and the digits that they lose
    constexpr int half = int(N::bias / 2);  // fits: at most 511
    const V high(std::ldexp(T(1), half - 1)), low(std::ldexp(T(1), N::digits - half));
    const auto inside = x < high && x > low && a == a && b == b;
    const V h = xsimd::sqrt(times_plus(x, x, y * y));
    const V h2 = h * h, x2 = x * x;
    const V over = times_plus(-y, y, h2 - x2) + times_plus(h, h, -h2) - times_plus(x, x, -x2);
    return patched(
        inside, h - over / (h + h), [](T c, T d) { return std::hypot(c, d); }, a, b);
  }
  // With the sign of x. The quotient, cut, may be one too far out where it was rounded to the next
  // integer.
  [[gnu::noinline]] static V fmod(const V& x, const V& y) {
    const V most(std::numeric_limits<T>::max());
    const V a = xsimd::abs(x), b = xsimd::abs(y), q = xsimd::trunc(a / b);
    const auto inside = q < V(one_in_bits) && a <= most && b <= most;
    const V r = times_plus(-q, b, a);
    return patched(
        inside, xsimd::copysign(xsimd::select(r < V(T(0)), r + b, r), x),
        [](T c, T d) { return std::fmod(c, d); }, x, y);
  }

 private:
  template <class F>
  static V logarithm(const T (&base)[2], F f, const V& x) {
    const auto normal = usual(x);
    const Two y = log<false>(xsimd::select(normal, x, V(T(1)))) * pair(base);
    return patched(normal, y.high + y.low, f, x);
  }
};

}  // namespace glassgrad::simd
