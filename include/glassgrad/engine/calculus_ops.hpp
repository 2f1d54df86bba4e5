// The few ops that the engine's own calculus needs: contributions are multiplied (mul) and added
// (add), a stretched input's contributions summed back (sum_to), a tangent stretched
// (broadcast_to). They are ops like all others, and the first to read when writing one.
#pragma once

#include "glassgrad/engine/apply.hpp"
#include "glassgrad/kernels/kernels.hpp"

namespace glassgrad {

// y = a + b
struct Add {
  using Kind = Elementwise<2>;
  static constexpr std::string_view name = "add";
  static constexpr Neutral neutral{-0.0, Stays::either};
  static constexpr Traits traits{.adds = true, .cheap = true};
  static constexpr SummedFrom summed_from[] = {SummedFrom::upstream, SummedFrom::upstream};
  static constexpr Interval domain[] = {{-3, 3}, {-3, 3}};
  auto value(const auto& a, const auto& b) const { return a + b; }
  Unit local(To<0>, const auto&, const auto&, const auto&) const { return {}; }
  Unit local(To<1>, const auto&, const auto&, const auto&) const { return {}; }
  auto text(const Formula& a, const Formula& b) const { return a + b; }
};

// y = a b, entry by entry
struct Mul {
  using Kind = Elementwise<2>;
  static constexpr std::string_view name = "mul";
  static constexpr Neutral neutral{1, Stays::either};
  static constexpr Traits traits{.cheap = true, .linear = 0b11};
  static constexpr SummedFrom summed_from[] = {SummedFrom::product, SummedFrom::product};
  static constexpr Interval domain[] = {{-3, 3}, {-3, 3}};
  auto value(const auto& a, const auto& b) const { return a * b; }
  auto local(To<0>, const auto&, const auto& b, const auto&) const { return b; }
  auto local(To<1>, const auto& a, const auto&, const auto&) const { return a; }
  auto text(const Formula& a, const Formula& b) const { return a * b; }
};

// Sums over the axes along which broadcasting stretched: the adjoint of broadcast_to.
struct SumTo {
  using Kind = Linear<>;
  static constexpr std::string_view name = "sum_to";
  static constexpr bool additive = true;
  Shape target;
  Shape shape(const Shape& x) const;
  Shape sums_to(const Shape&) const { return target; }
  template <class T>
  void value(View<const T> x, View<T> y, Pool&) const {
    kernels::reduce(kernels::Reduction::sum, x, y.shape(), y.data);
  }
  auto adjoint(To<0>, const auto& x, const auto&, const auto& upstream) const;
  Formula text(const Formula& x) const;
  SumTo batched(std::int64_t n, const Shape& x) const;
  bool by_rows(const Shape& x) const {
    return x.rank() > 1 && x.rank() == target.rank() && x[0] == target[0];
  }
};

// Repeats x along new axes and axes of size 1, as NumPy does.
struct BroadcastTo {
  using Kind = Linear<>;
  static constexpr std::string_view name = "broadcast_to";
  static constexpr Traits traits{.stretches = true};
  Shape target;
  Shape shape(const Shape& x) const;
  template <class T>
  void value(View<const T> x, View<T> y, Pool&) const {
    kernels::broadcast(x, y);
  }
  auto adjoint(To<0>, const auto& x, const auto&, const auto& upstream) const {
    return apply(SumTo{x.shape()}, upstream);
  }
  Formula text(const Formula& x) const;
  static constexpr bool broadcasts = true;
  BroadcastTo batched(std::int64_t n, const Shape&) const { return {target.behind(n)}; }
  bool by_rows(const Shape& x) const {
    return x.rank() > 1 && x.rank() == target.rank() && x[0] == target[0];
  }
};

auto SumTo::adjoint(To<0>, const auto& x, const auto&, const auto& upstream) const {
  return apply(BroadcastTo{x.shape()}, upstream);
}

using CalculusOps = List<Add, Mul, SumTo, BroadcastTo>;
GLASSGRAD_FAMILY(CalculusOps)

}  // namespace glassgrad
