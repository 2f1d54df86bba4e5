// The functions of special.hpp for SIMD batches, for the files that hold kernels: rounding by
// vector instructions, the others lane by lane. Digits come first here.
#pragma once

#include "glassgrad/core/simd.hpp"
#include "glassgrad/core/special.hpp"

namespace glassgrad::num {

template <class T, class Isa>
struct Special<xsimd::batch<T, Isa>> {
  using V = xsimd::batch<T, Isa>;

  // Beyond 1 what is left of 1 - erf has too few digits (xsimd's own erfc: 4e-12 at 2.2).
  static V erfc(const V& x) {
    return simd::patched(
        x <= V(T(1)), V(T(1)) - Functions<V>::erf(x), [](T a) { return std::erfc(a); }, x);
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
  static V log2(const V& x) {
    return each([](T a) { return std::log2(a); }, x);
  }
  static V log10(const V& x) {
    return each([](T a) { return std::log10(a); }, x);
  }
  static V exp2(const V& x) {
    return each([](T a) { return std::exp2(a); }, x);
  }
  static V hypot(const V& a, const V& b) {
    return each([](T x, T y) { return std::hypot(x, y); }, a, b);
  }
  static V fmod(const V& a, const V& b) {
    return each([](T x, T y) { return std::fmod(x, y); }, a, b);
  }
  static V remainder(const V& a, const V& b) {
    return each([](T x, T y) { return T(special::remainder(x, y)); }, a, b);
  }
  static V copysign(const V& a, const V& b) {
    return each([](T x, T y) { return std::copysign(x, y); }, a, b);
  }
  // Without SSE4.1 xsimd 8.1 gives 0 for -0; none of these changes the sign.
  static V floor(const V& x) { return xsimd::copysign(xsimd::floor(x), x); }
  static V ceil(const V& x) { return xsimd::copysign(xsimd::ceil(x), x); }
  static V round(const V& x) { return xsimd::nearbyint(x); }
  static V trunc(const V& x) { return xsimd::copysign(xsimd::trunc(x), x); }

 private:
  template <class F, class... X>
  static V each(F f, const V& x, const X&... more) {
    const typename V::batch_bool_type none(false);
    return simd::patched(none, x, f, x, more...);
  }
};

}  // namespace glassgrad::num
