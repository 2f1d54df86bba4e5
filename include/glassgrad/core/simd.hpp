// SIMD batches as numbers, for the files that hold kernels. Isa is a type, so that one binary can
// hold the kernels of several instruction sets.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <xsimd/xsimd.hpp>

#include "glassgrad/core/number.hpp"

namespace glassgrad {

// xsimd 8.1's avx512bw does not compile its 32-bit comparisons; nothing here needs bytes or words.
using NativeIsa = std::conditional_t<std::is_same_v<xsimd::default_arch, xsimd::avx512bw>,
                                     xsimd::avx512dq, xsimd::default_arch>;

template <class T, class Isa>
struct IsNumber<xsimd::batch<T, Isa>> : std::true_type {};

namespace simd {

template <class V, class T>
constexpr bool is_512 = sizeof(V) == 64 && std::is_same_v<typename V::value_type, T>;

// The first n lanes from memory, the rest 1 (a harmless argument for every function). AVX-512 has
// masks for this; elsewhere the numbers go through a small buffer.
template <class V>
V load_part(const typename V::value_type* p, std::int64_t n) {
#ifdef __AVX512F__
  if constexpr (is_512<V, float>)
    return V(_mm512_mask_loadu_ps(_mm512_set1_ps(1), __mmask16((1u << n) - 1), p));
  else if constexpr (is_512<V, double>)
    return V(_mm512_mask_loadu_pd(_mm512_set1_pd(1), __mmask8((1u << n) - 1), p));
#endif
  alignas(64) typename V::value_type lanes[V::size];
  for (std::size_t i = 0; i < V::size; ++i) lanes[i] = std::int64_t(i) < n ? p[i] : 1;
  return V::load_aligned(lanes);
}
template <class V>
void store_part(const V& v, typename V::value_type* p, std::int64_t n) {
#ifdef __AVX512F__
  if constexpr (is_512<V, float>)
    return _mm512_mask_storeu_ps(p, __mmask16((1u << n) - 1), v.data);
  else if constexpr (is_512<V, double>)
    return _mm512_mask_storeu_pd(p, __mmask8((1u << n) - 1), v.data);
#endif
  alignas(64) typename V::value_type lanes[V::size];
  v.store_aligned(lanes);
  for (std::int64_t i = 0; i < n; ++i) p[i] = lanes[i];
}
template <class V>
typename V::value_type first(const V& v) {
  return v.data[0];  // g++ and clang++ index vector registers; going through memory costs 5 ns
}
// Lane by lane through the C library, for the arguments xsimd 8.1 gets wrong.
template <class V, class F>
V each_lane(F f, const V& a, const V& b) {
  alignas(64) typename V::value_type p[V::size], q[V::size];
  a.store_aligned(p);
  b.store_aligned(q);
  for (std::size_t i = 0; i < V::size; ++i) p[i] = f(p[i], q[i]);
  return V::load_aligned(p);
}

}  // namespace simd

namespace num {

template <class T, class Isa>
struct Functions<xsimd::batch<T, Isa>> {
  using V = xsimd::batch<T, Isa>;

  static V constant(double number) { return V(T(number)); }
  template <class Mask>
  static V where(const Mask& mask, const V& a, const V& b) {
    return xsimd::select(mask, a, b);
  }
  static V sqrt(const V& x) { return xsimd::sqrt(x); }
  static V exp(const V& x) { return xsimd::exp(x); }
  static V expm1(const V& x) { return xsimd::expm1(x); }
  static V log(const V& x) { return xsimd::log(x); }
  static V log1p(const V& x) { return xsimd::log1p(x); }
  static V sin(const V& x) { return xsimd::sin(x); }
  static V cos(const V& x) { return xsimd::cos(x); }
  static V tan(const V& x) { return xsimd::tan(x); }
  static V asin(const V& x) { return xsimd::asin(x); }
  static V acos(const V& x) { return xsimd::acos(x); }
  static V atan(const V& x) { return xsimd::atan(x); }
  static V sinh(const V& x) { return xsimd::sinh(x); }
  static V cosh(const V& x) { return xsimd::cosh(x); }
  static V tanh(const V& x) { return xsimd::tanh(x); }
  static V erf(const V& x) { return xsimd::erf(x); }
  static V abs(const V& x) { return xsimd::abs(x); }
  static V atan2(const V& y, const V& x) { return xsimd::atan2(y, x); }
  // xsimd 8.1 is wrong at 0, at infinities and NaN: there the C library decides.
  static V pow(const V& base, const V& exponent) {
    const V largest(std::numeric_limits<T>::max());
    const auto usual = base > V(T(0)) && base <= largest && xsimd::abs(exponent) <= largest;
    if (xsimd::all(usual)) return xsimd::pow(base, exponent);
    return simd::each_lane([](T a, T b) { return std::pow(a, b); }, base, exponent);
  }
};

}  // namespace num
}  // namespace glassgrad
