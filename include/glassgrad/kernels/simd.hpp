// SIMD batches as numbers, for the files that hold kernels. Isa is a type, so that one binary can
// hold the kernels of several instruction sets.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <xsimd/xsimd.hpp>

#include "glassgrad/kernels/number.hpp"
#include "glassgrad/kernels/simd_exp.hpp"
#include "glassgrad/kernels/simd_lanes.hpp"

namespace glassgrad {

// xsimd 8.1's avx512bw does not compile its 32-bit comparisons; nothing here needs bytes or words.
using NativeIsa = std::conditional_t<std::is_same_v<xsimd::default_arch, xsimd::avx512bw>,
                                     xsimd::avx512dq, xsimd::default_arch>;

template <class T, class Isa>
struct IsNumber<xsimd::batch<T, Isa>> : std::true_type {};

namespace simd {

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
    const bool usual = all_usual(x);
    const V y = xsimd::exp(usual ? x : inside(x));
    if (usual) return y;
    return simd::patched(
        !near_an_end(x), kept(x, y), [](T a) { return std::exp(a); }, x);
  }
  static V expm1(const V& x) {  // of -0 it is -0
    const bool usual = all_usual(x);
    const V y = xsimd::select(x == V(T(0)), x, xsimd::expm1(usual ? x : inside(x)));
    if (usual) return y;
    return simd::patched(
        !near_an_end(x), kept(x, y), [](T a) { return std::expm1(a); }, x);
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
  static V sinh(const V& x) {
    return far([](const V& a) { return xsimd::sinh(a); }, x);
  }
  static V cosh(const V& x) {
    return far([](const V& a) { return xsimd::cosh(a); }, x);
  }
  static V tanh(const V& x) {
#ifdef __AVX512F__
    if constexpr (simd::is_512<V, T>) return simd::tanh_of(x);
#endif
    return far([](const V& a) { return xsimd::tanh(a); }, x);
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
  // xsimd 8.1 loses up to 450 units in the last place (3^2 is 8.999999999999998).
  static V pow(const V& base, const V& exponent) { return Special<V>::pow(base, exponent); }

 private:
  static constexpr bool wide = sizeof(T) == 8;

  // xsimd 8.1 makes an integer of x / ln 2 before it looks whether x is far out or NaN: in double
  // lane by lane, and of what no integer can hold C++ defines nothing. As far out as `most` every
  // result is its limit already, also of sinh and cosh, which go by e^(x / 2); NaN stays as it is.
  static bool all_usual(const V& x) { return xsimd::all(xsimd::abs(x) <= V(T(wide ? 708 : 87))); }
  static V inside(const V& x) {
    if constexpr (!wide) return x;
    const V most(T(2000));
    return xsimd::max(xsimd::min(x, most), -most);
  }
  static V kept(const V& x, const V& y) { return xsimd::select(x == x, y, x); }
  template <class F>
  static V far(F f, const V& x) {
    if constexpr (!wide) return f(x);
    const bool usual = all_usual(x);
    const V y = f(usual ? x : inside(x));
    return usual ? y : kept(x, y);
  }
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
