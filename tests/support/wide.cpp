// The functions of 50-digit numbers: Boost's, but for erf, whose series is short, and for arguments
// where those lose their digits: near 0, and sines of large ones.
#include "support/wide.hpp"

#include <boost/math/constants/constants.hpp>
#include <numbers>

namespace glassgrad {

namespace mp = boost::multiprecision;

Wide wide::pi() { return boost::math::constants::pi<Wide>(); }

namespace num {

// A literal that is a known constant, rounded to double, means the constant.
Wide Functions<Wide>::constant(double number) {
  static const std::pair<double, Wide> known[] = {
      {std::numbers::pi, wide::pi()},
      {std::numbers::log2e, 1 / mp::log(Wide(2))},
      {std::numbers::log10e, 1 / mp::log(Wide(10))},
      {std::numbers::ln2, mp::log(Wide(2))},
      {std::numbers::inv_sqrtpi * 2, 2 / mp::sqrt(wide::pi())},
      {std::numbers::inv_sqrtpi * -2, -2 / mp::sqrt(wide::pi())},
      {0.39894228040143267794, 1 / mp::sqrt(Wide(2 * wide::pi()))}};
  for (const auto& [rounded, exact] : known)
    if (number == rounded) return exact;
  return Wide(number);
}

#define GLASSGRAD_WIDE(name) \
  Wide Functions<Wide>::name(const Wide& x) { return mp::name(x); }
GLASSGRAD_WIDE(sqrt)
GLASSGRAD_WIDE(log)
GLASSGRAD_WIDE(asin)
GLASSGRAD_WIDE(acos)
GLASSGRAD_WIDE(atan)
GLASSGRAD_WIDE(abs)
#undef GLASSGRAD_WIDE

namespace {
// Less 2 pi times a whole number, so that 50 digits are left of numbers up to 10^308.
Wide reduced(const Wide& x) {
  if (mp::abs(x) < 1000) return x;
  using Long = mp::number<mp::cpp_bin_float<420>, mp::et_off>;
  static const Long turn = 2 * boost::math::constants::pi<Long>();
  const Long all(x);
  return Wide(all - turn * mp::floor(Long(all / turn + 0.5)));
}
constexpr double far = 1e8;  // where e^x is beyond Boost's exponents, or nearly
}  // namespace

Wide Functions<Wide>::exp(const Wide& x) {
  if (x > far) return std::numeric_limits<Wide>::infinity();
  return x < -far ? Wide(0) : Wide(mp::exp(x));
}
Wide Functions<Wide>::sin(const Wide& x) { return mp::sin(reduced(x)); }
Wide Functions<Wide>::cos(const Wide& x) { return mp::cos(reduced(x)); }
Wide Functions<Wide>::tan(const Wide& x) { return sin(x) / cos(x); }

Wide Functions<Wide>::expm1(const Wide& x) {
  if (mp::abs(x) > 0.1) return exp(x) - 1;
  Wide term = x, sum = x;
  for (int n = 2; term != 0 && mp::abs(term) > mp::abs(sum) * Wide(1e-55); ++n)
    sum += term *= x / n;
  return sum;
}
// 2 artanh(z) for z = x / (2 + x): 2 (z + z^3 / 3 + z^5 / 5 + ...)
Wide Functions<Wide>::log1p(const Wide& x) {
  if (mp::abs(x) > 0.1) return mp::log(Wide(1 + x));
  const Wide z = x / (2 + x);
  Wide power = z, sum = z;
  for (int n = 3; power != 0 && mp::abs(power) > mp::abs(sum) * Wide(1e-55); n += 2)
    sum += (power *= z * z) / n;
  return 2 * sum;
}
Wide Functions<Wide>::sinh(const Wide& x) {
  const Wide e = expm1(mp::abs(x)), y = e > 1e60 ? e / 2 : (e + e / (e + 1)) / 2;
  return x < 0 ? Wide(-y) : y;
}
Wide Functions<Wide>::cosh(const Wide& x) {
  const Wide e = exp(mp::abs(x));
  return (e + 1 / e) / 2;
}
Wide Functions<Wide>::tanh(const Wide& x) {
  if (mp::abs(x) > 200) return x < 0 ? -1 : 1;
  const Wide e = expm1(2 * mp::abs(x)), y = e / (e + 2);
  return x < 0 ? Wide(-y) : y;
}

Wide Functions<Wide>::pow(const Wide& base, const Wide& exponent) {
  if (exponent == 0) return 1;
  if (base == 0 || !(mp::abs(base) <= std::numeric_limits<Wide>::max()))
    return mp::pow(base, exponent);
  const Wide y = exp(exponent * mp::log(Wide(mp::abs(base))));
  if (base > 0) return y;
  if (mp::floor(exponent) != exponent) return std::numeric_limits<Wide>::quiet_NaN();
  const Wide half = exponent / 2;
  return mp::floor(half) == half ? y : Wide(-y);
}
Wide Functions<Wide>::atan2(const Wide& y, const Wide& x) { return mp::atan2(y, x); }

// erf x = 2/sqrt(pi) e^(-x^2) (x + 2 x^3 / 3 + 4 x^5 / (3 5) + ...): all terms of one sign.
Wide Functions<Wide>::erf(const Wide& x) {
  if (mp::abs(x) > 12) return x < 0 ? -1 : 1;
  Wide term = x, sum = x;
  for (int n = 1; term != 0 && mp::abs(term) > mp::abs(sum) * Wide(1e-55); ++n) {
    term *= 2 * x * x / (2 * n + 1);
    sum += term;
  }
  return sum * mp::exp(Wide(-x * x)) / mp::sqrt(mp::atan(Wide(1)));
}

}  // namespace num
}  // namespace glassgrad
