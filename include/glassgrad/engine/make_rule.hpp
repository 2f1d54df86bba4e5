// From an op's struct to its Rule. The same few lines serve every op of a kind; nothing here knows
// an op by name but add, mul, sum_to and broadcast_to, which the calculus itself needs.
#pragma once

#include "glassgrad/engine/contributions.hpp"
#include "glassgrad/kernels/simd_special.hpp"

namespace glassgrad {
namespace detail {

// The tangent of the output. A tangent on no tape is "none": a zero that is left out.
template <class Op, class T>
Node<T> push(const void* attributes, std::span<const Node<T>> in, const Node<T>& y,
             std::span<const Node<T>> tangents) {
  const Op& op = *static_cast<const Op*>(attributes);
  Node<T> total;
  const auto add = [&total](const Node<T>& term) {
    total = total.tape() ? apply(Add{}, total, term) : term;
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
    static_assert(!names_slope<Op> || any_slope<Op, Node<T>>(),
                  "slope cannot be called: write slope(x, y), or for several inputs"
                  " slope(To<k>, x..., y), for const auto&, as local is");
  } else {
    static_assert(
        adjoints_read<Op, Array<T>>(),
        "an adjoint is missing or cannot be called: write adjoint(To<k>, x..., y, upstream)"
        " for every input but the last index_inputs, for const auto& or Array<T>");
    static_assert(
        !names_adjoint_into<Op> || has_adjoint_into<Op, T>(),
        "adjoint_into cannot be called: write adjoint_into(To<k>, x..., y, upstream, to, pool)"
        " with View<const T>, the last index_inputs Positions, and a View<T> or Sink<T>");
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
    with_operands<Op>(in, [&](const auto&... x) { op.value(x..., out, pool); });
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
template <class Op>
bool by_rows(const void* attributes, std::span<const Shape* const> in) {
  const Op& op = *static_cast<const Op*>(attributes);
  return with_all<arity<Op>>(in, [&](const auto*... shape) { return op.by_rows(*shape...); });
}
template <class Op>
Shape sums_to(const void* attributes, const Shape& x) {
  return static_cast<const Op*>(attributes)->sums_to(x);
}
template <class Op>
bool swaps_last_two(const void* attributes, int rank) {
  return static_cast<const Op*>(attributes)->swaps_last_two(rank);
}
template <class Op>
constexpr Op transposing[] = {Op::with_transposed(0), Op::with_transposed(1),
                              Op::with_transposed(2), Op::with_transposed(3)};
template <class Op>
constexpr Product product_of{
    [](const void* op) { return static_cast<const Op*>(op)->transposed(); },
    [](unsigned bits) -> const void* { return &transposing<Op>[bits]; },
};

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
    return {&Kernel::forward, &Kernel::pull, &Kernel::number, &Kernel::numbers,
            &Kernel::number_pull};
  } else {
    Kernels<T> kernels{};
    kernels.forward = &detail::run_kernel<Op, T>;
    if constexpr (detail::has_adjoint_into<Op, T>()) kernels.pull = &detail::pull_by_kernel<Op, T>;
    return kernels;
  }
}

template <class Op, class T>
constexpr Rule<T> make_rule() {
  static_assert(!is_elementwise<Op> || (arity<Op> >= 1 && arity<Op> <= most_elementwise_inputs),
                "an elementwise op has 1 to 8 inputs");
  static_assert(arity<Op> <= most_named_inputs,
                "an op has at most 31 inputs: with more of them it is of any_arity");
  static_assert(std::is_trivially_copyable_v<Op>, "an op is plain data: it is copied into records");
  detail::check_members<Op, T>();
  Rule<T> rule{};
  static_cast<Kernels<T>&>(rule) = make_kernels<Op, T>();
  rule.name = Op::name;
  rule.arity = arity<Op>;
  rule.elementwise = is_elementwise<Op>;
  rule.plain = is_plain<Op>;
  rule.gradients = detail::gradient_bits<Op>();
  rule.differentiable = rule.gradients != 0;
  rule.units = detail::unit_bits<Op>();
  if constexpr (requires { Op::index_inputs; }) rule.index_inputs = Op::index_inputs;
  if constexpr (requires { Op::alias; }) rule.alias = Op::alias;
  if constexpr (requires { Op::guard; }) rule.guard = Op::guard;
  if constexpr (requires { Op::neutral; }) rule.neutral = &Op::neutral;
  if constexpr (requires { Op::traits; }) rule.traits = Op::traits;
  if constexpr (requires { Op::with_transposed; }) rule.product = &detail::product_of<Op>;
  if constexpr (requires { &Op::sums_to; }) rule.sums_to = &detail::sums_to<Op>;
  if constexpr (requires { &Op::swaps_last_two; })
    rule.swaps_last_two = &detail::swaps_last_two<Op>;
  rule.broadcasts = is_elementwise<Op>;
  if constexpr (requires { Op::broadcasts; }) rule.broadcasts = Op::broadcasts;
  if constexpr (requires { Op::kernel_reads_value; })
    rule.kernel_reads_value = Op::kernel_reads_value;
  if constexpr (is_elementwise<Op>)  // its slope may read what the local of nodes does not
    if constexpr (detail::names_slope<Op>) rule.kernel_reads_value = true;
  if constexpr (requires { Op::additive; }) rule.additive = Op::additive;
  if constexpr (detail::Batched<Op>) rule.batched = &detail::write_batched<Op>;
  if constexpr (requires { &Op::by_rows; }) rule.by_rows = &detail::by_rows<Op>;
  rule.bytes = std::is_empty_v<Op> ? 0 : sizeof(Op);
  rule.gaps = gaps_of<Op>();
  rule.shape = &detail::shape_of<Op>;
  if constexpr (detail::gradient_bits<Op>() != 0) {
    if constexpr (!is_elementwise<Op> && !detail::has_adjoint_into<Op, T>()) {
      rule.pull = &detail::pull_by_arrays<Op, T>;
      rule.by_arrays = true;
    }
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
