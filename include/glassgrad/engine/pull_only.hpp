// Ops that give less than everything. Without push, forward mode is taken from the adjoint: J^T u
// is linear in u, so its own gradient along a tangent t is J t. An adjoint that can be read with
// numbers only (Array) leaves backward and the first grad; what would need more refuses by name.
#pragma once

#include <array>
#include <concepts>

#include "glassgrad/engine/apply.hpp"
#include "glassgrad/engine/calculus_ops.hpp"

namespace glassgrad::detail {

template <class Op, int k, class X, std::size_t... i>
constexpr bool adjoint_is_callable(std::index_sequence<i...>) {
  return requires(const Op& op, const X& v) { op.adjoint(To<k>{}, (void(i), v)..., v, v); };
}
// Can the adjoint to input k be read with X (Node, Array, Formula)?
template <class Op, int k, class X>
constexpr bool adjoint_reads() {
  if constexpr (arity<Op> == any_arity)
    return requires(const Op& op, std::span<const X> in, const X& v) { op.adjoint(0, in, v, v); };
  else
    return adjoint_is_callable<Op, k, X>(std::make_index_sequence<std::size_t(arity<Op>)>{});
}

template <class Op, class T, std::size_t... i>
constexpr bool push_is_callable(std::index_sequence<i...>) {
  return requires(const Op& op, const Node<T>& v, std::span<const Node<T>> tangents) {
    op.push((void(i), v)..., v, tangents);
  };
}
template <class Op, class T>
constexpr bool has_push() {
  if constexpr (arity<Op> == any_arity)
    return requires(const Op& op, std::span<const Node<T>> in, const Node<T>& v) {
      op.push(in, v, in);
    };
  else if constexpr (arity<Op> == 1)
    return requires(const Op& op, const Node<T>& v) { op.push(v, v, v); };
  else
    return push_is_callable<Op, T>(std::make_index_sequence<std::size_t(arity<Op>)>{});
}

// Has the struct a member of that name, whatever its arguments? Then &Both::name is ambiguous.
struct NamesPush {
  void push();
};
struct NamesPull {
  void pull();
};
struct NamesAdjointInto {
  void adjoint_into();
};
struct NamesSlope {
  void slope();
};
template <class Op, class Names>
struct Both : Op, Names {};
template <class Op>
constexpr bool names_push = !requires {
  &Both<Op, NamesPush>::push;
};
template <class Op>
constexpr bool names_pull = !requires {
  &Both<Op, NamesPull>::pull;
};
template <class Op>
constexpr bool names_adjoint_into = !requires {
  &Both<Op, NamesAdjointInto>::adjoint_into;
};
// An attribute may be called slope too: that of leaky_relu.
template <class Op>
constexpr bool names_slope = !requires {
  &Both<Op, NamesSlope>::slope;
}
&&!requires { requires std::is_member_object_pointer_v<decltype(&Op::slope)>; };

template <class Op, int k, class X, std::size_t... i>
constexpr bool pull_is_callable(std::index_sequence<i...>) {
  return requires(const Op& op, const X& v) { op.pull(To<k>{}, (void(i), v)..., v, v); };
}
template <class Op, class X>
constexpr bool any_pull() {
  constexpr auto all = std::make_index_sequence<std::size_t(arity<Op>)>{};
  return [all]<std::size_t... k>(std::index_sequence<k...>) {
    return (pull_is_callable<Op, int(k), X>(all) || ...);
  }
  (all);
}

template <class Op, int k, class X, std::size_t... i>
constexpr bool slope_is_callable(std::index_sequence<i...>) {
  return requires(const Op& op, const X& v) { op.slope(To<k>{}, (void(i), v)..., v); }
  || requires(const Op& op, const X& v) { op.slope((void(i), v)..., v); };
}
template <class Op, class X>
constexpr bool any_slope() {
  constexpr auto all = std::make_index_sequence<std::size_t(arity<Op>)>{};
  return [all]<std::size_t... k>(std::index_sequence<k...>) {
    return (slope_is_callable<Op, int(k), X>(all) || ...);
  }
  (all);
}

[[noreturn]] void refuse_second_order(std::string_view op);
[[noreturn]] void refuse_forward_mode(std::string_view op);
// A push has its output's shape, an adjoint its input's or one that it broadcasts to. Throw
// ShapeError.
void check_push_shape(std::string_view op, const Shape& pushed, const Shape& output);
void check_adjoint_shape(std::string_view op, int k, const Shape& given, const Shape& input);

template <class T>
using AdjointAsNodes = Node<T> (*)(const void* op, int k, std::span<const Node<T>> in,
                                   const Node<T>& y, const Node<T>& upstream);
// J t from u -> J^T u, recorded at u = 0. Throws TapeError when that does not come from u.
template <class T>
Node<T> push_by_adjoint(std::string_view op, AdjointAsNodes<T> adjoint, unsigned gradients,
                        const void* attributes, std::span<const Node<T>> in, const Node<T>& y,
                        std::span<const Node<T>> tangents);

// "x_adjoint" for an op "x"
template <class Op>
constexpr auto adjoint_letters = [] {
  constexpr std::string_view ending = "_adjoint";
  std::array<char, Op::name.size() + ending.size()> text{};
  for (std::size_t i = 0; i < text.size(); ++i)
    text[i] = i < Op::name.size() ? Op::name[i] : ending[i - Op::name.size()];
  return text;
}();
template <class Op>
constexpr std::string_view adjoint_name{adjoint_letters<Op>.data(), adjoint_letters<Op>.size()};

// What stands for an adjoint that cannot be read with X: in formulas its name.
template <class Op, class X>
struct NumericAdjoint {
  static Formula record(const Op&, int, std::span<const Formula> in, const Formula& y,
                        const Formula& upstream) {
    std::vector<Formula> all(in.begin(), in.end());
    all.insert(all.end(), {y, upstream});
    return Formula::call(adjoint_name<Op>, all);
  }
};
// Among nodes J^T u is an op of its own, with inputs x..., y, u, computed from their numbers. It
// refuses every derivative: having none is not the same as having one of 0.
template <class Op, class T>
struct NumericAdjoint<Op, Node<T>> {
  struct Attributes {
    Op op;
    int k;
  };
  using Views = std::span<const View<const T>>;
  using Nodes = std::span<const Node<T>>;

  static Shape shape(const void* attributes, std::span<const Shape* const> in) {
    return *in[std::size_t(static_cast<const Attributes*>(attributes)->k)];
  }
  static void forward(const void* attributes, Views in, View<T> out, Pool& pool);
  static void pull(const void*, Views, View<const T>, View<const T>, std::span<const Sink<T>>,
                   Pool&) {
    refuse_second_order(Op::name);
  }
  static Node<T> adjoint(const void*, int, Nodes, const Node<T>&, const Node<T>&) {
    refuse_second_order(Op::name);
  }
  static Node<T> push(const void*, Nodes, const Node<T>&, Nodes) { refuse_second_order(Op::name); }
  static Formula text(const void*, std::span<const Formula> in) {
    return Formula::call(adjoint_name<Op>, {in.begin(), in.end()});
  }
  static Formula local_text(const void*, int, std::span<const Formula>, const Formula&) {
    return Formula::symbol("unknown");
  }
  static constexpr Rule<T> make() {
    Rule<T> made{};
    made.name = adjoint_name<Op>;
    made.arity = arity<Op> == any_arity ? any_arity : arity<Op> + 2;
    made.differentiable = true;
    made.gradients = every_input;
    made.bytes = sizeof(Attributes);
    made.gaps = gaps_of<Attributes>();
    made.shape = &shape;
    made.forward = &forward;
    made.pull = &pull;
    made.adjoint = &adjoint;
    made.push = &push;
    made.value_formula = &text;
    made.local_formula = &local_text;
    return made;
  }
  static constexpr Rule<T> rule = make();

  static Node<T> record(const Op& op, int k, Nodes in, const Node<T>& y, const Node<T>& upstream) {
    std::vector<Node<T>> all(in.begin(), in.end());
    all.insert(all.end(), {y, upstream});
    const Attributes attributes{op, k};
    return y.tape()->append(rule, &attributes, all);
  }
};

}  // namespace glassgrad::detail
