// From an op's struct to its Rule. The same few lines serve every op of a kind; nothing here knows
// an op by name but add, mul, sum_to and broadcast_to, which the calculus itself needs.
#pragma once

#include "glassgrad/core/apply.hpp"
#include "glassgrad/core/calculus_ops.hpp"
#include "glassgrad/core/elementwise.hpp"
#include "glassgrad/core/pull_only.hpp"
#include "glassgrad/core/simd_special.hpp"

namespace glassgrad {
namespace detail {

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

// Can this op's gradient to input k be asked for?
template <class Op, int k>
constexpr bool has_gradient() {
  if constexpr (is_elementwise<Op>) {
    return !std::is_same_v<LocalType<k, Op, Formula>, None>;
  } else {
    return k < arity<Op> - [] {
      if constexpr (requires { Op::index_inputs; })
        return Op::index_inputs;
      else
        return 0;
    }();
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
    return ~0u;
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
X times(const X& upstream, const X& local) {
  return apply(Mul{}, upstream, local);
}
inline Formula times(const Formula& upstream, const Formula& local) { return upstream * local; }
template <class X>
X times(const X& upstream, Unit) {
  return upstream;
}

// One contribution, upstream * local or the op's adjoint, read with Node, Array or Formula.
template <int k, class Op, class X, class... In>
X contribution(const Op& op, const X& upstream, const X& y, const In&... x) {
  if constexpr (!has_gradient<Op, k>()) {
    return X(0);
  } else if constexpr (is_elementwise<Op>) {
    if constexpr (requires { op.pull(To<k>{}, x..., y, upstream); }) {
      return op.pull(To<k>{}, x..., y, upstream);
    } else {
      return times(upstream, local_of<k>(op, y, x...));
    }
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
      op.adjoint_into(To<0>{}, (void(i), v)..., v, v, to, pool);
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
void adjoint_into(const void* attributes, int k, std::span<const View<const T>> in,
                  View<const T> out, View<const T> upstream, const Sink<T>& to, Pool& pool) {
  const Op& op = *static_cast<const Op*>(attributes);
  const auto write = [&](const auto& where) {
    with_input<arity<Op>>(k, [&]<int at>(To<at>) {
      with_all<arity<Op>>(in, [&](const auto&... x) {
        op.adjoint_into(To<at>{}, x..., out, upstream, where, pool);
      });
    });
  };
  const Shape& shape = in[std::size_t(k)].shape();
  if constexpr (adjoint_into_takes<Op, T, Sink<T>>()) {
    write(to);
  } else if (!to.add) {
    write(View<T>{to.data, &shape});
  } else {
    Array<T> share(&pool, shape);
    write(View<T>{share.data(), &shape});
    for (std::int64_t i = 0; i < shape.count(); ++i) to.data[i] += share.data()[i];
  }
}

template <class Op, class X>
constexpr bool has_kernel_for() {
  if constexpr (requires { typename X::Number; })
    return std::is_same_v<X, Array<typename X::Number>> &&
           has_adjoint_into<Op, typename X::Number>();
  else
    return false;
}

template <class Op, class X>
X adjoint(const void* attributes, int k, std::span<const X> in, const X& y, const X& upstream) {
  const Op& op = *static_cast<const Op*>(attributes);
  if constexpr (has_kernel_for<Op, X>())
    return adjoint_by_kernel(rule<Op, typename X::Number>(), attributes, k, in, y, upstream);
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
void NumericAdjoint<Op, Node<T>>::forward(const void* attributes, Views in, View<T> out,
                                          Pool& pool) {
  const Attributes& own = *static_cast<const Attributes*>(attributes);
  std::vector<Array<T>> all;
  for (const View<const T>& view : in) all.emplace_back(&pool, view);
  const std::size_t n = in.size() - 2;
  Array<T> share = detail::adjoint<Op, Array<T>>(
      &own.op, own.k, std::span<const Array<T>>(all).first(n), all[n], all[n + 1]);
  if (share.shape() != out.shape()) share = apply(SumTo{out.shape()}, share);
  std::copy(share.view().begin(), share.view().end(), out.data);
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

// The tangent of the output. A tangent on no tape is "none": a zero that is left out.
template <class Op, class T>
Node<T> push(const void* attributes, std::span<const Node<T>> in, const Node<T>& y,
             std::span<const Node<T>> tangents) {
  const Op& op = *static_cast<const Op*>(attributes);
  Node<T> total;
  const auto add = [&total](const Node<T>& share) {
    total = total.tape() ? apply(Add{}, total, share) : share;
  };
  const auto filled = [&](std::size_t k) {
    return tangents[k].tape() ? tangents[k] : y.tape()->zeros(in[k].shape());
  };
  if constexpr (is_elementwise<Op>) {
    const auto push_from = [&]<int k>(To<k>) {
      if (!tangents[k].tape() || !has_gradient<Op, k>()) return;
      add(with_all<arity<Op>>(
          in, [&](const auto&... x) { return contribution<k>(op, tangents[k], y, x...); }));
    };
    [&]<std::size_t... k>(std::index_sequence<k...>) { (push_from(To<int(k)>{}), ...); }
    (std::make_index_sequence<std::size_t(arity<Op>)>{});
  } else if constexpr (Op::Kind::kind == OpKind::linear) {
    std::vector<Node<T>> all(in.begin(), in.end());
    for (std::size_t k = 0; k < in.size(); ++k)
      if (gradient_bits<Op>() >> std::min<std::size_t>(k, 31) & 1) all[k] = filled(k);
    add(apply_all(op, std::span<const Node<T>>(all)));
  } else if constexpr (Op::Kind::kind == OpKind::multilinear) {
    for (std::size_t k = 0; k < in.size(); ++k) {
      if (!tangents[k].tape()) continue;
      std::vector<Node<T>> all(in.begin(), in.end());
      all[k] = tangents[k];
      add(apply_all(op, std::span<const Node<T>>(all)));
    }
  } else if constexpr (!has_push<Op, T>()) {
    if constexpr (adjoints_read<Op, Node<T>>())
      add(push_by_adjoint<T>(Op::name, &adjoint<Op, Node<T>>, gradient_bits<Op>(), attributes, in,
                             y, tangents));
    else
      refuse_forward_mode(Op::name);
  } else if constexpr (is_any_arity<Op>) {
    add(op.push(in, y, tangents));
  } else {
    add(with_all<arity<Op>>(in, [&](const auto&... x) {
      if constexpr (arity<Op> == 1)
        return op.push(x..., y, tangents[0]);
      else
        return op.push(x..., y, tangents);
    }));
  }
  if (total.tape() && total.shape() != y.shape()) {
    if (!is_elementwise<Op>) check_push_shape(Op::name, total.shape(), y.shape());
    total = apply(BroadcastTo{y.shape()}, total);
  }
  return total;
}

// A member that is there and cannot be called would be passed over without a word.
template <class Op, class T>
constexpr void check_members() {
  if constexpr (is_elementwise<Op>) {
    static_assert(!names_pull<Op> || any_pull<Op, Array<T>>(),
                  "pull cannot be called: write pull(To<k>, x..., y, upstream) for const auto&");
  } else {
    static_assert(
        adjoints_read<Op, Array<T>>(),
        "an adjoint is missing or cannot be called: write adjoint(To<k>, x..., y, upstream)"
        " for every input but the last index_inputs, for const auto& or Array<T>");
    static_assert(
        Op::Kind::kind != OpKind::custom || !names_push<Op> || has_push<Op, T>(),
        "push cannot be called: write push(x, y, tangent), or for several inputs push(x..., "
        "y, tangents) with std::span<const X> tangents, for X a Node");
  }
}

template <class Op>
Shape shape_of(const void* attributes, std::span<const Shape* const> in) {
  const Op& op = *static_cast<const Op*>(attributes);
  if constexpr (is_elementwise<Op>) {
    Shape shape = *in[0];
    for (std::size_t k = 1; k < in.size(); ++k) shape = broadcast(Op::name, shape, *in[k]);
    return shape;
  } else if constexpr (is_any_arity<Op>) {
    return op.shape(in);
  } else {
    return with_all<arity<Op>>(in, [&](const auto*... shape) { return op.shape(*shape...); });
  }
}
template <class Op, class T>
void run_kernel(const void* attributes, std::span<const View<const T>> in, View<T> out,
                Pool& pool) {
  const Op& op = *static_cast<const Op*>(attributes);
  if constexpr (is_any_arity<Op>) {
    op.value(in, out, pool);
  } else {
    with_all<arity<Op>>(in, [&](const auto&... x) { op.value(x..., out, pool); });
  }
}

// What the op is when its inputs have an axis of n entries in front; see rule.hpp.
template <class Op>
concept Batched = is_elementwise<Op> || requires {
  &Op::batched;
};
template <class Op>
Op batched_op(const Op& op, std::int64_t n, std::span<const Shape* const> in) {
  if constexpr (is_elementwise<Op>) {
    return op;
  } else if constexpr (is_any_arity<Op>) {
    return op.batched(n, in);
  } else {
    return with_all<arity<Op>>(in, [&](const auto*... shape) { return op.batched(n, *shape...); });
  }
}
template <class Op>
void write_batched(const void* attributes, std::int64_t n, std::span<const Shape* const> in,
                   void* to) {
  *static_cast<Op*>(to) = batched_op(*static_cast<const Op*>(attributes), n, in);
}

}  // namespace detail

// The text of an op: what its text(arguments...) gives, else name(arguments...).
template <class Op>
Formula op_formula(const Op& op, std::span<const Formula> in) {
  std::vector<const Shape*> shapes;
  for (const Formula& formula : in) shapes.push_back(&formula.shape());
  const Formula formula = [&] {
    if constexpr (detail::is_any_arity<Op>) {
      if constexpr (requires { op.text(in); })
        return op.text(in);
      else
        return Formula::call(Op::name, {in.begin(), in.end()});
    } else {
      return detail::with_all<arity<Op>>(in, [&](const auto&... x) {
        if constexpr (requires { op.text(x...); })
          return op.text(x...);
        else
          return Formula::call(Op::name, {x...});
      });
    }
  }();
  return formula.with_shape(detail::shape_of<Op>(&op, shapes));
}

namespace detail {
template <class Op>
Formula value_formula(const void* attributes, std::span<const Formula> in) {
  return op_formula(*static_cast<const Op*>(attributes), in);
}
// d(output)/d(input k) as a factor: for elementwise ops; the others show their adjoint.
template <class Op>
Formula local_formula(const void* attributes, int k, std::span<const Formula> in,
                      const Formula& y) {
  const Formula upstream = Formula::symbol("upstream", y.shape());
  if constexpr (is_elementwise<Op>)
    return adjoint<Op, Formula>(attributes, k, in, y, Formula(1));
  else
    return adjoint<Op, Formula>(attributes, k, in, y, upstream);
}
}  // namespace detail

template <class Op, class T, class Isa = NativeIsa>
constexpr Kernels<T> make_kernels() {
  if constexpr (is_elementwise<Op>) {
    using Kernel = detail::ElementwiseKernel<Op, T, Isa>;
    return {&Kernel::forward, &Kernel::backward,        &Kernel::number,
            &Kernel::numbers, &Kernel::number_backward, nullptr};
  } else {
    Kernels<T> kernels{};
    kernels.forward = &detail::run_kernel<Op, T>;
    if constexpr (detail::has_adjoint_into<Op, T>())
      kernels.adjoint_into = &detail::adjoint_into<Op, T>;
    return kernels;
  }
}

template <class Op, class T>
constexpr Rule<T> make_rule() {
  static_assert(!is_elementwise<Op> || arity<Op> <= 8, "an elementwise op has at most 8 inputs");
  static_assert(std::is_trivially_copyable_v<Op>, "an op is plain data: it is copied into records");
  detail::check_members<Op, T>();
  Rule<T> rule{};
  static_cast<Kernels<T>&>(rule) = make_kernels<Op, T>();
  rule.name = Op::name;
  rule.arity = arity<Op>;
  rule.elementwise = is_elementwise<Op>;
  rule.plain = is_elementwise<Op> && arity<Op> <= 2 && std::is_empty_v<Op>;
  rule.gradients = detail::gradient_bits<Op>();
  rule.differentiable = rule.gradients != 0;
  rule.units = detail::unit_bits<Op>();
  if constexpr (requires { Op::alias; }) rule.alias = Op::alias;
  if constexpr (requires { Op::guard; }) rule.guard = Op::guard;
  if constexpr (requires { Op::neutral; }) rule.neutral = &Op::neutral;
  rule.broadcasts = is_elementwise<Op>;
  if constexpr (requires { Op::broadcasts; }) rule.broadcasts = Op::broadcasts;
  if constexpr (requires { Op::kernel_reads_value; })
    rule.kernel_reads_value = Op::kernel_reads_value;
  if constexpr (requires { Op::adds_up; }) rule.adds_up = Op::adds_up;
  if constexpr (detail::Batched<Op>) rule.batched = &detail::write_batched<Op>;
  rule.bytes = std::is_empty_v<Op> ? 0 : sizeof(Op);
  rule.shape = &detail::shape_of<Op>;
  if constexpr (detail::gradient_bits<Op>() != 0) {
    if constexpr (!is_elementwise<Op>) rule.adjoint_numbers = &detail::adjoint<Op, Array<T>>;
    rule.adjoint = &detail::adjoint<Op, Node<T>>;
    rule.push = &detail::push<Op, T>;
    rule.local_formula = &detail::local_formula<Op>;
  }
  rule.value_formula = &detail::value_formula<Op>;
  return rule;
}

template <class Family>
struct MakeRules;
template <class... Ops>
struct MakeRules<List<Ops...>> {
  template <class T>
  static constexpr std::array<Rule<T>, sizeof...(Ops)> of{make_rule<Ops, T>()...};
  template <class T>
  static constexpr std::array<Kernels<T>, sizeof...(Ops)> kernels{make_kernels<Ops, T>()...};
};

template <class Family, class T>
constinit std::array<Rule<T>, Family::size> RuleTable<Family, T>::rules =
    MakeRules<Family>::template of<T>;

}  // namespace glassgrad
