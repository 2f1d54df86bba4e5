// Positions along an axis, one for every entry of the result: what gather, scatter, sort and top-k
// are made of; and running sums and products. Next: ops/functions/positions.hpp and
// ops/functions/cumulative.hpp, their compositions.
#pragma once

#include <vector>

#include "glassgrad/ops/rules/index.hpp"

namespace glassgrad {

// y[i, j, k] = x[i, positions[i, j, k], k] (along axis 1): y has the shape of the positions.
struct TakeAlong {
  using Kind = Linear<2>;
  static constexpr std::string_view name = "take_along";
  static constexpr int index_inputs = 1;
  int axis = 0;
  Shape shape(const Shape& x, const Shape& positions) const;
  template <class T>
  void value(View<const T> x, Positions at, View<T> y, Pool&) const {
    kernels::each_along(name, x.shape(), axis, at,
                        [&](std::int64_t i, std::int64_t from) { y[i] = x[from]; });
  }
  auto adjoint(To<0>, const auto& x, const auto& at, const auto&, const auto& upstream) const;
  Formula text(const Formula& x, const Formula& at) const;
};

// The adjoint of take_along: zeros of shape `target`, to which x is added at its positions.
struct AddAlong {
  using Kind = Linear<2>;
  static constexpr std::string_view name = "add_along";
  static constexpr int index_inputs = 1;
  int axis = 0;
  Shape target;
  Shape shape(const Shape& x, const Shape& positions) const;
  template <class T>
  void value(View<const T> x, Positions at, View<T> y, Pool& pool) const {
    kernels::add_along(name, x.data, target, axis, at, y.data, pool);
  }
  auto adjoint(To<0>, const auto&, const auto& at, const auto&, const auto& upstream) const {
    return apply(TakeAlong{axis}, upstream, at);
  }
  Formula text(const Formula& x, const Formula& at) const;
};

auto TakeAlong::adjoint(To<0>, const auto& x, const auto& at, const auto&,
                        const auto& upstream) const {
  return apply(AddAlong{axis, x.shape()}, upstream, at);
}

// y[i] = x[0] + ... + x[i] along an axis; reversed, y[i] = x[i] + ... + x[n - 1].
struct Cumsum {
  using Kind = Linear<>;
  static constexpr std::string_view name = "cumsum";
  int axis = 0;
  bool reversed = false;
  Shape shape(const Shape& x) const;
  template <class T>
  void value(View<const T> x, View<T> y, Pool& pool) const {
    kernels::cumsum(x, axis, reversed, y.data, pool);
  }
  auto adjoint(To<0>, const auto&, const auto&, const auto& upstream) const {
    return apply(Cumsum{axis, !reversed}, upstream);
  }
  Formula text(const Formula& x) const;
  Cumsum batched(std::int64_t, const Shape&) const { return {axis + 1, reversed}; }
};

// y[i] = x[0] ... x[i] along an axis. Its derivatives, of every order, are two ops of their own,
// whose kernels are right where products on the way leave the range.
struct Cumprod {
  using Kind = Custom<>;
  static constexpr std::string_view name = "cumprod";
  int axis = 0;
  Shape shape(const Shape& x) const;
  template <class T>
  void value(View<const T> x, View<T> y, Pool& pool) const {
    kernels::cumprod(x, axis, y.data, pool);
  }
  auto adjoint(To<0>, const auto& x, const auto&, const auto& upstream) const;
  auto push(const auto& x, const auto&, const auto& tangent) const;
  template <class T>
  void adjoint_into(To<0>, View<const T> x, View<const T>, View<const T> upstream, View<T> to,
                    Pool& pool) const {
    const View<const T> in[] = {x, upstream};
    kernels::cumprod_adjoint<T>(in, axis, to.data, pool);
  }
  Formula text(const Formula& x) const;
  Cumprod batched(std::int64_t, const Shape&) const { return {axis + 1}; }
};

// What both derivatives of cumprod are: ops of any arity along an axis.
Formula along_axis(std::string_view op, std::span<const Formula> in, int axis);
template <class Op>
struct CumprodDerivative {
  using Kind = Custom<any_arity>;
  int axis = 0;
  Formula text(std::span<const Formula> in) const { return along_axis(Op::name, in, axis); }
  Op batched(std::int64_t, std::span<const Shape* const>) const { return {axis + 1}; }
};

// Inputs x, w1, w2, ...: the derivative of cumprod(x) in the directions w1, w2, ..., one after the
// other. Where x is x + e1 w1 + e2 w2 + ..., it is what e1 e2 ... is multiplied by.
struct CumprodPush : CumprodDerivative<CumprodPush> {
  static constexpr std::string_view name = "cumprod_push";
  Shape shape(std::span<const Shape* const> in) const;
  template <class T>
  void value(std::span<const View<const T>> in, View<T> y, Pool& pool) const {
    kernels::cumprod_push(in, axis, y.data, pool);
  }
  template <class X>
  X adjoint(int k, std::span<const X> in, const X&, const X& upstream) const;
};

// Inputs x, u, w1, w2, ...: what reaches x from u, or the derivative of that in the directions w.
// With the sums of what follows, S[i] = u[i] + x[i + 1] S[i + 1], x[i] gets x[0] ... x[i - 1] S[i]:
// no division, so that zeros are right in every derivative.
struct CumprodAdjoint : CumprodDerivative<CumprodAdjoint> {
  static constexpr std::string_view name = "cumprod_adjoint";
  Shape shape(std::span<const Shape* const> in) const;
  template <class T>
  void value(std::span<const View<const T>> in, View<T> y, Pool& pool) const {
    kernels::cumprod_adjoint(in, axis, y.data, pool);
  }
  // It is sum u cumprod(x), derived by x: as far as x and the directions go the order is free.
  template <class X>
  X adjoint(int k, std::span<const X> in, const X&, const X& upstream) const {
    std::vector<X> all(in.begin(), in.end());
    if (k < 2)
      all.push_back(upstream);
    else
      all[std::size_t(k)] = upstream;
    if (k == 1) {
      all.erase(all.begin() + 1);
      return apply_all(CumprodPush{axis}, std::span<const X>(all));
    }
    return apply_all(*this, std::span<const X>(all));
  }
};

auto Cumprod::adjoint(To<0>, const auto& x, const auto&, const auto& upstream) const {
  return apply(CumprodAdjoint{axis}, x, upstream);
}
auto Cumprod::push(const auto& x, const auto&, const auto& tangent) const {
  return apply(CumprodPush{axis}, x, tangent);
}
// What reaches a direction is what reaches x, but for that direction.
template <class X>
X CumprodPush::adjoint(int k, std::span<const X> in, const X&, const X& upstream) const {
  std::vector<X> all(in.begin(), in.end());
  if (k > 0) all.erase(all.begin() + k);
  all.insert(all.begin() + 1, upstream);
  return apply_all(CumprodAdjoint{axis}, std::span<const X>(all));
}

using AlongOps = List<TakeAlong, AddAlong, Cumsum, Cumprod, CumprodPush, CumprodAdjoint>;
GLASSGRAD_FAMILY(AlongOps)

}  // namespace glassgrad
