// Jet: a 50-digit number with its derivatives along two directions, v + a e1 + b e2 + ab e1 e2 with
// e1^2 = e2^2 = 0. An op's value read with it gives the value, a local gradient and a second
// derivative, so that none is written down twice. Functions give f, f', f'' in forms that keep
// their digits (tanh' is 1 / cosh^2): 1 - y^2 would lose all 50 of them beyond |x| = 57. Next:
// range.hpp.
#pragma once

#include "support/wide.hpp"

namespace glassgrad {

struct Jet {
  Wide v, a = 0, b = 0, ab = 0;
  Jet() = default;
  template <class U>
  requires std::is_arithmetic_v<U> Jet(U number) : v(number) {}
  Jet(Wide value) : v(std::move(value)) {}
  Jet(Wide value, Wide along_a, Wide along_b, Wide along_both = 0)
      : v(std::move(value)),
        a(std::move(along_a)),
        b(std::move(along_b)),
        ab(std::move(along_both)) {}

  friend Jet operator+(const Jet& x, const Jet& y) {
    return {x.v + y.v, x.a + y.a, x.b + y.b, x.ab + y.ab};
  }
  friend Jet operator-(const Jet& x, const Jet& y) {
    return {x.v - y.v, x.a - y.a, x.b - y.b, x.ab - y.ab};
  }
  friend Jet operator-(const Jet& x) { return {-x.v, -x.a, -x.b, -x.ab}; }
  friend Jet operator*(const Jet& x, const Jet& y) {
    return {x.v * y.v, x.a * y.v + x.v * y.a, x.b * y.v + x.v * y.b,
            x.ab * y.v + x.a * y.b + x.b * y.a + x.v * y.ab};
  }
  friend Jet operator/(const Jet& x, const Jet& y) {
    const Wide r = 1 / y.v;
    return x * Jet{r, -r * r * y.a, -r * r * y.b, r * r * (2 * r * y.a * y.b - y.ab)};
  }
  friend bool operator<(const Jet& x, const Jet& y) { return x.v < y.v; }
  friend bool operator<=(const Jet& x, const Jet& y) { return x.v <= y.v; }
  friend bool operator>(const Jet& x, const Jet& y) { return x.v > y.v; }
  friend bool operator>=(const Jet& x, const Jet& y) { return x.v >= y.v; }
  // Equal only with their derivatives: a special case at a point (a == b) says nothing about
  // slopes.
  friend bool operator==(const Jet& x, const Jet& y) {
    return x.v == y.v && x.a == y.a && x.b == y.b && x.ab == y.ab;
  }
  friend bool operator!=(const Jet& x, const Jet& y) { return !(x == y); }
};
template <>
struct IsNumber<Jet> : std::true_type {};

namespace num {

template <>
struct Functions<Jet> {
  static Jet constant(double number) { return Functions<Wide>::constant(number); }
  static Jet where(bool mask, const Jet& a, const Jet& b) { return mask ? a : b; }
  static Jet sqrt(const Jet& x);
  static Jet exp(const Jet& x);
  static Jet expm1(const Jet& x);
  static Jet log(const Jet& x);
  static Jet log1p(const Jet& x);
  static Jet sin(const Jet& x);
  static Jet cos(const Jet& x);
  static Jet tan(const Jet& x);
  static Jet asin(const Jet& x);
  static Jet acos(const Jet& x);
  static Jet atan(const Jet& x);
  static Jet sinh(const Jet& x);
  static Jet cosh(const Jet& x);
  static Jet tanh(const Jet& x);
  static Jet erf(const Jet& x);
  static Jet abs(const Jet& x);
  static Jet pow(const Jet& base, const Jet& exponent);
  static Jet atan2(const Jet& y, const Jet& x);
};
template <>
struct Special<Jet> {
  static Jet erfc(const Jet& x);
  static Jet bell(const Jet& x, int halves);
  static Jet normal_cdf(const Jet& x);
  static Jet log_normal_cdf(const Jet& x);
  static Jet sinc(const Jet& x, int order);
  static Jet erfinv(const Jet& x);
  static Jet normal_quantile(const Jet& x);
  static Jet lgamma(const Jet& x);
  static Jet digamma(const Jet& x);
  static Jet polygamma(const Jet& x, int order);
  static Jet bessel_i(const Jet& x, int order);
  static Jet log2(const Jet& x);
  static Jet log10(const Jet& x);
  static Jet exp2(const Jet& x);
  static Jet hypot(const Jet& a, const Jet& b);
  static Jet fmod(const Jet& a, const Jet& b);
  static Jet remainder(const Jet& a, const Jet& b);
  static Jet copysign(const Jet& a, const Jet& b);
  static Jet floor(const Jet& x) { return Special<Wide>::floor(x.v); }
  static Jet ceil(const Jet& x) { return Special<Wide>::ceil(x.v); }
  static Jet round(const Jet& x) { return Special<Wide>::round(x.v); }
  static Jet trunc(const Jet& x) { return Special<Wide>::trunc(x.v); }
};

}  // namespace num
}  // namespace glassgrad
