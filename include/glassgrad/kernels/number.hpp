// num: the functions an op's value may use, over any kind of number: a SIMD batch in the kernels
// (simd.hpp), 50-digit numbers in the tests. Each kind of number specialises Functions.
#pragma once

#include <type_traits>

#include "glassgrad/kernels/op.hpp"

namespace glassgrad {

template <class V>
struct IsNumber : std::false_type {};
template <class V>
concept Number = IsNumber<V>::value;

namespace num {

template <class V>
struct Functions;

#define GLASSGRAD_FUNCTION(name)  \
  template <class V>              \
  V name(const V& x) {            \
    return Functions<V>::name(x); \
  }
GLASSGRAD_FUNCTION(sqrt)
GLASSGRAD_FUNCTION(exp)
GLASSGRAD_FUNCTION(expm1)
GLASSGRAD_FUNCTION(log)
GLASSGRAD_FUNCTION(log1p)
GLASSGRAD_FUNCTION(sin)
GLASSGRAD_FUNCTION(cos)
GLASSGRAD_FUNCTION(tan)
GLASSGRAD_FUNCTION(asin)
GLASSGRAD_FUNCTION(acos)
GLASSGRAD_FUNCTION(atan)
GLASSGRAD_FUNCTION(sinh)
GLASSGRAD_FUNCTION(cosh)
GLASSGRAD_FUNCTION(tanh)
GLASSGRAD_FUNCTION(erf)
GLASSGRAD_FUNCTION(abs)
#undef GLASSGRAD_FUNCTION

template <class V>
V pow(const V& base, const V& exponent) {
  return Functions<V>::pow(base, exponent);
}
template <class V>
V atan2(const V& y, const V& x) {
  return Functions<V>::atan2(y, x);
}

}  // namespace num

// A literal of x's kind: `0.5 * y` would turn float into double, and knows no tape.
template <class X>
X constant(const X&, double number) {
  if constexpr (Traced<X>) {
    return X(number);
  } else {
    return num::Functions<X>::constant(number);
  }
}

// a where the mask holds, b elsewhere; Node, Array and Formula have theirs with the op.
template <class Mask, Number V>
V where(const Mask& mask, const V& a, const V& b) {
  return num::Functions<V>::where(mask, a, b);
}

// `usual` where the mask holds, unusual() elsewhere. A vector whose lanes are all usual pays for
// the test alone; no lane's bits depend on its neighbours.
template <class Mask, Number V, class F>
V mostly(const Mask& mask, const V& usual, const F& unusual) {
  if constexpr (std::is_same_v<Mask, bool>) {
    return mask ? usual : unusual();
  } else {
    if (all(mask)) return usual;
    return where(mask, usual, unusual());
  }
}

// Is |y| normal, and a factor of 2^24 away from overflow? Numbers without such limits (50 digits)
// always are.
template <Number V>
auto clear_of_the_ends(const V& y) {
  if constexpr (requires { num::Functions<V>::smallest; })
    return num::abs(y) >= V(num::Functions<V>::smallest) &&
           num::abs(y) < V(num::Functions<V>::largest * 0x1p-24f);
  else
    return true;
}
template <Number V>
auto is_denormal(const V& y) {
  if constexpr (requires { num::Functions<V>::smallest; })
    return num::abs(y) < V(num::Functions<V>::smallest) &&
           !(y == V(decltype(num::Functions<V>::smallest)(0)));
  else
    return false;
}

}  // namespace glassgrad
