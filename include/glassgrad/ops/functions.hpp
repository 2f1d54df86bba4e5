// Sign and absolute value, trigonometric and hyperbolic functions, entry by entry.
#pragma once

#include "glassgrad/ops/powers.hpp"

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
};

// y = arccos x, in radians
struct Acos {
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "acos";
  static constexpr Interval domain[] = {{-0.9, 0.9}};
  auto value(const auto& x) const { return num::acos(x); }
  auto local(const auto& x, const auto&) const { return -apply(Rsqrt{}, 1 - x * x); }
};

// y = arctan x, in radians
struct Atan {
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "atan";
  static constexpr Interval domain[] = {{-3, 3}};
  auto value(const auto& x) const { return num::atan(x); }
  auto local(const auto& x, const auto&) const { return 1 / (1 + x * x); }
};

// The angle of the point (b, a), in (-pi, pi]
struct Atan2 {
  using Kind = Elementwise<2>;
  static constexpr std::string_view name = "atan2";
  static constexpr Interval domain[] = {{0.2, 3}, {-3, 3}};
  auto value(const auto& a, const auto& b) const { return num::atan2(a, b); }
  auto local(To<0>, const auto& a, const auto& b, const auto&) const { return b / (a * a + b * b); }
  auto local(To<1>, const auto& a, const auto& b, const auto&) const {
    return -a / (a * a + b * b);
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

// [tanh]
// y = tanh x. 1 - y^2 loses digits far out: 2e-12 of itself at |x| = 6, 1e-8 at 10.
struct Tanh {
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "tanh";
  static constexpr Interval domain[] = {{-3, 3}};
  auto value(const auto& x) const { return num::tanh(x); }
  auto local(const auto&, const auto& y) const { return 1 - y * y; }
};
// [/tanh]

using FunctionsOps = List<Sign, Abs, Sin, Cos, Tan, Asin, Acos, Atan, Atan2, Sinh, Cosh, Tanh>;
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
