// The lanes of SIMD batches: some of them from and to memory, in another order, one apart from the
// others. Included by simd.hpp.
#pragma once

#include <bit>
#include <cstdint>
#include <type_traits>
#include <utility>
#include <xsimd/xsimd.hpp>

namespace glassgrad::simd {

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
// The lanes at even places of a and b, contiguous, and those at odd ones.
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
// The lanes where the mask holds, contiguous; as many as V has may be written. Returns
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

}  // namespace glassgrad::simd
