// Special functions of one number. Boost.Math's are good to a few units in the last place; its
// errors are switched off: a pole gives an infinity or NaN, as in the C library.
#include "glassgrad/kernels/special.hpp"

#include <algorithm>
#include <boost/math/special_functions/bernoulli.hpp>
#include <boost/math/special_functions/bessel.hpp>
#include <boost/math/special_functions/digamma.hpp>
#include <boost/math/special_functions/erf.hpp>
#include <boost/math/special_functions/factorials.hpp>
#include <boost/math/special_functions/polygamma.hpp>
#include <cmath>
#include <limits>
#include <numbers>

namespace glassgrad::special {
namespace {

namespace policies = boost::math::policies;
using Quiet = policies::policy<
    policies::domain_error<policies::ignore_error>, policies::pole_error<policies::ignore_error>,
    policies::overflow_error<policies::ignore_error>,
    policies::evaluation_error<policies::ignore_error>,
    policies::rounding_error<policies::ignore_error>, policies::promote_double<false>>;
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// normal_cdf(-a) over the density, a >= 0: by erfc, far out by its continued fraction.
double mills(double a) {
  if (a > 6) {
    double tail = a;
    for (int n = 60; n > 0; --n) tail = a + n / tail;
    return 1 / tail;
  }
  const double t = a / std::numbers::sqrt2, square = t * t;
  return std::sqrt(std::numbers::pi / 2) * std::erfc(t) * std::exp(square) *
         (1 + std::fma(t, t, -square));
}

// (order - 1)! / x^order, which may be denormal where no part of it is: a third of the power at
// once.
double factorial_over_power(double x, int order) {
  const int known = std::min(order, 171);  // 171! is infinite
  // fits: 1 <= order
  double y = boost::math::factorial<double>(unsigned(known - 1), Quiet());
  for (int third = 0; third < 3; ++third) y /= std::pow(x, (known + third) / 3);
  for (int i = known; i < order; ++i) y *= i / x;
  return y;
}
// x > 0. Far out (-1)^(n+1) (n-1)! / x^n (1 + n / (2 x) + the sum of B_2k n (n + 1) ... (n + 2k -
// 1) / ((2k)! x^2k)): there Boost.Math multiplies by x^(-n-1), which may be denormal or 0.
double positive_polygamma(double x, int order) {
  const double sign = order % 2 == 1 ? 1 : -1;
  if (x < 1e-30) return sign * std::tgamma(order + 1.0) / std::pow(x, order + 1);
  if (x < 24 + 4.0 * order) return boost::math::polygamma(order, x, Quiet());
  double sum = 0, ratio = 1;
  for (int k = 1; k <= 14; ++k) {
    ratio *= ((order + 2 * k - 2) / x) * ((order + 2 * k - 1) / x) / ((2 * k - 1) * (2 * k));
    sum += boost::math::bernoulli_b2n<double>(k) * ratio;
  }
  return sign * factorial_over_power(x, order) * (1 + (order / (2 * x) + sum));
}

bool is_negative_integer(double x) { return x < 0 && std::floor(x) == x; }

}  // namespace

double erfinv(double x) {
  if (!(std::abs(x) <= 1)) return nan;
  if (std::abs(x) == 1) return std::copysign(infinity, x);
  return x == 0 ? x : boost::math::erf_inv(x, Quiet());
}
double normal_quantile(double p) {
  if (!(p >= 0 && p <= 1)) return nan;
  if (p == 0 || p == 1) return p == 0 ? -infinity : infinity;
  return -std::sqrt(2.0) * boost::math::erfc_inv(2 * p, Quiet());
}
// dy/dx = e^(y^2) sqrt(pi) / 2 multiplies the rounding error of y by 2 y. That error is the
// residual (x - erf y) dy/dx; near 1 it is computed by erfc, which has the digits.
double erfinv_slope(double x, double y) {
  if (!(std::abs(x) < 1)) return std::abs(x) == 1 ? infinity : nan;
  const double a = std::abs(y), square = a * a;
  const double power = std::exp(square) * (1 + std::fma(a, a, -square));
  const double slope = power * (std::sqrt(std::numbers::pi) / 2);
  const double left = a < 0.5 ? std::abs(x) - std::erf(a) : std::erfc(a) - (1 - std::abs(x));
  return slope * (1 + 2 * a * (left * slope));
}
// The same with e^(y^2 / 2) sqrt(2 pi), in the smaller tail p = normal_cdf(-a). The residual times
// that slope is mills(a) - p e^(a^2 / 2) sqrt(2 pi), whose parts stay near 1 / a.
double normal_quantile_slope(double p, double y) {
  if (!(p > 0 && p < 1)) return p == 0 || p == 1 ? infinity : nan;
  const double a = std::abs(y), tail = p < 0.5 ? p : 1 - p, square = a * a;
  const double root = std::exp(square / 4);  // the whole may overflow
  const double scale = std::sqrt(2 * std::numbers::pi) * (1 + std::fma(a, a, -square) / 2);
  const double left = mills(a) - tail * root * scale * root;
  return scale * (1 + a * left) * root * root;
}
double lgamma(double x) {
  int sign = 0;
  return ::lgamma_r(x, &sign);  // std::lgamma stores the sign in a global variable
}
double digamma(double x) {
  if (x == 0) return std::copysign(infinity, -x);
  if (!(x > -infinity) || is_negative_integer(x)) return nan;
  if (x == infinity) return x;
  if (std::abs(x) < 1e-300) return -1 / x;  // the rest of the series is below the last digit
  if (x < 0) {  // by reflection, with the angle's distance from the pole
    const double angle = std::numbers::pi * (x - std::nearbyint(x));
    return boost::math::digamma(1 - x, Quiet()) - std::numbers::pi / std::tan(angle);
  }
  return boost::math::digamma(x, Quiet());
}
double polygamma(double x, int order) {
  const bool odd = order % 2 == 1;
  if (x == 0) return odd || std::signbit(x) ? infinity : -infinity;
  if (!(x > -infinity)) return nan;
  if (is_negative_integer(x)) return odd ? infinity : nan;
  if (x == infinity) return odd ? 0.0 : -0.0;
  if (x > 0) return positive_polygamma(x, order);
  // By reflection: psi(x) = +-psi(1 - x) -+ the order-th derivative of pi / tan(pi x), which has
  // the period 1 and is +-psi(1 - t) - psi(t) itself, t the distance from the pole.
  const double from = x - std::nearbyint(x), t = std::abs(from);
  const double pole = positive_polygamma(t, order);
  const double other = std::isinf(pole) ? 0 : positive_polygamma(1 - t, order);
  const double tangent = odd ? other + pole : other - pole;
  const double rest = positive_polygamma(1 - x, order);
  if (odd) return tangent - rest;
  return (from < 0 ? tangent : -tangent) + rest;
}
double bessel_i(double x, int order) {
  if (std::isnan(x)) return x;
  const bool negative = x < 0 && order % 2 == 1;
  // beyond every number up to order 1001; e^2000 is a number of 80 bits
  if (std::abs(x) > 2000) return negative ? -infinity : infinity;
  // of 80 bits if available: e^x amplifies the rounding of x
  const auto y = double(boost::math::cyl_bessel_i(order, std::abs((long double)(x)), Quiet()));
  return negative ? -y : y;
}
double remainder(double a, double b) {
  const double r = std::fmod(a, b);
  if (r == 0) return std::copysign(r, b);
  return (r < 0) == (b < 0) ? r : r + b;
}

}  // namespace glassgrad::special
