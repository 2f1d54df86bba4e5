// Wide: 50-digit numbers (Boost.Multiprecision) that an op's value can be read with. Differenced
// centrally it says what a local gradient must be, so that no derivative is written down twice.
// Its functions are compiled once, in wide.cpp.
#pragma once

#include <boost/multiprecision/cpp_bin_float.hpp>

#include "glassgrad/kernels/special.hpp"

namespace glassgrad {

using Wide = boost::multiprecision::number<boost::multiprecision::cpp_bin_float<50>,
                                           boost::multiprecision::et_off>;
template <>
struct IsNumber<Wide> : std::true_type {};

namespace num {
template <>
struct Functions<Wide> {
  static Wide constant(double number);
  static Wide where(bool mask, const Wide& a, const Wide& b) { return mask ? a : b; }
  static Wide sqrt(const Wide& x);
  static Wide exp(const Wide& x);
  static Wide expm1(const Wide& x);
  static Wide log(const Wide& x);
  static Wide log1p(const Wide& x);
  static Wide sin(const Wide& x);
  static Wide cos(const Wide& x);
  static Wide tan(const Wide& x);
  static Wide asin(const Wide& x);
  static Wide acos(const Wide& x);
  static Wide atan(const Wide& x);
  static Wide sinh(const Wide& x);
  static Wide cosh(const Wide& x);
  static Wide tanh(const Wide& x);
  static Wide erf(const Wide& x);
  static Wide abs(const Wide& x);
  static Wide pow(const Wide& base, const Wide& exponent);
  static Wide atan2(const Wide& y, const Wide& x);
};
template <>
struct Special<Wide> {
  static Wide erfc(const Wide& x);
  static Wide bell(const Wide& x, int halves);
  static Wide normal_cdf(const Wide& x);
  static Wide log_normal_cdf(const Wide& x);
  static Wide sinc(const Wide& x, int order);
  static Wide erfinv(const Wide& x);
  static Wide erfinv_slope(const Wide& x, const Wide& y);
  static Wide normal_quantile_slope(const Wide& x, const Wide& y);
  static Wide normal_quantile(const Wide& x);
  static Wide lgamma(const Wide& x);
  static Wide digamma(const Wide& x);
  static Wide polygamma(const Wide& x, int order);
  static Wide bessel_i(const Wide& x, int order);
  static Wide log2(const Wide& x);
  static Wide log10(const Wide& x);
  static Wide exp2(const Wide& x);
  static Wide hypot(const Wide& a, const Wide& b);
  static Wide fmod(const Wide& a, const Wide& b);
  static Wide remainder(const Wide& a, const Wide& b);
  static Wide copysign(const Wide& a, const Wide& b);
  static Wide floor(const Wide& x);
  static Wide ceil(const Wide& x);
  static Wide round(const Wide& x);
  static Wide trunc(const Wide& x);
};
}  // namespace num

// What the references of tests/range need beside them.
namespace wide {
Wide pi();
Wide inverse_mills(const Wide& x);       // density / normal_cdf, the derivative of log_normal_cdf
Wide inverse_mills_plus(const Wide& x);  // x + inverse_mills(x), not as a difference
}  // namespace wide

}  // namespace glassgrad
