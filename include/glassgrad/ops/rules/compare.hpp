// Comparisons give masks (1 where true, 0 elsewhere; no gradient); where, maximum, minimum and
// clamp choose with them. Ties: the gradient is split in halves, so that maximum(x, x) has slope 1.
#pragma once

#include <limits>

#include "glassgrad/array/text.hpp"
#include "glassgrad/ops/rules/arithmetic.hpp"

namespace glassgrad {

#define GLASSGRAD_COMPARISON(Op, op_name, sign, test, yes, no)                    \
  struct Op {                                                                     \
    using Kind = Elementwise<2>;                                                  \
    static constexpr std::string_view name = op_name;                             \
    static constexpr Interval domain[] = {{-3, 3}, {-3, 3}};                      \
    auto value(const auto& a, const auto& b) const {                              \
      return where(a test b, constant(a, yes), constant(a, no));                  \
    }                                                                             \
    None local(To<0>, const auto&, const auto&, const auto&) const { return {}; } \
    None local(To<1>, const auto&, const auto&, const auto&) const { return {}; } \
    auto text(const Formula& a, const Formula& b) const { return a sign b; }      \
  };                                                                              \
  template <class A, class B>                                                     \
  requires Operands<A, B>                                                         \
  auto operator sign(const A& a, const B& b) { return apply(Op{}, a, b); }
GLASSGRAD_COMPARISON(Less, "less", <, <, 1, 0)
GLASSGRAD_COMPARISON(LessEqual, "less_equal", <=, <=, 1, 0)
GLASSGRAD_COMPARISON(Greater, "greater", >, >, 1, 0)
GLASSGRAD_COMPARISON(GreaterEqual, "greater_equal", >=, >=, 1, 0)
GLASSGRAD_COMPARISON(Equal, "equal", ==, ==, 1, 0)
// NaN != NaN is false in xsimd 8.1 on AVX and AVX-512
GLASSGRAD_COMPARISON(NotEqual, "not_equal", !=, ==, 0, 1)
#undef GLASSGRAD_COMPARISON

// y = a where the mask is not 0, b elsewhere. The branch not taken receives exactly 0, even from an
// infinite upstream.
struct Where {
  using Kind = Elementwise<3>;
  static constexpr std::string_view name = "where";
  static constexpr Interval domain[] = {{-1, 1}, {-3, 3}, {-3, 3}};
  auto value(const auto& mask, const auto& a, const auto& b) const {
    return where(mask == constant(mask, 0), b, a);
  }
  None local(To<0>, const auto&, const auto&, const auto&, const auto&) const { return {}; }
  auto local(To<1>, const auto& mask, const auto& a, const auto&, const auto&) const {
    return where(mask == constant(mask, 0), constant(a, 0), constant(a, 1));
  }
  auto local(To<2>, const auto& mask, const auto& a, const auto&, const auto&) const {
    return where(mask == constant(mask, 0), constant(a, 1), constant(a, 0));
  }
  auto pull(To<1>, const auto& mask, const auto&, const auto&, const auto&,
            const auto& upstream) const {
    return where(mask == constant(mask, 0), constant(upstream, 0), upstream);
  }
  auto pull(To<2>, const auto& mask, const auto&, const auto&, const auto&,
            const auto& upstream) const {
    return where(mask == constant(mask, 0), upstream, constant(upstream, 0));
  }
  Formula text(const Formula& mask, const Formula& a, const Formula& b) const {
    return mask.is_number(0) ? b : Formula::call(name, {mask, a, b});
  }
};

template <Traced M, class A, class B>
requires((std::is_same_v<A, M> || std::is_arithmetic_v<A>)&&(std::is_same_v<B, M> ||
                                                             std::is_arithmetic_v<B>)) M
    where(const M& mask, const A& a, const B& b) {
  return apply(Where{}, mask, a, b);
}

// y = the larger of a and b; NaN when one is NaN
struct Maximum {
  using Kind = Elementwise<2>;
  static constexpr std::string_view name = "maximum";
  static constexpr Interval domain[] = {{-3, 3}, {-3, 3}};
  auto value(const auto& a, const auto& b) const { return where(a > b, a, where(a == a, b, a)); }
  auto local(To<0>, const auto& a, const auto& b, const auto&) const {
    return where(a > b, constant(a, 1), where(a == b, constant(a, 0.5), constant(a, 0)));
  }
  auto local(To<1>, const auto& a, const auto& b, const auto&) const {
    return where(b > a, constant(a, 1), where(a == b, constant(a, 0.5), constant(a, 0)));
  }
};

// y = the smaller of a and b; NaN when one is NaN
struct Minimum {
  using Kind = Elementwise<2>;
  static constexpr std::string_view name = "minimum";
  static constexpr Interval domain[] = {{-3, 3}, {-3, 3}};
  auto value(const auto& a, const auto& b) const { return where(a < b, a, where(a == a, b, a)); }
  auto local(To<0>, const auto& a, const auto& b, const auto&) const {
    return where(a < b, constant(a, 1), where(a == b, constant(a, 0.5), constant(a, 0)));
  }
  auto local(To<1>, const auto& a, const auto& b, const auto&) const {
    return where(b < a, constant(a, 1), where(a == b, constant(a, 0.5), constant(a, 0)));
  }
};

// y = x held within [low, high]; the slope is 1 up to and on the bounds, 0 beyond
struct Clamp {
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "clamp";
  static constexpr bool guard = true;
  static constexpr Interval domain[] = {{-3, 3}};
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  auto value(const auto& x) const {
    return where(x < constant(x, low), constant(x, low),
                 where(x > constant(x, high), constant(x, high), x));
  }
  auto local(const auto& x, const auto&) const {
    return where(x < constant(x, low), constant(x, 0),
                 where(x > constant(x, high), constant(x, 0), constant(x, 1)));
  }
  Formula text(const Formula& x) const {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    if (high == infinity) return Formula::call(name, {x, Formula::symbol(join("from ", low))});
    if (low == -infinity) return Formula::call(name, {x, Formula::symbol(join("to ", high))});
    return Formula::call(name, {x, low, high});
  }
  static auto instances() { return std::array{Clamp{-1, 1.5}, Clamp{.low = 0}}; }
};

// y = x, without a gradient to x: a constant to all that reads y.
struct StopGradient {
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "stop_gradient";
  static constexpr bool taken_as_given = true;  // tests do not difference it
  static constexpr Interval domain[] = {{-3, 3}};
  auto value(const auto& x) const { return x; }
  None local(const auto&, const auto&) const { return {}; }
};

using CompareOps = List<Less, LessEqual, Greater, GreaterEqual, Equal, NotEqual, Where, Maximum,
                        Minimum, Clamp, StopGradient>;
GLASSGRAD_FAMILY(CompareOps)

template <class A, class B>
requires Operands<A, B>
auto maximum(const A& a, const B& b) { return apply(Maximum{}, a, b); }
template <class A, class B>
requires Operands<A, B>
auto minimum(const A& a, const B& b) { return apply(Minimum{}, a, b); }
template <Traced X>
X stop_gradient(const X& x) {
  return apply(StopGradient{}, x);
}
// Throws ShapeError when low > high.
template <Traced X>
X clamp(const X& x, double low, double high) {
  if (low > high) throw ShapeError("clamp", "low is above high", "Give the smaller bound first");
  return apply(Clamp{low, high}, x);
}

}  // namespace glassgrad
