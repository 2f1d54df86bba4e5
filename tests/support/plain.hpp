// Plain<T>: one float or double at a time, with the functions of the C library. An op's value read
// with it is the IEEE scalar reference that the vector kernels are held to at special values.
#pragma once

#include <cmath>
#include <limits>
#include <numbers>

#include "glassgrad/kernels/special.hpp"

namespace glassgrad {

template <class T>
struct Plain {
  T v{};
  Plain() = default;
  template <class U>
  requires std::is_arithmetic_v<U> Plain(U number) : v(T(number)) {}

  friend Plain operator+(const Plain& a, const Plain& b) { return a.v + b.v; }
  friend Plain operator-(const Plain& a, const Plain& b) { return a.v - b.v; }
  friend Plain operator*(const Plain& a, const Plain& b) { return a.v * b.v; }
  friend Plain operator/(const Plain& a, const Plain& b) { return a.v / b.v; }
  friend Plain operator-(const Plain& a) { return -a.v; }
  friend bool operator<(const Plain& a, const Plain& b) { return a.v < b.v; }
  friend bool operator<=(const Plain& a, const Plain& b) { return a.v <= b.v; }
  friend bool operator>(const Plain& a, const Plain& b) { return a.v > b.v; }
  friend bool operator>=(const Plain& a, const Plain& b) { return a.v >= b.v; }
  friend bool operator==(const Plain& a, const Plain& b) { return a.v == b.v; }
  friend bool operator!=(const Plain& a, const Plain& b) { return a.v != b.v; }
};
template <class T>
struct IsNumber<Plain<T>> : std::true_type {};

namespace num {
template <class T>
struct Functions<Plain<T>> {
  using V = Plain<T>;
  static constexpr T smallest = std::numeric_limits<T>::min();
  static constexpr T largest = std::numeric_limits<T>::max();
  static V constant(double number) { return V(number); }
  static V where(bool mask, const V& a, const V& b) { return mask ? a : b; }
  static V sqrt(const V& x) { return std::sqrt(x.v); }
  static V exp(const V& x) { return std::exp(x.v); }
  static V expm1(const V& x) { return std::expm1(x.v); }
  static V log(const V& x) { return std::log(x.v); }
  static V log1p(const V& x) { return std::log1p(x.v); }
  static V sin(const V& x) { return std::sin(x.v); }
  static V cos(const V& x) { return std::cos(x.v); }
  static V tan(const V& x) { return std::tan(x.v); }
  static V asin(const V& x) { return std::asin(x.v); }
  static V acos(const V& x) { return std::acos(x.v); }
  static V atan(const V& x) { return std::atan(x.v); }
  static V sinh(const V& x) { return std::sinh(x.v); }
  static V cosh(const V& x) { return std::cosh(x.v); }
  static V tanh(const V& x) { return std::tanh(x.v); }
  static V erf(const V& x) { return std::erf(x.v); }
  static V abs(const V& x) { return std::abs(x.v); }
  static V pow(const V& base, const V& exponent) { return std::pow(base.v, exponent.v); }
  static V atan2(const V& y, const V& x) { return std::atan2(y.v, x.v); }
};
template <class T>
struct Special<Plain<T>> {
  using V = Plain<T>;
  static V erfc(const V& x) { return std::erfc(x.v); }
  static V bell(const V& x, int halves) { return std::exp(-0.5L * halves * x.v * x.v); }
  static V normal_cdf(const V& x) {
    return std::erfc(-x.v / std::numbers::sqrt2_v<long double>) / 2;
  }
  static V erfinv_slope(const V& x, const V& y) {
    return special::erfinv_slope(double(x.v), double(y.v));
  }
  static V normal_quantile_slope(const V& x, const V& y) {
    return special::normal_quantile_slope(double(x.v), double(y.v));
  }
  static V erfinv(const V& x) { return special::erfinv(double(x.v)); }
  static V normal_quantile(const V& x) { return special::normal_quantile(double(x.v)); }
  static V lgamma(const V& x) { return std::lgamma(double(x.v)); }
  static V digamma(const V& x) { return special::digamma(double(x.v)); }
  static V polygamma(const V& x, int order) { return special::polygamma(double(x.v), order); }
  static V bessel_i(const V& x, int order) { return special::bessel_i(double(x.v), order); }
  static V log2(const V& x) { return std::log2(x.v); }
  static V log10(const V& x) { return std::log10(x.v); }
  static V exp2(const V& x) { return std::exp2(x.v); }
  static V hypot(const V& a, const V& b) { return std::hypot(a.v, b.v); }
  static V fmod(const V& a, const V& b) { return std::fmod(a.v, b.v); }
  static V remainder(const V& a, const V& b) { return special::remainder(a.v, b.v); }
  static V copysign(const V& a, const V& b) { return std::copysign(a.v, b.v); }
  static V floor(const V& x) { return std::floor(x.v); }
  static V ceil(const V& x) { return std::ceil(x.v); }
  static V round(const V& x) { return std::nearbyint(x.v); }
  static V trunc(const V& x) { return std::trunc(x.v); }
};
}  // namespace num

}  // namespace glassgrad
