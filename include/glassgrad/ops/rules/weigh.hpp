// A product in which 0 times infinity is 0: how losses weight logarithms.
#pragma once

#include "glassgrad/ops/rules/compare.hpp"

namespace glassgrad {

// y = w x, and 0 where w is 0, even if x is infinite: a target of 0 adds nothing to a loss. NaN
// passes.
struct Weigh {
  using Kind = Elementwise<2>;
  static constexpr std::string_view name = "weigh";
  static constexpr Neutral neutral{1, Stays::second};  // of a weight of -0 it makes 0
  static constexpr Interval domain[] = {{-3, 3}, {-3, 3}};
  auto value(const auto& w, const auto& x) const {
    const auto zero = constant(x, 0);
    return where(w == zero, where(x == x, zero, x), w * x);
  }
  auto local(To<0>, const auto&, const auto& x, const auto&) const { return x; }
  auto local(To<1>, const auto& w, const auto&, const auto&) const { return w; }
  auto text(const Formula& w, const Formula& x) const { return w * x; }
};

using WeighOps = List<Weigh>;
GLASSGRAD_FAMILY(WeighOps)

template <class A, class B>
requires Operands<A, B>
auto weigh(const A& w, const B& x) { return apply(Weigh{}, w, x); }

}  // namespace glassgrad
