// What a node passes on to one input, in every reading of its op: with Array and View for backward,
// with Node for derivatives as nodes, with Formula for text. Next: make_rule.hpp.
#pragma once

#include "glassgrad/engine/apply.hpp"
#include "glassgrad/engine/calculus_ops.hpp"
#include "glassgrad/engine/pull_only.hpp"
#include "glassgrad/kernels/elementwise.hpp"

namespace glassgrad::detail {

template <class Op>
constexpr bool is_any_arity = arity<Op> == any_arity;

// Calls f(To<k>{}) for a k known at run time.
template <int n, class F, int k = 0>
auto with_input(int at, F&& f) {
  if constexpr (k + 1 == n) {
    return f(To<k>{});
  } else {
    return at == k ? f(To<k>{}) : with_input<n, F, k + 1>(at, std::forward<F>(f));
  }
}
// Calls f(items[0], items[1], ...) with the op's arity.
template <int n, class F, class Items>
auto with_all(const Items& items, F&& f) {
  return [&]<std::size_t... i>(std::index_sequence<i...>) { return f(items[i]...); }
  (std::make_index_sequence<std::size_t(n)>{});
}

// Is input k integer positions?
template <class Op, int k>
constexpr bool reads_positions() {
  if constexpr (requires { Op::index_inputs; })
    return k >= arity<Op> - Op::index_inputs;
  else
    return false;
}
// What the op's kernels are given for input k: its numbers, or its positions.
template <class Op, int k, class T>
auto operand(const View<const T>& in) {
  if constexpr (reads_positions<Op, k>())
    return positions(in);
  else
    return in;
}
template <class Op, class T, class F>
void with_operands(std::span<const View<const T>> in, F&& f) {
  [&]<std::size_t... k>(std::index_sequence<k...>) { f(operand<Op, int(k)>(in[k])...); }
  (std::make_index_sequence<std::size_t(arity<Op>)>{});
}

// Can this op's gradient to input k be asked for?
template <class Op, int k>
constexpr bool has_gradient() {
  if constexpr (is_elementwise<Op>) {
    return !std::is_same_v<LocalType<k, Op, Formula>, None>;
  } else {
    return !reads_positions<Op, k>();
  }
}
template <class Op, int k>
constexpr bool is_unit() {
  if constexpr (is_elementwise<Op>)
    return std::is_same_v<LocalType<k, Op, Formula>, Unit>;
  else
    return false;
}
template <class Op>
constexpr unsigned gradient_bits() {
  if constexpr (is_any_arity<Op>)
    return every_input;
  else
    return []<std::size_t... k>(std::index_sequence<k...>) {
      return ((has_gradient<Op, int(k)>() ? 1u << k : 0u) | ...);
    }
  (std::make_index_sequence<std::size_t(arity<Op>)>{});
}
template <class Op>
constexpr unsigned unit_bits() {
  if constexpr (is_any_arity<Op>)
    return 0;
  else
    return []<std::size_t... k>(std::index_sequence<k...>) {
      return ((is_unit<Op, int(k)>() ? 1u << k : 0u) | ...);
    }
  (std::make_index_sequence<std::size_t(arity<Op>)>{});
}

template <class X>
X times_op(const X& upstream, const X& local) {
  return apply(Mul{}, upstream, local);
}

// One contribution, upstream * local or the op's adjoint, read with Node, Array or Formula.
template <int k, class Op, class X, class... In>
X contribution(const Op& op, const X& upstream, const X& y, const In&... x) {
  if constexpr (!has_gradient<Op, k>()) {
    return X(0);
  } else if constexpr (is_elementwise<Op>) {
    return pull_of<k>(op, upstream, y, x...);
  } else if constexpr (adjoint_reads<Op, k, X>()) {
    return op.adjoint(To<k>{}, x..., y, upstream);
  } else {
    const X in[] = {x...};
    return NumericAdjoint<Op, X>::record(op, k, in, y, upstream);
  }
}
// Has the op a kernel of its own for a contribution, adjoint_into(To<k>, x..., y, upstream, to,
// pool) with Views? For all of its inputs or for none. `to` is a Sink, or a View that is written.
template <class Op, class T, class To_>
constexpr bool adjoint_into_takes() {
  return []<std::size_t... i>(std::index_sequence<i...>) {
    return requires(const Op& op, View<const T> v, const To_& to, Pool& pool) {
      op.adjoint_into(To<0>{}, operand<Op, int(i)>(v)..., v, v, to, pool);
    };
  }
  (std::make_index_sequence<std::size_t(arity<Op>)>{});
}
template <class Op, class T>
constexpr bool has_adjoint_into() {
  if constexpr (is_any_arity<Op> || is_elementwise<Op>)
    return false;
  else
    return adjoint_into_takes<Op, T, View<T>>() || adjoint_into_takes<Op, T, Sink<T>>();
}
template <class Op, class T>
void pull_by_kernel(const void* attributes, std::span<const View<const T>> in, View<const T> out,
                    View<const T> upstream, std::span<const Sink<T>> sinks, Pool& pool) {
  const Op& op = *static_cast<const Op*>(attributes);
  const auto write = [&]<int k>(To<k> to, const auto& where) {
    with_operands<Op>(
        in, [&](const auto&... x) { op.adjoint_into(to, x..., out, upstream, where, pool); });
  };
  const auto pull_to = [&]<int k>(To<k> to) {
    const Sink<T>& sink = sinks[std::size_t(k)];
    if (!sink.data) return;
    const Shape& shape = in[std::size_t(k)].shape();
    if constexpr (adjoint_into_takes<Op, T, Sink<T>>()) {
      write(to, sink);
    } else if (!sink.add) {
      write(to, View<T>{sink.data, &shape});
    } else {
      Array<T> apart(&pool, shape);
      write(to, View<T>{apart.data(), &shape});
      leave<T>(View<const T>{apart.data(), &shape}, sink, pool);
    }
  };
  [&]<std::size_t... k>(std::index_sequence<k...>) {
    const auto pull_if_any = [&]<int at>(To<at> to) {
      if constexpr (has_gradient<Op, at>()) pull_to(to);
    };
    (pull_if_any(To<int(k)>{}), ...);
  }
  (std::make_index_sequence<std::size_t(arity<Op>)>{});
}

template <class Op, class X>
X adjoint(const void* attributes, int k, std::span<const X> in, const X& y, const X& upstream) {
  const Op& op = *static_cast<const Op*>(attributes);
  if constexpr (is_any_arity<Op> && adjoint_reads<Op, 0, X>()) {
    return op.adjoint(k, in, y, upstream);
  } else if constexpr (is_any_arity<Op>) {
    return NumericAdjoint<Op, X>::record(op, k, in, y, upstream);
  } else {
    return with_input<arity<Op>>(k, [&]<int at>(To<at>) {
      return with_all<arity<Op>>(
          in, [&](const auto&... x) { return contribution<at>(op, upstream, y, x...); });
    });
  }
}

template <class Op, class T>
void pull_by_arrays(const void* attributes, std::span<const View<const T>> in, View<const T> out,
                    View<const T> upstream, std::span<const Sink<T>> sinks, Pool& pool) {
  pull_arrays<T>({Op::name, &adjoint<Op, Array<T>>}, attributes, in, out, upstream, sinks, pool);
}

template <class Op, class T>
void NumericAdjoint<Op, Node<T>>::forward(const void* attributes, Views in, View<T> out,
                                          Pool& pool) {
  const Attributes& own = *static_cast<const Attributes*>(attributes);
  const std::size_t n = in.size() - 2;
  Few<Sink<T>> sinks(n);
  sinks[std::size_t(own.k)].data = out.data;
  glassgrad::rule<Op, T>().pull(&own.op, in.first(n), in[n], in[n + 1], sinks, pool);
}

// Can every gradient of this op be read with X?
template <class Op, class X>
constexpr bool adjoints_read() {
  if constexpr (is_any_arity<Op>)
    return adjoint_reads<Op, 0, X>();
  else
    return []<std::size_t... k>(std::index_sequence<k...>) {
      return ((!has_gradient<Op, int(k)>() || adjoint_reads<Op, int(k), X>()) && ...);
    }
  (std::make_index_sequence<std::size_t(arity<Op>)>{});
}

}  // namespace glassgrad::detail
