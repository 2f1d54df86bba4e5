// The functions of jets: each is f, f' and f'' of a 50-digit number.
#include "support/jet.hpp"

namespace glassgrad::num {
namespace {

using F = Functions<Wide>;
using S = Special<Wide>;
using FJ = Functions<Jet>;
using SJ = Special<Jet>;

// f(x), given f, f' and f'' at x.v.
Jet chained(const Jet& x, const Wide& f, const Wide& d, const Wide& dd) {
  return {f, d * x.a, d * x.b, d * x.ab + dd * x.a * x.b};
}
// f(x, y), given f and its derivatives.
struct Second {
  Wide x, y, xx, xy, yy;
};
Jet chained(const Jet& x, const Jet& y, const Wide& f, const Second& d) {
  return {f, d.x * x.a + d.y * y.a, d.x * x.b + d.y * y.b,
          d.x * x.ab + d.y * y.ab + d.xx * x.a * x.b + d.xy * (x.a * y.b + x.b * y.a) +
              d.yy * y.a * y.b};
}
Wide sign_of(const Wide& x) { return x > 0 ? 1 : x < 0 ? -1 : 0; }

}  // namespace

Jet FJ::sqrt(const Jet& x) {
  const Wide y = F::sqrt(x.v);
  return chained(x, y, 1 / (2 * y), -1 / (4 * y * x.v));
}
Jet FJ::exp(const Jet& x) {
  const Wide y = F::exp(x.v);
  return chained(x, y, y, y);
}
Jet FJ::expm1(const Jet& x) {
  const Wide e = F::exp(x.v);
  return chained(x, F::expm1(x.v), e, e);
}
Jet FJ::log(const Jet& x) { return chained(x, F::log(x.v), 1 / x.v, -1 / (x.v * x.v)); }
Jet FJ::log1p(const Jet& x) {
  const Wide u = 1 + x.v;
  return chained(x, F::log1p(x.v), 1 / u, -1 / (u * u));
}
Jet FJ::sin(const Jet& x) {
  const Wide s = F::sin(x.v);
  return chained(x, s, F::cos(x.v), -s);
}
Jet FJ::cos(const Jet& x) {
  const Wide c = F::cos(x.v);
  return chained(x, c, -F::sin(x.v), -c);
}
Jet FJ::tan(const Jet& x) {
  const Wide c = F::cos(x.v), t = F::sin(x.v) / c, d = 1 / (c * c);
  return chained(x, t, d, 2 * t * d);
}
Jet FJ::asin(const Jet& x) {
  const Wide r = (1 - x.v) * (1 + x.v), d = 1 / F::sqrt(r);
  return chained(x, F::asin(x.v), d, x.v * d / r);
}
Jet FJ::acos(const Jet& x) {
  const Jet y = asin(x);
  return {F::acos(x.v), -y.a, -y.b, -y.ab};
}
Jet FJ::atan(const Jet& x) {
  const Wide d = 1 / (1 + x.v * x.v);
  return chained(x, F::atan(x.v), d, -2 * x.v * d * d);
}
Jet FJ::sinh(const Jet& x) {
  const Wide s = F::sinh(x.v);
  return chained(x, s, F::cosh(x.v), s);
}
Jet FJ::cosh(const Jet& x) {
  const Wide c = F::cosh(x.v);
  return chained(x, c, F::sinh(x.v), c);
}
Jet FJ::tanh(const Jet& x) {
  const Wide c = F::cosh(x.v), t = F::tanh(x.v), d = 1 / (c * c);
  return chained(x, t, d, -2 * t * d);
}
Jet FJ::erf(const Jet& x) {
  const Wide d = 2 / F::sqrt(wide::pi()) * S::bell(x.v, 2);
  return chained(x, F::erf(x.v), d, -2 * x.v * d);
}
Jet FJ::abs(const Jet& x) { return chained(x, F::abs(x.v), sign_of(x.v), 0); }
Jet FJ::pow(const Jet& x, const Jet& y) {
  const Wide &a = x.v, &b = y.v, f = F::pow(a, b);
  if (y.a == 0 && y.b == 0) {
    const Wide d = b == 0 ? Wide(0) : Wide(b * F::pow(a, b - 1));
    const Wide dd = b == 0 || b == 1 ? Wide(0) : Wide(b * (b - 1) * F::pow(a, b - 2));
    return chained(x, f, d, dd);
  }
  const Wide l = F::log(a);
  return chained(x, y, f,
                 {b * f / a, f * l, b * (b - 1) * f / (a * a), f / a * (1 + b * l), f * l * l});
}
Jet FJ::atan2(const Jet& y, const Jet& x) {
  const Wide &a = y.v, &b = x.v, q = a * a + b * b;
  return chained(
      y, x, F::atan2(a, b),
      {b / q, -a / q, -2 * a * b / (q * q), (a - b) * (a + b) / (q * q), 2 * a * b / (q * q)});
}

Jet SJ::erfc(const Jet& x) {
  const Wide d = -2 / F::sqrt(wide::pi()) * S::bell(x.v, 2);
  return chained(x, S::erfc(x.v), d, -2 * x.v * d);
}
Jet SJ::bell(const Jet& x, int halves) {
  const Wide y = S::bell(x.v, halves);
  return chained(x, y, -halves * x.v * y, (halves * x.v * halves * x.v - halves) * y);
}
Jet SJ::normal_cdf(const Jet& x) {
  const Wide d = S::bell(x.v, 1) / F::sqrt(Wide(2 * wide::pi()));
  return chained(x, S::normal_cdf(x.v), d, -x.v * d);
}
Jet SJ::log_normal_cdf(const Jet& x) {
  const Wide h = wide::inverse_mills(x.v);
  return chained(x, S::log_normal_cdf(x.v), h, -h * wide::inverse_mills_plus(x.v));
}
Jet SJ::sinc(const Jet& x, int order) {
  return chained(x, S::sinc(x.v, order), S::sinc(x.v, order + 1), S::sinc(x.v, order + 2));
}
Jet SJ::erfinv(const Jet& x) {
  const Wide y = S::erfinv(x.v), d = S::erfinv_slope(x.v, y);
  return chained(x, y, d, 2 * y * d * d);
}
Jet SJ::normal_quantile(const Jet& x) {
  const Wide y = S::normal_quantile(x.v), d = S::normal_quantile_slope(x.v, y);
  return chained(x, y, d, y * d * d);
}
Jet SJ::lgamma(const Jet& x) {
  return chained(x, S::lgamma(x.v), S::digamma(x.v), S::polygamma(x.v, 1));
}
Jet SJ::digamma(const Jet& x) {
  return chained(x, S::digamma(x.v), S::polygamma(x.v, 1), S::polygamma(x.v, 2));
}
Jet SJ::polygamma(const Jet& x, int order) {
  return chained(x, S::polygamma(x.v, order), S::polygamma(x.v, order + 1),
                 S::polygamma(x.v, order + 2));
}
Jet SJ::bessel_i(const Jet& x, int order) {
  const auto of = [&](int n) { return S::bessel_i(x.v, std::abs(n)); };
  return chained(x, of(order), (of(order - 1) + of(order + 1)) / 2,
                 (of(order - 2) + 2 * of(order) + of(order + 2)) / 4);
}
Jet SJ::log2(const Jet& x) { return FJ::log(x) / F::log(Wide(2)); }
Jet SJ::log10(const Jet& x) { return FJ::log(x) / F::log(Wide(10)); }
Jet SJ::exp2(const Jet& x) { return FJ::exp(x * F::log(Wide(2))); }
Jet SJ::hypot(const Jet& x, const Jet& y) {
  const Wide &a = x.v, &b = y.v, r = S::hypot(a, b), c = r * r * r;
  return chained(x, y, r, {a / r, b / r, b * b / c, -a * b / c, a * a / c});
}
Jet SJ::fmod(const Jet& x, const Jet& y) {
  const Wide n = S::trunc(x.v / y.v);
  return chained(x, y, S::fmod(x.v, y.v), {1, -n, 0, 0, 0});
}
Jet SJ::remainder(const Jet& x, const Jet& y) {
  const Wide n = S::floor(x.v / y.v);
  return chained(x, y, S::remainder(x.v, y.v), {1, -n, 0, 0, 0});
}
Jet SJ::copysign(const Jet& x, const Jet& y) {
  const Wide s = sign_of(x.v) * (boost::multiprecision::signbit(y.v) ? -1 : 1);
  return chained(x, y, S::copysign(x.v, y.v), {s, 0, 0, 0, 0});
}

}  // namespace glassgrad::num
