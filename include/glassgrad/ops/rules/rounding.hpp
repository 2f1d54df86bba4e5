// Rounding, remainders, signs and masks, elementwise. Rounded numbers have slope 0; masks have no
// gradient.
#pragma once

#include "glassgrad/array/named.hpp"
#include "glassgrad/ops/rules/logarithms.hpp"

namespace glassgrad {

#define GLASSGRAD_ROUNDING(Op, op)                                          \
  struct Op {                                                               \
    using Kind = Elementwise<1>;                                            \
    static constexpr std::string_view name = #op;                           \
    static constexpr Interval domain[] = {{-3, 3}};                         \
    auto value(const auto& x) const { return num::op(x); }                  \
    auto local(const auto& x, const auto&) const { return constant(x, 0); } \
  };                                                                        \
  template <Traced X>                                                       \
  X op(const X& x) {                                                        \
    return apply(Op{}, x);                                                  \
  }
GLASSGRAD_ROUNDING(Floor, floor)
GLASSGRAD_ROUNDING(Ceil, ceil)
GLASSGRAD_ROUNDING(Round, round)  // half to even
GLASSGRAD_ROUNDING(Trunc, trunc)
#undef GLASSGRAD_ROUNDING

// y = a - n b, n = trunc(a / b): what is left has the sign of a, as in C
struct Fmod {
  using Kind = Elementwise<2>;
  static constexpr std::string_view name = "fmod";
  static constexpr Interval domain[] = {{-3, 3}, {0.4, 1}};
  auto value(const auto& a, const auto& b) const { return num::fmod(a, b); }
  Unit local(To<0>, const auto&, const auto&, const auto&) const { return {}; }
  auto local(To<1>, const auto& a, const auto& b, const auto& y) const {
    return apply(Round{}, (y - a) / b);  // -n: a / b itself may round up to the next one
  }
  // a whole number has no slope, not even 0 times infinity
  auto slope(To<1>, const auto& a, const auto& b, const auto& y) const {
    return apply(Round{}, apply(StopGradient{}, y / b - a / b));
  }
};

// y = a - n b, n = floor(a / b): what is left has the sign of b, as in Python
struct Remainder {
  using Kind = Elementwise<2>;
  static constexpr std::string_view name = "remainder";
  static constexpr Interval domain[] = {{-3, 3}, {0.4, 1}};
  auto value(const auto& a, const auto& b) const { return num::remainder(a, b); }
  Unit local(To<0>, const auto&, const auto&, const auto&) const { return {}; }
  auto local(To<1>, const auto& a, const auto& b, const auto& y) const {
    return apply(Round{}, y / b - a / b);  // y - a may leave the range
  }
  // a whole number has no slope, not even 0 times infinity
  auto slope(To<1>, const auto& a, const auto& b, const auto& y) const {
    return apply(Round{}, apply(StopGradient{}, y / b - a / b));
  }
};

// y = |a| with the sign of b, which may be that of a zero; slope 0 where a is 0
struct Copysign {
  using Kind = Elementwise<2>;
  static constexpr std::string_view name = "copysign";
  static constexpr Interval domain[] = {{-3, 3}, {-3, 3}};
  auto value(const auto& a, const auto& b) const { return num::copysign(a, b); }
  auto local(To<0>, const auto& a, const auto& b, const auto&) const {
    return apply(Sign{}, a) * apply(Copysign{}, constant(a, 1), b);
  }
  auto local(To<1>, const auto&, const auto& b, const auto&) const { return constant(b, 0); }
};

using RoundingOps = List<Floor, Ceil, Round, Trunc, Fmod, Remainder, Copysign>;
GLASSGRAD_FAMILY(RoundingOps)

template <class A, class B>
requires Operands<A, B>
auto fmod(const A& a, const B& b) { return apply(Fmod{}, a, b); }
template <class A, class B>
requires Operands<A, B>
auto remainder(const A& a, const B& b) { return apply(Remainder{}, a, b); }
template <class A, class B>
requires Operands<A, B>
auto copysign(const A& a, const B& b) { return apply(Copysign{}, a, b); }

// To that many decimals, half to even; negative ones round to tens, hundreds. Throws ShapeError
// beyond 37 of either: 10^38 is near float's limit.
template <Traced X>
X round(const X& x, Integer places) {
  const std::int64_t decimals = places.in("round", "the number of decimals", {-37, 37});
  const double scale = std::pow(10.0, double(std::abs(decimals)));
  return decimals < 0 ? round(x / scale) * scale : round(x * scale) / scale;
}
// x - trunc(x)
template <Traced X>
X frac(const X& x) {
  return x - trunc(x);
}
// floor(a / b), slope 0
template <class A, class B>
requires Operands<A, B>
auto floor_divide(const A& a, const B& b) {
  return in_the_name_of("floor_divide", [&] { return floor(a / b); });
}

// -1, 0 or 1: another name of sign
template <Traced X>
X sgn(const X& x) {
  return sign(x);
}
template <Traced X>
X positive(const X& x) {
  return x;
}
template <Traced X>
X deg2rad(const X& x) {
  return x * (std::numbers::pi / 180);
}
template <Traced X>
X rad2deg(const X& x) {
  return x * (180 / std::numbers::pi);
}

// ---- Masks: 1 where it holds, 0 elsewhere; no gradient

template <Traced X>
X is_nan(const X& x) {
  return x != x;
}
template <Traced X>
X is_inf(const X& x) {
  return abs(x) == std::numeric_limits<double>::infinity();
}
template <Traced X>
X is_finite(const X& x) {
  return abs(x) < std::numeric_limits<double>::infinity();
}
template <Traced X>
X logical_not(const X& x) {
  return x == 0;
}
template <Traced X>
X logical_and(const X& a, const X& b) {
  return (a != 0) * (b != 0);
}
template <Traced X>
X logical_or(const X& a, const X& b) {
  return (a != 0) + (b != 0) > 0;
}
template <Traced X>
X logical_xor(const X& a, const X& b) {
  return (a != 0) != (b != 0);
}
// |a - b| <= absolute + relative |b|; equal infinities are close, NaN is close to nothing
template <Traced X>
X is_close(const X& a, const X& b, double relative = 1e-5, double absolute = 1e-8) {
  return in_the_name_of("is_close", [&] {
    return where(a == b, 1, where(is_finite(b), abs(a - b) <= absolute + relative * abs(b), 0));
  });
}

// ---- Choices

// 0 below 0, 1 above, `at_zero` at 0; NaN at NaN
template <class X, class B>
requires(Operands<X, B>&& Traced<X>) auto heaviside(const X& x, const B& at_zero) {
  return where(x == 0, at_zero, where(x > 0, 1, where(x == x, 0, x)));
}
// The larger (smaller) of a and b, ignoring a NaN. Ties split the slope.
template <Traced X>
X fmax(const X& a, const X& b) {
  return in_the_name_of("fmax",
                        [&] { return where(is_nan(a), b, where(is_nan(b), a, maximum(a, b))); });
}
template <Traced X>
X fmin(const X& a, const X& b) {
  return in_the_name_of("fmin",
                        [&] { return where(is_nan(a), b, where(is_nan(b), a, minimum(a, b))); });
}
// NaN and the infinities replaced by numbers; slope 0 there
template <Traced X>
X nan_to_num(const X& x, double nan, double infinite, double minus_infinite) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  return where(x == infinity, infinite,
               where(x == -infinity, minus_infinite, where(x == x, x, nan)));
}
template <class T>
Node<T> nan_to_num(const Node<T>& x, double nan = 0) {
  constexpr double largest = double(std::numeric_limits<T>::max());
  return nan_to_num(x, nan, largest, -largest);
}

// ---- Sums of products

// a + weight (b - a)
template <Traced X, class W>
requires Operands<X, W> X lerp(const X& a, const X& b, const W& weight) {
  return a + weight * (b - a);
}
// x + value a b
template <Traced X>
X addcmul(const X& x, const X& a, const X& b, double value = 1) {
  return value == 1 ? x + a * b : x + value * (a * b);
}
// x + value a / b
template <Traced X>
X addcdiv(const X& x, const X& a, const X& b, double value = 1) {
  return value == 1 ? x + a / b : x + value * (a / b);
}

}  // namespace glassgrad
