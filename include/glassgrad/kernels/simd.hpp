// SIMD batches as numbers, for the files that hold kernels. Isa is a type, so that one binary can
// hold the kernels of several instruction sets.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>
#include <xsimd/xsimd.hpp>

#include "glassgrad/kernels/number.hpp"
#include "glassgrad/kernels/simd_exp.hpp"

namespace glassgrad {

// xsimd 8.1's avx512bw does not compile its 32-bit comparisons; nothing here needs bytes or words.
using NativeIsa = std::conditional_t<std::is_same_v<xsimd::default_arch, xsimd::avx512bw>,
                                     xsimd::avx512dq, xsimd::default_arch>;

template <class T, class Isa>
struct IsNumber<xsimd::batch<T, Isa>> : std::true_type {};

namespace simd {

template <class V, class T>
constexpr bool is_512 = sizeof(V) == 64 && std::is_same_v<typename V::value_type, T>;
template <class V, class T>
constexpr bool is_256 = sizeof(V) == 32 && std::is_same_v<typename V::value_type, T>;

#ifdef __AVX2__
template <class T>
__m256i first_lanes(std::int64_t n) {
  if constexpr (sizeof(T) == 4)
    return _mm256_cmpgt_epi32(_mm256_set1_epi32(int(n)), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
  else
    return _mm256_cmpgt_epi64(_mm256_set1_epi64x(n), _mm256_setr_epi64x(0, 1, 2, 3));
}
#endif

// The first n lanes from memory, the rest 1 (a harmless argument for every function). AVX-512 and
// AVX2 have masks for this; elsewhere the numbers go through a small buffer.
template <class V>
V load_part(const typename V::value_type* p, std::int64_t n) {
#ifdef __AVX512F__
  if constexpr (is_512<V, float>)
    return V(_mm512_mask_loadu_ps(_mm512_set1_ps(1), __mmask16((1u << n) - 1), p));
  else if constexpr (is_512<V, double>)
    return V(_mm512_mask_loadu_pd(_mm512_set1_pd(1), __mmask8((1u << n) - 1), p));
#endif
#ifdef __AVX2__
  if constexpr (is_256<V, float>) {
    const __m256i mask = first_lanes<float>(n);
    const __m256 part = _mm256_maskload_ps(p, mask);
    return V(_mm256_blendv_ps(_mm256_set1_ps(1), part, _mm256_castsi256_ps(mask)));
  } else if constexpr (is_256<V, double>) {
    const __m256i mask = first_lanes<double>(n);
    const __m256d part = _mm256_maskload_pd(p, mask);
    return V(_mm256_blendv_pd(_mm256_set1_pd(1), part, _mm256_castsi256_pd(mask)));
  }
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
#ifdef __AVX2__
  if constexpr (is_256<V, float>)
    return _mm256_maskstore_ps(p, first_lanes<float>(n), v.data);
  else if constexpr (is_256<V, double>)
    return _mm256_maskstore_pd(p, first_lanes<double>(n), v.data);
#endif
  alignas(64) typename V::value_type lanes[V::size];
  v.store_aligned(lanes);
  for (std::int64_t i = 0; i < n; ++i) p[i] = lanes[i];
}
// The first n lanes of v, the others of rest.
template <class V>
V first_part(const V& v, std::int64_t n, const V& rest) {
#ifdef __AVX512F__
  if constexpr (is_512<V, float>)
    return V(_mm512_mask_blend_ps(__mmask16((1u << n) - 1), rest.data, v.data));
  else if constexpr (is_512<V, double>)
    return V(_mm512_mask_blend_pd(__mmask8((1u << n) - 1), rest.data, v.data));
#endif
#ifdef __AVX2__
  if constexpr (is_256<V, float>)
    return V(_mm256_blendv_ps(rest.data, v.data, _mm256_castsi256_ps(first_lanes<float>(n))));
  else if constexpr (is_256<V, double>)
    return V(_mm256_blendv_pd(rest.data, v.data, _mm256_castsi256_pd(first_lanes<double>(n))));
#endif
  alignas(64) typename V::value_type lanes[V::size];
  rest.store_aligned(lanes);
  store_part(v, lanes, n);
  return V::load_aligned(lanes);
}
// The lanes at even places of a and b, one behind the other, and those at odd ones.
template <class V>
std::pair<V, V> unzip(const V& a, const V& b) {
#ifdef __AVX512F__
  if constexpr (is_512<V, float>) {
    const __m512i even =
        _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
    return {
        V(_mm512_permutex2var_ps(a.data, even, b.data)),
        V(_mm512_permutex2var_ps(a.data, _mm512_add_epi32(even, _mm512_set1_epi32(1)), b.data))};
  } else if constexpr (is_512<V, double>) {
    const __m512i even = _mm512_setr_epi64(0, 2, 4, 6, 8, 10, 12, 14);
    return {
        V(_mm512_permutex2var_pd(a.data, even, b.data)),
        V(_mm512_permutex2var_pd(a.data, _mm512_add_epi64(even, _mm512_set1_epi64(1)), b.data))};
  }
#endif
  using T = typename V::value_type;
  alignas(64) T lanes[2 * V::size], even[V::size], odd[V::size];
  a.store_aligned(lanes), b.store_aligned(lanes + V::size);
  for (std::size_t i = 0; i < V::size; ++i) even[i] = lanes[2 * i], odd[i] = lanes[2 * i + 1];
  return {V::load_aligned(even), V::load_aligned(odd)};
}
template <class V>
typename V::value_type first(const V& v) {
  return v.data[0];  // g++ and clang++ index vector registers; going through memory costs 5 ns
}
// The lanes where the mask holds, one behind the other; as many as V has may be written. Returns
// how many there are.
template <class T, class Isa>
std::int64_t pack(const xsimd::batch<T, Isa>& v, const xsimd::batch_bool<T, Isa>& mask, T* to) {
  using V = xsimd::batch<T, Isa>;
#ifdef __AVX512F__
  if constexpr (is_512<V, float>) {
    _mm512_storeu_ps(to, _mm512_maskz_compress_ps(mask.data, v.data));
    return std::popcount(mask.data);
  } else if constexpr (is_512<V, double>) {
    _mm512_storeu_pd(to, _mm512_maskz_compress_pd(mask.data, v.data));
    return std::popcount(mask.data);
  }
#endif
  alignas(64) T lanes[V::size];
  alignas(64) bool held[V::size];
  v.store_aligned(lanes), mask.store_aligned(held);
  std::int64_t count = 0;
  for (std::size_t i = 0; i < V::size; ++i) to[count] = lanes[i], count += held[i];
  return count;
}
// Back to their lanes, and `from` behind them; the other lanes are 0.
template <class V, class Mask>
V unpack(const Mask& mask, const typename V::value_type*& from) {
#ifdef __AVX512F__
  if constexpr (is_512<V, float> || is_512<V, double>) {
    const auto* const p = std::exchange(from, from + std::popcount(mask.data));
    if constexpr (is_512<V, float>)
      return V(_mm512_maskz_expandloadu_ps(mask.data, p));
    else
      return V(_mm512_maskz_expandloadu_pd(mask.data, p));
  }
#endif
  alignas(64) typename V::value_type lanes[V::size];
  alignas(64) bool held[V::size];
  mask.store_aligned(held);
  for (std::size_t i = 0; i < V::size; ++i) lanes[i] = held[i] ? *from++ : 0;
  return V::load_aligned(lanes);
}
// `fast` where `usual` holds, f of the lane elsewhere: lane by lane, so that no lane's bits depend
// on its neighbours. For the arguments that xsimd 8.1 gets wrong.
template <class V, class Usual, class F, class... More>
V patched(const Usual& usual, const V& fast, F f, const V& x, const More&... more) {
  if (xsimd::all(usual)) return fast;
  using T = typename V::value_type;
  alignas(64) T lanes[1 + sizeof...(More)][V::size];
  std::size_t k = 0;
  x.store_aligned(lanes[0]);
  (more.store_aligned(lanes[++k]), ...);
  for (std::size_t i = 0; i < V::size; ++i) {
    if constexpr (sizeof...(More) == 0)
      lanes[0][i] = f(lanes[0][i]);
    else
      lanes[0][i] = f(lanes[0][i], lanes[1][i]);
  }
  return xsimd::select(usual, fast, V::load_aligned(lanes[0]));
}

}  // namespace simd

namespace num {

template <class V>
struct Special;

template <class T, class Isa>
struct Functions<xsimd::batch<T, Isa>> {
  using V = xsimd::batch<T, Isa>;
  static constexpr T smallest = std::numeric_limits<T>::min();
  static constexpr T largest = std::numeric_limits<T>::max();

  static V constant(double number) { return V(T(number)); }
  template <class Mask>
  static V where(const Mask& mask, const V& a, const V& b) {
    return xsimd::select(mask, a, b);
  }
  static V sqrt(const V& x) { return xsimd::sqrt(x); }
  // xsimd 8.1 is infinite a little too early, and 0 where the result is denormal.
  static V exp(const V& x) {
#ifdef __AVX512F__
    if constexpr (simd::is_512<V, T>) return simd::exp_of(x);
#endif
    const V y = xsimd::exp(x);
    if (xsimd::all(xsimd::abs(x) <= V(T(wide ? 708 : 87)))) return y;
    return simd::patched(
        !near_an_end(x), y, [](T a) { return std::exp(a); }, x);
  }
  static V expm1(const V& x) {  // of -0 it is -0
    const V y = xsimd::select(x == V(T(0)), x, xsimd::expm1(x));
    if (xsimd::all(x <= V(T(wide ? 708 : 87)))) return y;
    return simd::patched(
        !near_an_end(x), y, [](T a) { return std::expm1(a); }, x);
  }
  static V log(const V& x) {  // of denormal numbers it is off by 2
    const auto usual = !(x > V(T(0)) && x < V(std::numeric_limits<T>::min()));
    return simd::patched(
        usual, xsimd::log(x), [](T a) { return std::log(a); }, x);
  }
  static V log1p(const V& x) { return xsimd::select(x == V(T(0)), x, xsimd::log1p(x)); }
  static V sin(const V& x) { return xsimd::sin(x); }
  static V cos(const V& x) { return xsimd::cos(x); }
  static V tan(const V& x) { return xsimd::tan(x); }
  static V asin(const V& x) { return xsimd::asin(x); }
  static V acos(const V& x) { return xsimd::acos(x); }
  static V atan(const V& x) { return xsimd::atan(x); }
  static V sinh(const V& x) { return xsimd::sinh(x); }
  static V cosh(const V& x) { return xsimd::cosh(x); }
  static V tanh(const V& x) {
#ifdef __AVX512F__
    if constexpr (simd::is_512<V, T>) return simd::tanh_of(x);
#endif
    return xsimd::tanh(x);
  }
#ifdef __AVX512F__
  static V sigmoid(const V& x) requires simd::is_512<V, T> { return simd::sigmoid_of(x); }
#endif
  static V erf(const V& x) { return Special<V>::erf(x); }  // simd_special.hpp
  static V abs(const V& x) { return xsimd::abs(x); }
  static V atan2(const V& y, const V& x) {  // NaN where both are 0, or both infinite
    const V zero(T(0)), most(largest);
    const auto lost = (x == zero && y == zero) || (xsimd::abs(x) > most && xsimd::abs(y) > most);
    return simd::patched(
        !lost, xsimd::atan2(y, x), [](T a, T b) { return std::atan2(a, b); }, y, x);
  }
  // xsimd 8.1 loses up to 450 units in the last place (3^2 is 8.999999999999998) and is wrong at 0,
  // denormal numbers, infinities and NaN: the C library decides.
  static V pow(const V& base, const V& exponent) {
    const typename V::batch_bool_type none(false);
    return simd::patched(
        none, base, [](T a, T b) { return std::pow(a, b); }, base, exponent);
  }

 private:
  static constexpr bool wide = sizeof(T) == 8;
  static auto near_an_end(const V& x) {
    return (x > V(T(wide ? -746 : -104)) && x < V(T(wide ? -708 : -87))) ||
           (x > V(T(wide ? 708 : 87)) && x < V(T(wide ? 710 : 89)));
  }
};

}  // namespace num
}  // namespace glassgrad

#if defined(__aarch64__)
// xsimd 8.1 divides float32 on NEON by way of an estimate, and so takes roots: NaN for denormal
// numbers. Processors of 64 bits have instructions for both.
namespace xsimd {
template <>
inline batch<float, neon64>& batch<float, neon64>::operator/=(const batch<float, neon64>& other) {
  return *this = vdivq_f32(data, other.data);
}
template <>
inline batch<float, neon64> sqrt(const batch<float, neon64>& x) noexcept {
  return vsqrtq_f32(x.data);
}
}  // namespace xsimd
#endif
