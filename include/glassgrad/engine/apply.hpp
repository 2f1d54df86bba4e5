// apply(op, arguments...): the one way to use an op, whatever it is read with.
//   Node: appends a record.  Array: computes at once.  Formula: builds the text.  Number: op.value.
#pragma once

#include "glassgrad/array/few.hpp"
#include "glassgrad/engine/arrays.hpp"
#include "glassgrad/engine/tape.hpp"
#include "glassgrad/kernels/number.hpp"

namespace glassgrad {

// Plain numbers on no tape: the result is a plain number again. Throws TapeError for an op whose
// result is not a single number.
template <class T>
Node<T> apply_to_numbers(const Rule<T>& rule, const void* op, std::span<const Node<T>> in);

// An op whose attributes are not all allowed says so in check(), whatever shapes it is given.
template <class Op>
void check_attributes(const Op& op) {
  if constexpr (requires { op.check(); }) op.check();
}

template <class Op, class T>
Node<T> apply_all(const Op& op, std::span<const Node<T>> in) {
  check_attributes(op);
  for (const Node<T>& node : in)
    if (node.tape()) return node.tape()->append(rule<Op, T>(), &op, in);
  return apply_to_numbers(rule<Op, T>(), &op, in);
}
// Nodes are handed on by reference: a copy would wait for the one before it to be written.
template <class Op, class T>
Node<T> apply_plain(const Node<T>& a, const Node<T>& b) {
  Tape<T>* tape = a.tape_at_hand();
  if (!tape) tape = b.tape_at_hand();
  if (tape) return tape->append(rule<Op, T>(), a, b);
  const Node<T> in[] = {a, b};
  const Op op;
  return apply_to_numbers(rule<Op, T>(), &op, std::span(in, std::size_t(arity<Op>)));
}
template <class Op, class T>
Array<T> apply_all(const Op& op, std::span<const Array<T>> in) {
  Few<const Array<T>*> pointers(in.size());
  for (std::size_t k = 0; k < in.size(); ++k) pointers[k] = &in[k];
  return compute<T>(rule<Op, T>(), &op, pointers);
}
template <class Op>
Formula op_formula(const Op& op, std::span<const Formula> in);  // in make_rule.hpp
template <class Op>
Formula apply_all(const Op& op, std::span<const Formula> in) {
  check_attributes(op);
  return op_formula(op, in);
}

namespace detail {
template <class X>
struct IsArray : std::false_type {};
template <class T>
struct IsArray<Array<T>> : std::true_type {};
template <class... X>
struct FirstTraced;
template <class A, class... Rest>
struct FirstTraced<A, Rest...> : FirstTraced<Rest...> {};
template <Traced A, class... Rest>
struct FirstTraced<A, Rest...> : std::type_identity<A> {};
}  // namespace detail

template <class Op, class... X>
requires(Traced<X> || ...) auto apply(const Op& op, const X&... x) {
  using V = typename detail::FirstTraced<X...>::type;
  if constexpr (detail::IsArray<V>::value) {  // the backward pass comes by here: nothing is copied
    using T = typename V::Number;
    return [&op](std::same_as<V> auto const&... v) {
      const V* const in[] = {&v...};
      return compute<T>(rule<Op, T>(), &op, in);
    }(static_cast<const V&>(x)...);
  } else if constexpr (is_plain<Op> && !is_shown<V>) {
    using T = typename V::Number;
    return [](const V& first, const auto&... rest) {
      if constexpr (sizeof...(rest) == 0)
        return apply_plain<Op, T>(first, first);
      else
        return apply_plain<Op, T>(first, rest...);
    }(static_cast<const V&>(x)...);
  } else {
    const V in[] = {V(x)...};
    return apply_all(op, std::span<const V>(in));
  }
}
template <class Op, class... V>
requires(IsNumber<V>::value&&...) auto apply(const Op& op, const V&... x) { return op.value(x...); }

}  // namespace glassgrad
