// Special functions of one number. Boost.Math's are good to a few units in the last place; its
// errors are switched off: a pole gives an infinity or NaN, as in the C library.
#include "glassgrad/core/special.hpp"

#include <boost/math/special_functions/bessel.hpp>
#include <boost/math/special_functions/digamma.hpp>
#include <boost/math/special_functions/erf.hpp>
#include <boost/math/special_functions/polygamma.hpp>
#include <cmath>
#include <limits>

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
double lgamma(double x) {
  int sign = 0;
  return ::lgamma_r(x, &sign);  // std::lgamma leaves the sign in a variable that threads share
}
double digamma(double x) {
  if (x == 0) return std::copysign(infinity, -x);
  if (!(x > -infinity) || is_negative_integer(x)) return nan;
  if (x == infinity) return x;
  if (std::abs(x) < 1e-300) return -1 / x;  // the rest of the series is below the last digit
  return boost::math::digamma(x, Quiet());
}
double polygamma(double x, int order) {
  const bool odd = order % 2 == 1;
  if (x == 0) return odd || std::signbit(x) ? infinity : -infinity;
  if (!(x > -infinity)) return nan;
  if (is_negative_integer(x)) return odd ? infinity : nan;
  if (x == infinity) return odd ? 0.0 : -0.0;
  return boost::math::polygamma(order, x, Quiet());
}
double bessel_i(double x, int order) {
  if (std::isnan(x)) return x;
  const bool negative = x < 0 && order % 2 == 1;
  if (std::abs(x) > 720) return negative ? -infinity : infinity;
  const double y = boost::math::cyl_bessel_i(order, std::abs(x), Quiet());
  return negative ? -y : y;
}
double remainder(double a, double b) {
  const double r = std::fmod(a, b);
  if (r == 0) return std::copysign(r, b);
  return (r < 0) == (b < 0) ? r : r + b;
}

}  // namespace glassgrad::special
