// Sign and absolute value, trigonometric and hyperbolic functions, elementwise.
#pragma once

#include "glassgrad/ops/rules/lengths.hpp"

namespace glassgrad {

// y = -1, 0 or 1; slope 0 everywhere
struct Sign {
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "sign";
  static constexpr Interval domain[] = {{-3, 3}};
  auto value(const auto& x) const {
    return where(x > constant(x, 0), constant(x, 1), where(x < constant(x, 0), constant(x, -1), x));
  }
  auto local(const auto& x, const auto&) const { return constant(x, 0); }
};

// y = |x|; slope 0 at 0
struct Abs {
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "abs";
  static constexpr Interval domain[] = {{-3, 3}};
  auto value(const auto& x) const { return num::abs(x); }
  auto local(const auto& x, const auto&) const { return apply(Sign{}, x); }
};

struct Cos;

// y = sin x, x in radians
struct Sin {
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "sin";
  static constexpr Interval domain[] = {{-3, 3}};
  auto value(const auto& x) const { return num::sin(x); }
  auto local(const auto& x, const auto&) const;
};

// y = cos x, x in radians
struct Cos {
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "cos";
  static constexpr Interval domain[] = {{-3, 3}};
  auto value(const auto& x) const { return num::cos(x); }
  auto local(const auto& x, const auto&) const { return -apply(Sin{}, x); }
};
auto Sin::local(const auto& x, const auto&) const { return apply(Cos{}, x); }

// y = tan x, x in radians
struct Tan {
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "tan";
  static constexpr Interval domain[] = {{-1.2, 1.2}};
  auto value(const auto& x) const { return num::tan(x); }
  auto local(const auto&, const auto& y) const { return 1 + y * y; }
};

// y = arcsin x, in radians
struct Asin {
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "asin";
  static constexpr Interval domain[] = {{-0.9, 0.9}};
  auto value(const auto& x) const { return num::asin(x); }
  auto local(const auto& x, const auto&) const { return apply(Rsqrt{}, 1 - x * x); }
  auto slope(const auto& x, const auto&) const { return apply(Rsqrt{}, rest(x)); }
  // 1 - x^2: near 1 the rounding of the square would dominate
  static auto rest(const auto& x) {
    return where(x * x < constant(x, 0.25), 1 - x * x, (1 - x) * (1 + x));
  }
};

// y = arccos x, in radians
struct Acos {
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "acos";
  static constexpr Interval domain[] = {{-0.9, 0.9}};
  auto value(const auto& x) const { return num::acos(x); }
  auto local(const auto& x, const auto&) const { return -apply(Rsqrt{}, 1 - x * x); }
  auto slope(const auto& x, const auto&) const { return -apply(Rsqrt{}, Asin::rest(x)); }
};

// y = arctan x, in radians
struct Atan {
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "atan";
  static constexpr Interval domain[] = {{-3, 3}};
  auto value(const auto& x) const { return num::atan(x); }
  auto local(const auto& x, const auto&) const { return 1 / (1 + x * x); }
  // for large x, 1 is below the rounding of x^2, which may overflow
  auto slope(const auto& x, const auto&) const {
    const auto usual = x * x < constant(x, 1e18);
    const auto near = where(usual, x, constant(x, 1)), far = where(usual, constant(x, 1), x);
    return where(usual, 1 / (1 + near * near), (1 / far) * (1 / far));
  }
};

struct Cosh;

// y = (e^x - e^-x) / 2
struct Sinh {
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "sinh";
  static constexpr Interval domain[] = {{-3, 3}};
  auto value(const auto& x) const { return num::sinh(x); }
  auto local(const auto& x, const auto&) const;
};

// y = (e^x + e^-x) / 2
struct Cosh {
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "cosh";
  static constexpr Interval domain[] = {{-3, 3}};
  auto value(const auto& x) const { return num::cosh(x); }
  auto local(const auto& x, const auto&) const { return apply(Sinh{}, x); }
};
auto Sinh::local(const auto& x, const auto&) const { return apply(Cosh{}, x); }

// y = 1 / cosh(x)^2 = 4 e / (1 + e)^2 with e = e^-2|x|: the slope of tanh, and with x / 2 that of
// sigmoid, accurate in the tails
struct SechSquared {
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "sech_squared";
  static constexpr Ulp ulp{.near_roots = true};  // its second derivative's is 0.6585
  static constexpr Interval domain[] = {{-3, 3}};
  auto value(const auto& x) const {
    const auto e = num::exp(constant(x, -2) * num::abs(x)), root = 1 + e;
    return 4 * e / (root * root);
  }
  auto local(const auto& x, const auto& y) const;
};

// [tanh]
// y = tanh x. People write its slope as 1 - y^2. Where y is nearly 1 or -1 that has no digits left:
// the numbers come from `slope`.
struct Tanh {
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "tanh";
  static constexpr Interval domain[] = {{-3, 3}};
  auto value(const auto& x) const { return num::tanh(x); }
  auto local(const auto&, const auto& y) const { return 1 - y * y; }
  auto slope(const auto& x, const auto& y) const {
    if constexpr (Traced<std::remove_cvref_t<decltype(x)>>)
      return apply(SechSquared{}, x);
    else
      return mostly(near(x, y), local(x, y), [&] { return far(num::exp(exponent(x)), y); });
  }
  auto near(const auto&, const auto& y) const { return y * y < constant(y, 0.875); }
  // 1 - |y| = e^-2|x| (1 + |y|)
  auto exponent(const auto& x) const { return constant(x, -2) * num::abs(x); }
  auto far(const auto& e, const auto& y) const {
    const auto root = 1 + num::abs(y);
    return e * (root * root);
  }
};
// [/tanh]
auto SechSquared::local(const auto& x, const auto& y) const {
  return constant(x, -2) * apply(Tanh{}, x) * y;
}

using FunctionsOps = List<Sign, Abs, Sin, Cos, Tan, Asin, Acos, Atan, Atan2, Sinh, Cosh, Tanh,
                          SechSquared, Direction, Inversion>;
GLASSGRAD_FAMILY(FunctionsOps)

template <Traced X>
X sign(const X& x) {
  return apply(Sign{}, x);
}
template <Traced X>
X abs(const X& x) {
  return apply(Abs{}, x);
}
template <Traced X>
X sin(const X& x) {
  return apply(Sin{}, x);
}
template <Traced X>
X cos(const X& x) {
  return apply(Cos{}, x);
}
template <Traced X>
X tan(const X& x) {
  return apply(Tan{}, x);
}
template <Traced X>
X asin(const X& x) {
  return apply(Asin{}, x);
}
template <Traced X>
X acos(const X& x) {
  return apply(Acos{}, x);
}
template <Traced X>
X atan(const X& x) {
  return apply(Atan{}, x);
}
template <class A, class B>
requires Operands<A, B>
auto atan2(const A& a, const B& b) { return apply(Atan2{}, a, b); }
template <Traced X>
X sinh(const X& x) {
  return apply(Sinh{}, x);
}
template <Traced X>
X cosh(const X& x) {
  return apply(Cosh{}, x);
}
template <Traced X>
X tanh(const X& x) {
  return apply(Tanh{}, x);
}

}  // namespace glassgrad
