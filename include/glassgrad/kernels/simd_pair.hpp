// Vectors of pairs: a number with twice the digits is the sum of two. Only where the processor has
// a fused multiply-add, which tells what a product has lost.
//   Dekker, A floating-point technique for extending the available precision, Numerische Mathematik
//   18 (1971).
// Next: simd_powers.hpp, what is computed with them.
#pragma once

#include <xsimd/xsimd.hpp>

namespace glassgrad::simd {

// a b + c with one rounding: xsimd 8.1 has none for AVX-512.
#if defined(__FMA__)
inline __m256d fused(__m256d a, __m256d b, __m256d c) { return _mm256_fmadd_pd(a, b, c); }
inline __m256 fused(__m256 a, __m256 b, __m256 c) { return _mm256_fmadd_ps(a, b, c); }
#endif
#if defined(__AVX512F__)
inline __m512d fused(__m512d a, __m512d b, __m512d c) { return _mm512_fmadd_pd(a, b, c); }
inline __m512 fused(__m512 a, __m512 b, __m512 c) { return _mm512_fmadd_ps(a, b, c); }
#endif
#if defined(__aarch64__)
inline float64x2_t fused(float64x2_t a, float64x2_t b, float64x2_t c) { return vfmaq_f64(c, a, b); }
inline float32x4_t fused(float32x4_t a, float32x4_t b, float32x4_t c) { return vfmaq_f32(c, a, b); }
#endif
template <class V>
concept Fused = requires(V a) {
  fused(a.data, a.data, a.data);
};
template <class V>
V times_plus(const V& a, const V& b, const V& c) {
  return V(fused(a.data, b.data, c.data));
}

// `low` is about a unit in the last place of `high`; sorted_sum() makes it half of one at most.
template <class V>
struct Pair {
  V high, low;

  // |a| >= |b|
  static Pair sorted_sum(const V& a, const V& b) {
    const V sum = a + b;
    return {sum, b - (sum - a)};
  }
  static Pair product(const V& a, const V& b) {
    const V product = a * b;
    return {product, times_plus(a, b, -product)};
  }
  friend Pair operator*(const Pair& a, const Pair& b) {
    const Pair main = product(a.high, b.high);
    return {main.high, times_plus(a.high, b.low, times_plus(a.low, b.high, main.low))};
  }
  friend Pair operator*(const Pair& a, const V& b) {
    const Pair main = product(a.high, b);
    return {main.high, times_plus(a.low, b, main.low)};
  }
  // |a| >= |b|
  friend Pair operator+(const Pair& a, const Pair& b) {
    const Pair main = sorted_sum(a.high, b.high);
    return {main.high, main.low + (a.low + b.low)};
  }
};

}  // namespace glassgrad::simd
