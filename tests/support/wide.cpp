// The functions of 50-digit numbers: Boost's, but for erf, whose series is short.
#include "support/wide.hpp"

namespace glassgrad::num {

namespace mp = boost::multiprecision;

#define GLASSGRAD_WIDE(name) \
  Wide Functions<Wide>::name(const Wide& x) { return mp::name(x); }
GLASSGRAD_WIDE(sqrt)
GLASSGRAD_WIDE(exp)
GLASSGRAD_WIDE(log)
GLASSGRAD_WIDE(sin)
GLASSGRAD_WIDE(cos)
GLASSGRAD_WIDE(tan)
GLASSGRAD_WIDE(asin)
GLASSGRAD_WIDE(acos)
GLASSGRAD_WIDE(atan)
GLASSGRAD_WIDE(sinh)
GLASSGRAD_WIDE(cosh)
GLASSGRAD_WIDE(tanh)
GLASSGRAD_WIDE(abs)
#undef GLASSGRAD_WIDE

// Exact near 0 is not needed: the samples keep 45 digits and more of the difference.
Wide Functions<Wide>::expm1(const Wide& x) { return mp::exp(x) - 1; }
Wide Functions<Wide>::log1p(const Wide& x) { return mp::log(Wide(1 + x)); }
Wide Functions<Wide>::pow(const Wide& base, const Wide& exponent) {
  return mp::pow(base, exponent);
}
Wide Functions<Wide>::atan2(const Wide& y, const Wide& x) { return mp::atan2(y, x); }

// erf x = 2/sqrt(pi) e^(-x^2) (x + 2 x^3 / 3 + 4 x^5 / (3 5) + ...): all terms of one sign.
Wide Functions<Wide>::erf(const Wide& x) {
  Wide term = x, sum = x;
  for (int n = 1; mp::abs(term) > mp::abs(sum) * Wide(1e-55); ++n) {
    term *= 2 * x * x / (2 * n + 1);
    sum += term;
  }
  return sum * mp::exp(Wide(-x * x)) / mp::sqrt(mp::atan(Wide(1)));
}

}  // namespace glassgrad::num
