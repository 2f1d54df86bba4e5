// Positions along an axis, one for every entry of the result: what gather, scatter, sort and top-k
// are made of; and running sums and products. Next: ops/functions/positions.hpp and
// ops/functions/cumulative.hpp, their compositions.
#pragma once

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
  void value(View<const T> x, View<const T> at, View<T> y, Pool&) const {
    kernels::each_along(name, x.shape(), axis, at.shape(), positions(at),
                        [&](std::int64_t i, std::int64_t from) { y[i] = x[from]; });
  }
  auto adjoint(To<0>, const auto& x, const auto& at, const auto&, const auto& upstream) const;
  Formula text(const Formula& x, const Formula& at) const;
  void reference(const auto& x, const auto& at, auto& y) const {
    std::int64_t i = 0;
    y.each([&](const auto& to) {
      auto from = to;
      from[std::size_t(axis)] = at.position(i++);
      y.at(to) = x.at(from);
    });
  }
  static std::vector<Sample<TakeAlong>> samples();
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
  void value(View<const T> x, View<const T> at, View<T> y, Pool& pool) const {
    kernels::add_along(name, x.data, target, axis, at.shape(), positions(at), y.data, pool);
  }
  auto adjoint(To<0>, const auto&, const auto& at, const auto&, const auto& upstream) const {
    return apply(TakeAlong{axis}, upstream, at);
  }
  Formula text(const Formula& x, const Formula& at) const;
  void reference(const auto& x, const auto& at, auto& y) const {
    std::int64_t i = 0;
    x.each([&](const auto& from) {
      auto to = from;
      to[std::size_t(axis)] = at.position(i++);
      y.at(to) += x.at(from);
    });
  }
  static std::vector<Sample<AddAlong>> samples();
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
  void reference(const auto& x, auto& y) const {
    y.each([&](const auto& at) {
      auto from = at;
      const std::int64_t own = at[std::size_t(axis)];
      const std::int64_t first = reversed ? own : 0, last = reversed ? x.shape[axis] - 1 : own;
      for (std::int64_t j = first; j <= last; ++j)
        from[std::size_t(axis)] = j, y.at(at) += x.at(from);
    });
  }
  Cumsum batched(std::int64_t, const Shape&) const { return {axis + 1, reversed}; }
  static std::vector<Sample<Cumsum>> samples();
};

// y[i] = x[0] ... x[i] along an axis. With the sums of what follows, S[i] = u[i] + x[i + 1] S[i +
// 1], x[i] gets x[0] ... x[i - 1] S[i]: no division, so that zeros are right in every derivative.
struct Cumprod {
  using Kind = Custom<>;
  static constexpr std::string_view name = "cumprod";
  int axis = 0;
  Shape shape(const Shape& x) const;
  template <class T>
  void value(View<const T> x, View<T> y, Pool& pool) const {
    kernels::cumprod(x, axis, y.data, pool);
  }
  auto adjoint(To<0>, const auto& x, const auto& y, const auto& upstream) const {
    using X = std::remove_cvref_t<decltype(x)>;
    if constexpr (std::is_same_v<X, Formula>)
      return Formula::call("cumprod_adjoint", {x, upstream});
    else
      return in_steps(x, y, upstream);
  }
  template <class T>
  void adjoint_into(To<0>, View<const T> x, View<const T>, View<const T> upstream, View<T> to,
                    Pool& pool) const {
    kernels::cumprod_adjoint(x, axis, upstream.data, to.data, pool);
  }
  Formula text(const Formula& x) const;
  void reference(const auto& x, auto& y) const {
    y.each([&](const auto& at) {
      auto from = at;
      y.at(at) = 1;
      for (std::int64_t j = 0; j <= at[std::size_t(axis)]; ++j)
        from[std::size_t(axis)] = j, y.at(at) *= x.at(from);
    });
  }
  Cumprod batched(std::int64_t, const Shape&) const { return {axis + 1}; }
  static std::vector<Sample<Cumprod>> samples();

 private:
  // S by doubling (Hillis and Steele 1986): factor[i] = x[i + 1] ... x[i + step] leads from
  // S[i + step] to S[i].
  template <class X>
  X in_steps(const X& x, const X& y, const X& upstream) const {
    const std::int64_t n = x.shape()[axis];
    if (n < 2) return upstream;
    const auto part = [this](const X& of, std::int64_t first, std::int64_t last) {
      return apply(Slice{axis, first, last - first}, of);
    };
    X sum = upstream, factor = part(x, 1, n);
    for (std::int64_t step = 1; step < n; step *= 2) {
      const X joined = part(sum, 0, n - step) + factor * part(sum, step, n);
      sum = concat({joined, part(sum, n - step, n)}, axis);
      if (2 * step < n) factor = part(factor, 0, n - 2 * step) * part(factor, step, n - step);
    }
    return concat({part(sum, 0, 1), part(y, 0, n - 1) * part(sum, 1, n)}, axis);
  }
};

using AlongOps = List<TakeAlong, AddAlong, Cumsum, Cumprod>;
GLASSGRAD_FAMILY(AlongOps)

}  // namespace glassgrad
