// The functions of special.hpp for SIMD batches, for the files that hold kernels: rounding by
// vector instructions, powers and logarithms in simd_powers.hpp, the others lane by lane. Accuracy
// comes first here.
#pragma once

#include <bit>

#include "glassgrad/kernels/simd.hpp"
#include "glassgrad/kernels/simd_powers.hpp"
#include "glassgrad/kernels/special.hpp"

namespace glassgrad::num {

template <class T, class Isa>
struct Special<xsimd::batch<T, Isa>> {
  using V = xsimd::batch<T, Isa>;

  // e^(-halves x^2 / 2), for 1 or 2 halves: the rounding of x^2 would cost x^2 units in the last
  // place. x = h + l, h with half of the digits, so that h^2 is exact; what is left is e to a small
  // number.
  static V bell(const V& x, int halves) {
#ifdef __AVX512F__
    if constexpr (simd::is_512<V, T>) return simd::exp_of_square(x, T(-0.5 * halves));
#endif
    const V c(T(-0.5 * halves));
    using Bits = std::conditional_t<sizeof(T) == 8, std::uint64_t, std::uint32_t>;
    constexpr Bits upper = sizeof(T) == 8 ? Bits(0xFFFFFFFFF8000000) : Bits(0xFFFFF000);
    const V far(T(40)), inside = xsimd::select(xsimd::abs(x) > far, far, x);
    const V h = inside & V(std::bit_cast<T>(upper)), l = inside - h;
    const V e = Functions<V>::exp(c * (h * h)), d = c * (l * (inside + h));
    V rest = V(T(1.0 / 24)) + d * V(T(1.0 / 120));
    for (const double q : {1.0 / 6, 0.5, 1.0, 1.0}) rest = V(T(q)) + d * rest;
    return e * rest;
  }
  // Far from 0 by their tail, e^(-x^2) times a ratio of polynomials; within 0.47 there is no tail.
  // (xsimd 8.1's own is off by 50 units in the last place.)
  static V erf(const V& x) {
    const V a = xsimd::abs(x);
    return mostly(a < V(T(0.46875)), middle(x),
                  [&] { return xsimd::copysign(V(T(1)) - bell(x, 2) * tail_ratio(a), x); });
  }
  static V erfc(const V& x) {
    const V a = xsimd::abs(x);
    return mostly(a < V(T(0.46875)), V(T(1)) - middle(x), [&] {
      const V tail = bell(x, 2) * tail_ratio(a);
      return xsimd::select(x < V(T(0)), V(T(2)) - tail, tail);
    });
  }
  static V normal_cdf(const V& x) {
    const V t = x * V(T(0.70710678118654752440)), a = xsimd::abs(t), half(T(0.5));
    return mostly(a < V(T(0.46875)), half + half * middle(t), [&] {
      const V tail = half * bell(x, 1) * tail_ratio(a);
      return xsimd::select(x < V(T(0)), tail, V(T(1)) - tail);
    });
  }
  static V erfinv_slope(const V& x, const V& y) {
    return each([](T a, T b) { return T(special::erfinv_slope(a, b)); }, x, y);
  }
  static V normal_quantile_slope(const V& x, const V& y) {
    return each([](T a, T b) { return T(special::normal_quantile_slope(a, b)); }, x, y);
  }
  static V erfinv(const V& x) {
    return each([](T a) { return T(special::erfinv(a)); }, x);
  }
  static V normal_quantile(const V& x) {
    return each([](T a) { return T(special::normal_quantile(a)); }, x);
  }
  static V lgamma(const V& x) {
    return each([](T a) { return T(special::lgamma(a)); }, x);
  }
  static V digamma(const V& x) {
    return each([](T a) { return T(special::digamma(a)); }, x);
  }
  static V polygamma(const V& x, int order) {
    return each([order](T a) { return T(special::polygamma(a, order)); }, x);
  }
  static V bessel_i(const V& x, int order) {
    return each([order](T a) { return T(special::bessel_i(a, order)); }, x);
  }
  static V pow(const V& a, const V& b) {
    if constexpr (simd::Fused<V>) return simd::Powers<V>::pow(a, b);
    return each([](T x, T y) { return std::pow(x, y); }, a, b);
  }
  static V log2(const V& x) {
    if constexpr (simd::Fused<V>) return simd::Powers<V>::log2(x);
    return each([](T a) { return std::log2(a); }, x);
  }
  static V log10(const V& x) {
    if constexpr (simd::Fused<V>) return simd::Powers<V>::log10(x);
    return each([](T a) { return std::log10(a); }, x);
  }
  static V exp2(const V& x) {
    if constexpr (simd::Fused<V>) return simd::Powers<V>::exp2(x);
    return each([](T a) { return std::exp2(a); }, x);
  }
  static V hypot(const V& a, const V& b) {
    if constexpr (simd::Fused<V>) return simd::Powers<V>::hypot(a, b);
    return each([](T x, T y) { return std::hypot(x, y); }, a, b);
  }
  static V fmod(const V& a, const V& b) {
    if constexpr (simd::Fused<V>) return simd::Powers<V>::fmod(a, b);
    return each([](T x, T y) { return std::fmod(x, y); }, a, b);
  }
  static V remainder(const V& a, const V& b) {  // with the divisor's sign, as Python's %
    const V zero(T(0)), r = fmod(a, b);
    const auto below = b < zero;  // xsimd 8.1's ^ of masks is wrong with AVX-512
    const V moved =
        xsimd::select(r < zero, xsimd::select(below, r, r + b), xsimd::select(below, r + b, r));
    return xsimd::select(r == zero, xsimd::copysign(r, b), moved);
  }
  static V copysign(const V& a, const V& b) { return xsimd::copysign(a, b); }
  // Without SSE4.1 xsimd 8.1 gives 0 for -0; none of these changes the sign.
  static V floor(const V& x) {
    return whole([](const V& a) { return xsimd::floor(a); }, x);
  }
  static V ceil(const V& x) {
    return whole([](const V& a) { return xsimd::ceil(a); }, x);
  }
  static V round(const V& x) { return xsimd::nearbyint(x); }
  static V trunc(const V& x) {
    return whole([](const V& a) { return xsimd::trunc(a); }, x);
  }

 private:
  // Without SSE4.1 xsimd 8.1 also makes an integer of every double, those included that none can
  // hold; such large ones are whole, and stay.
  template <class F>
  static V whole(F f, const V& x) {
    if constexpr (sizeof(T) == 8 && std::is_base_of_v<xsimd::sse2, Isa> &&
                  !std::is_base_of_v<xsimd::sse4_1, Isa>) {
      const auto has_rest = xsimd::abs(x) < V(T(0x1p52));
      if (!xsimd::all(has_rest))
        return xsimd::copysign(xsimd::select(has_rest, f(xsimd::select(has_rest, x, V(T(0)))), x),
                               x);
    }
    return xsimd::copysign(f(x), x);
  }
  // erf x for |x| < 0.47, and erfc(a) e^(a^2) beyond: Cody, Rational Chebyshev approximations for
  // the error function, Mathematics of Computation 23 (1969).
  static V middle(const V& x) {
    static constexpr double p[] = {1.85777706184603153e-1, 3.16112374387056560e0,
                                   1.13864154151050156e2, 3.77485237685302021e2,
                                   3.20937758913846947e3};
    static constexpr double q[] = {1, 2.36012909523441209e1, 2.44024637934444173e2,
                                   1.28261652607737228e3, 2.84423683343917062e3};
    const V square = xsimd::select(xsimd::abs(x) < V(T(1)), x * x, V(T(0)));
    return x * (polynomial(p, square) / polynomial(q, square));
  }
  static V tail_ratio(const V& a) {
    static constexpr double p[] = {
        2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594e0,
        6.61191906371416295e1,  2.98635138197400131e2,  8.81952221241769090e2,
        1.71204761263407058e3,  2.05107837782607147e3,  1.23033935479799725e3};
    static constexpr double q[] = {1,
                                   1.57449261107098347e1,
                                   1.17693950891312499e2,
                                   5.37181101862009858e2,
                                   1.62138957456669019e3,
                                   3.29079923573345963e3,
                                   4.36261909014324716e3,
                                   3.43936767414372164e3,
                                   1.23033935480374942e3};
    const V held = xsimd::select(a > V(T(4)), V(T(4)), a);
    const V near = polynomial(p, held) / polynomial(q, held);
    return mostly(a <= V(T(4)), near, [&] {
      static constexpr double r[] = {1.63153871373020978e-2, 3.05326634961232344e-1,
                                     3.60344899949804439e-1, 1.25781726111229246e-1,
                                     1.60837851487422766e-2, 6.58749161529837803e-4};
      static constexpr double s[] = {1,
                                     2.56852019228982242e0,
                                     1.87295284992346725e0,
                                     5.27905102951428412e-1,
                                     6.05183413124413191e-2,
                                     2.33520497626869185e-3};
      const V b = xsimd::select(a > V(T(4)), a, V(T(4))), square = V(T(1)) / (b * b);
      const V part = square * polynomial(r, square) / polynomial(s, square);
      return (V(T(0.56418958354775628695)) - part) / b;
    });
  }
  // The highest power's coefficient first.
  template <std::size_t n>
  static V polynomial(const double (&c)[n], const V& x) {
    V sum = V(T(c[0]));
    for (std::size_t i = 1; i < n; ++i) sum = V(T(c[i])) + x * sum;
    return sum;
  }
  template <class F, class... X>
  static V each(F f, const V& x, const X&... more) {
    const typename V::batch_bool_type none(false);
    return simd::patched(none, x, f, x, more...);
  }
};

}  // namespace glassgrad::num
