// num: more functions an op's value may use, beside those of number.hpp: special functions,
// rounding and remainders. Each kind of number specialises Special: batches in simd_special.hpp.
// The functions of one double are here too, for kernels that go lane by lane.
#pragma once

#include "glassgrad/kernels/number.hpp"

namespace glassgrad {

// Of one number, to a few ulp (Boost.Math and the C library). Infinite or NaN at poles; they never
// throw.
namespace special {
double erfinv(double x);
double normal_quantile(double p);         // x with normal_cdf(x) = p
double erfinv_slope(double x, double y);  // of y = erfinv(x); compensates the rounding of y
double normal_quantile_slope(double p, double y);
double lgamma(double x);  // ln |gamma(x)|, thread-safe
double digamma(double x);
double polygamma(double x, int order);  // the order-th derivative of digamma, order >= 1
double bessel_i(double x, int order);   // modified, of the first kind
double remainder(double a, double b);   // with the divisor's sign, as Python's %
}  // namespace special

namespace num {

template <class V>
struct Special;

#define GLASSGRAD_SPECIAL(name) \
  template <class V>            \
  V name(const V& x) {          \
    return Special<V>::name(x); \
  }
#define GLASSGRAD_SPECIAL_PAIR(name) \
  template <class V>                 \
  V name(const V& a, const V& b) {   \
    return Special<V>::name(a, b);   \
  }
#define GLASSGRAD_SPECIAL_ORDER(name)  \
  template <class V>                   \
  V name(const V& x, int order) {      \
    return Special<V>::name(x, order); \
  }
GLASSGRAD_SPECIAL(erfc)
GLASSGRAD_SPECIAL(normal_cdf)
GLASSGRAD_SPECIAL(erfinv)
GLASSGRAD_SPECIAL(normal_quantile)
GLASSGRAD_SPECIAL(lgamma)
GLASSGRAD_SPECIAL(digamma)
GLASSGRAD_SPECIAL(log2)
GLASSGRAD_SPECIAL(log10)
GLASSGRAD_SPECIAL(exp2)
GLASSGRAD_SPECIAL(floor)
GLASSGRAD_SPECIAL(ceil)
GLASSGRAD_SPECIAL(round)  // half to even
GLASSGRAD_SPECIAL(trunc)
GLASSGRAD_SPECIAL_PAIR(erfinv_slope)
GLASSGRAD_SPECIAL_PAIR(normal_quantile_slope)
GLASSGRAD_SPECIAL_PAIR(hypot)
GLASSGRAD_SPECIAL_PAIR(fmod)
GLASSGRAD_SPECIAL_PAIR(remainder)
GLASSGRAD_SPECIAL_PAIR(copysign)
GLASSGRAD_SPECIAL_ORDER(polygamma)
GLASSGRAD_SPECIAL_ORDER(bessel_i)
GLASSGRAD_SPECIAL_ORDER(bell)  // e^(-order x^2 / 2)
#undef GLASSGRAD_SPECIAL
#undef GLASSGRAD_SPECIAL_PAIR
#undef GLASSGRAD_SPECIAL_ORDER

}  // namespace num
}  // namespace glassgrad
