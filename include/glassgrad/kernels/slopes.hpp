// Which of an op's members says what reaches an input: upstream times local, or slope where the op
// has one, or its own pull. Next: elementwise.hpp, the kernels that are made of it.
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>

#include "glassgrad/kernels/op.hpp"

namespace glassgrad::detail {

// op.local(To<k>, x..., y), or op.local(x, y) for one input.
template <int k, class Op, class V, class... X>
auto local_of(const Op& op, const V& y, const X&... x) {
  if constexpr (sizeof...(X) == 1) {
    return op.local(x..., y);
  } else {
    return op.local(To<k>{}, x..., y);
  }
}
// The same number by op.slope, where the op has one: its local is the formula that people write,
// and loses digits. Every reading in numbers or nodes takes this one, only what is shown takes
// local.
template <int k, class Op, class V, class... X>
auto slope_of(const Op& op, const V& y, const X&... x) {
  if constexpr (requires { op.slope(To<k>{}, x..., y); }) {
    return op.slope(To<k>{}, x..., y);
  } else if constexpr (requires { op.slope(x..., y); }) {
    return op.slope(x..., y);
  } else {
    return local_of<k>(op, y, x...);
  }
}
// upstream * local in every reading. Of nodes and arrays that is an op: engine/contributions.hpp.
template <class X>
X times_op(const X& upstream, const X& local);
template <class X>
X times(const X& upstream, const X& local) {
  if constexpr (Traced<X> && !is_shown<X>)
    return times_op(upstream, local);
  else
    return upstream * local;
}
template <class X>
X times(const X& upstream, Unit) {
  return upstream;
}
// What reaches input k: upstream * local, unless the op says otherwise (where: 0 * inf must not
// spoil the other branch). With vectors and numbers for kernels, with Node, Array and Formula.
template <int k, class Op, class X, class... In>
X pull_of(const Op& op, const X& upstream, const X& y, const In&... x) {
  if constexpr (requires { op.pull(To<k>{}, x..., y, upstream); })
    return op.pull(To<k>{}, x..., y, upstream);
  else if constexpr (is_shown<X>)
    return times(upstream, local_of<k>(op, y, x...));
  else
    return times(upstream, slope_of<k>(op, y, x...));
}

template <int k, class Op, class V, std::size_t... i>
auto local_type(std::index_sequence<i...>)
    -> decltype(local_of<k>(std::declval<const Op&>(), std::declval<const V&>(),
                            (void(i), std::declval<const V&>())...));
template <int k, class Op, class V>
using LocalType = decltype(local_type<k, Op, V>(std::make_index_sequence<arity<Op>>{}));

}  // namespace glassgrad::detail
