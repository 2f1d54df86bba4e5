// The special functions of 50-digit numbers: Boost's, but for the Bessel functions, whose series is
// short, and rounding.
#include <boost/math/special_functions/digamma.hpp>
#include <boost/math/special_functions/erf.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <boost/math/special_functions/polygamma.hpp>

#include "support/wide.hpp"

namespace glassgrad::num {

namespace mp = boost::multiprecision;
using S = Special<Wide>;

Wide S::erfc(const Wide& x) {
  // beyond 1 Boost's continued fraction keeps the digits that 1 - erf would lose
  return x < 1 ? 1 - Functions<Wide>::erf(x) : boost::math::erfc(x);
}
Wide S::erfinv(const Wide& x) { return boost::math::erf_inv(x); }
Wide S::normal_quantile(const Wide& p) {
  return -mp::sqrt(Wide(2)) * boost::math::erfc_inv(Wide(2 * p));
}
Wide S::lgamma(const Wide& x) { return boost::math::lgamma(x); }
Wide S::digamma(const Wide& x) { return boost::math::digamma(x); }
Wide S::polygamma(const Wide& x, int order) { return boost::math::polygamma(order, x); }

// (x/2)^n / n! (1 + t / (1 (n + 1)) + t^2 / (1 2 (n + 1) (n + 2)) + ...), t = x^2 / 4
Wide S::bessel_i(const Wide& x, int order) {
  Wide term = 1;
  for (int i = 1; i <= order; ++i) term *= x / (2 * i);
  Wide sum = term;
  for (int k = 1; mp::abs(term) > mp::abs(sum) * Wide(1e-55); ++k) {
    term *= x * x / (4 * Wide(k) * (k + order));
    sum += term;
  }
  return sum;
}

Wide S::log2(const Wide& x) { return mp::log(x) / mp::log(Wide(2)); }
Wide S::log10(const Wide& x) { return mp::log(x) / mp::log(Wide(10)); }
Wide S::exp2(const Wide& x) { return mp::exp(Wide(x * mp::log(Wide(2)))); }
Wide S::hypot(const Wide& a, const Wide& b) { return mp::sqrt(Wide(a * a + b * b)); }
Wide S::fmod(const Wide& a, const Wide& b) { return a - b * trunc(a / b); }
Wide S::remainder(const Wide& a, const Wide& b) { return a - b * floor(a / b); }
Wide S::copysign(const Wide& a, const Wide& b) { return b < 0 ? -mp::abs(a) : mp::abs(a); }
Wide S::floor(const Wide& x) { return mp::floor(x); }
Wide S::ceil(const Wide& x) { return mp::ceil(x); }
Wide S::trunc(const Wide& x) { return mp::trunc(x); }
Wide S::round(const Wide& x) {  // half to even
  const Wide below = mp::floor(x), above = below + 1, middle = below + Wide(0.5);
  if (x != middle) return x < middle ? below : above;
  return mp::floor(Wide(below / 2)) * 2 == below ? below : above;
}

}  // namespace glassgrad::num
