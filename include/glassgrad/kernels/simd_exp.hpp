// exp, sigmoid and tanh of AVX-512 vectors, without xsimd's divisions and branches. x = n ln 2 + r,
// where n is the nearest integer and ln 2 stands in two parts so that r loses nothing (Cody and
// Waite, Software Manual for the Elementary Functions, 1980); e^r - 1 = r + r^2 q(r) with |r| <=
// ln(2) / 2, q by a weighted minimax fit of 2^-58 (2^-28 in float); 2^n is put in by the hardware,
// which also rounds what is denormal or too large. Within 1.1 units in the last place, tanh
// within 2.6 (tests/kernels/simd_exp_test.cpp). Included by simd.hpp.
#pragma once

#ifdef __AVX512F__
#include <immintrin.h>

#include <iterator>
#include <xsimd/xsimd.hpp>

namespace glassgrad::simd {

// The few intrinsics whose names depend on the type.
template <class T>
struct Wide;
template <>
struct Wide<double> {
  using Data = __m512d;
  static constexpr double ln2_high = 6.93147180369123816490e-01;
  static constexpr double ln2_low = 1.90821492927058770002e-10;
  static constexpr double lowest = -746, highest = 710, tanh_is_1 = 40;
  static constexpr double q[] = {0.50000000000000106696,     0.16666666666666411495,
                                 0.041666666666529721607,    0.0083333333334949804837,
                                 0.0013888888943761593691,   0.0001984126950577377448,
                                 0.000024801492948052900755, 2.7557586799774599803e-6,
                                 2.7630306780393872446e-7,   2.5000021047632982775e-8};
  static __m512d all(double a) { return _mm512_set1_pd(a); }
  // the second one when either is NaN
  static __m512d least(__m512d a, __m512d b) { return _mm512_min_pd(a, b); }
  static __m512d most(__m512d a, __m512d b) { return _mm512_max_pd(a, b); }
  static __m512d nearest(__m512d a) { return _mm512_roundscale_pd(a, 8); }
  static __m512d fma(__m512d a, __m512d b, __m512d c) { return _mm512_fmadd_pd(a, b, c); }
  static __m512d times_power_of_2(__m512d a, __m512d n) { return _mm512_scalef_pd(a, n); }
  // 1 - a where x is not below 0, a elsewhere; 1 + a where the mask holds, a elsewhere
  static __m512d or_1_less(__m512d a, __m512d x) {
    return _mm512_mask_sub_pd(a, _mm512_cmp_pd_mask(x, all(0), _CMP_GE_OQ), all(1), a);
  }
  static __m512d and_1_where(__mmask8 mask, __m512d a) {
    return _mm512_mask_add_pd(a, mask, a, all(1));
  }
};
template <>
struct Wide<float> {
  using Data = __m512;
  static constexpr float ln2_high = 0.693359375f, ln2_low = -2.12194440e-4f;
  static constexpr float lowest = -104, highest = 89, tanh_is_1 = 20;
  static constexpr float q[] = {0.49999993431891137705f, 0.16666520396770755788f,
                                0.041668390831315913493f, 0.0083687453200474447889f,
                                0.0013814537893700718102f};
  static __m512 all(float a) { return _mm512_set1_ps(a); }
  static __m512 least(__m512 a, __m512 b) { return _mm512_min_ps(a, b); }
  static __m512 most(__m512 a, __m512 b) { return _mm512_max_ps(a, b); }
  static __m512 nearest(__m512 a) { return _mm512_roundscale_ps(a, 8); }
  static __m512 fma(__m512 a, __m512 b, __m512 c) { return _mm512_fmadd_ps(a, b, c); }
  static __m512 times_power_of_2(__m512 a, __m512 n) { return _mm512_scalef_ps(a, n); }
  static __m512 or_1_less(__m512 a, __m512 x) {
    return _mm512_mask_sub_ps(a, _mm512_cmp_ps_mask(x, all(0), _CMP_GE_OQ), all(1), a);
  }
  static __m512 and_1_where(__mmask16 mask, __m512 a) {
    return _mm512_mask_add_ps(a, mask, a, all(1));
  }
};

// e^x = 2^n (1 + rest), or e^(x + low) for a low that is no more than the rounding of x
template <class T>
struct Reduced {
  using W = Wide<T>;
  using Data = typename W::Data;
  Data n, rest;

  explicit Reduced(Data x) : n(nearest(x)), rest(less_1(remainder(x, n))) {}
  Reduced(Data x, Data low) : n(nearest(x)), rest(less_1(remainder(x, n) + low)) {}

 private:
  static Data nearest(Data x) { return W::nearest(x * W::all(T(1.4426950408889634074))); }
  static Data remainder(Data x, Data n) {
    return W::fma(n, W::all(-W::ln2_low), W::fma(n, W::all(-W::ln2_high), x));
  }
  static Data less_1(Data r) {
    Data q = W::all(W::q[std::size(W::q) - 1]);
    for (std::size_t i = std::size(W::q) - 1; i-- > 0;) q = W::fma(q, r, W::all(W::q[i]));
    return W::fma(r * r, q, r);
  }
};

template <class V>
V exp_of(const V& x) {
  using T = typename V::value_type;
  using W = Wide<T>;
  const Reduced<T> e(W::most(W::all(W::lowest), W::least(W::all(W::highest), x.data)));
  return W::times_power_of_2(e.rest + W::all(1), e.n);
}

// e^(c x^2), c a power of two or its negative: the rounding error of x^2 is compensated.
template <class V>
V exp_of_square(const V& x, typename V::value_type c) {
  using T = typename V::value_type;
  using W = Wide<T>;
  const auto a = W::least(W::all(40), xsimd::abs(x).data), square = a * a;
  const auto low = W::fma(a, a, -square);
  const Reduced<T> e(W::all(c) * square, W::all(c) * low);
  return W::times_power_of_2(e.rest + W::all(1), e.n);
}

// e^-|x| / (1 + e^-|x|), above 0 1 less that, of which only the last rounding shows
template <class V>
V sigmoid_of(const V& x) {
  using T = typename V::value_type;
  using W = Wide<T>;
  const V below_0 = x | V(T(-0.0));
  const Reduced<T> e(W::most(W::all(W::lowest), below_0.data));
  const auto power = W::times_power_of_2(e.rest + W::all(1), e.n);
  return V(W::or_1_less(power / (W::all(1) + power), x.data));
}

// (e^2|x| - 1) / (e^2|x| + 1), with the sign of x; not near 0 as 1 - 2 / (e^2|x| + 1), of which
// only the last rounding shows
template <class V>
V tanh_of(const V& x) {
  using T = typename V::value_type;
  using W = Wide<T>;
  const V a = xsimd::abs(x);
  const Reduced<T> e(W::least(W::all(W::tanh_is_1), (a + a).data));
  const auto power = W::times_power_of_2(W::all(1), e.n);
  const V less_1(W::fma(power, e.rest, power - W::all(1)));
  const auto far = a > V(T(0.75));
  const V rest = xsimd::select(far, V(T(-2)), less_1) / (less_1 + V(T(2)));
  return V(W::and_1_where(far.data, rest.data)) | xsimd::bitofsign(x);
}

}  // namespace glassgrad::simd
#endif
