// Rule: what the engine knows of an op, a table of plain functions through which tapes, sweeps and
// views use it without naming it. It is made from the op's struct (kernels/op.hpp) by
// make_rule.hpp. Next: node.hpp and tape.hpp, what a Rule is applied to.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "glassgrad/engine/attributes.hpp"
#include "glassgrad/engine/formula.hpp"
#include "glassgrad/kernels/op.hpp"

namespace glassgrad {

template <class T>
class Node;
template <class T>
class Array;

inline constexpr unsigned every_input = ~0u;  // all bits: of an op of any arity
// Is input k among these? Of ops of any arity all inputs are, or none; others have 31 at most.
constexpr bool among(unsigned inputs, std::size_t k) { return inputs >> k % 32 & 1; }

template <class T>
struct Rule : Kernels<T> {
  using Nodes = std::span<const Node<T>>;
  using Formulas = std::span<const Formula>;

  std::string_view name;
  int arity;
  bool elementwise;
  bool plain;           // elementwise, one or two inputs, no attributes
  bool differentiable;  // false: its result never has an upstream
  bool alias;           // its value is its input's numbers under another shape
  bool guard;           // it only keeps numbers within bounds: formulas may leave it out where it
                        // changes none
  bool broadcasts;      // leading axes of its inputs broadcast
  bool kernel_reads_value;  // pull reads the op's own value, which adjoint need not
  bool by_arrays;           // pull is its adjoint read with Arrays: sinks may be blocks
  bool additive;            // of concatenated arrays it gives the sum of what it gives of each
  const Neutral* neutral;   // null: there is none
  const Product* product;   // of matrices; null: it is none
  Traits traits;
  unsigned units;      // bit k: the local gradient to input k is 1
  unsigned gradients;  // bit k: there is a local gradient to input k
  int index_inputs;    // so many of the last inputs are positions
  std::size_t bytes;   // of the attributes, 0 when there are none
  // The padding among them, which says nothing: they are compared with same_attributes().
  std::span<const Gap> gaps;

  bool has_gradient(std::size_t k) const { return among(gradients, k); }

  Shape (*shape)(const void* op, std::span<const Shape* const> in);
  // One contribution, as nodes.
  Node<T> (*adjoint)(const void* op, int k, Nodes in, const Node<T>& out, const Node<T>& upstream);
  Node<T> (*push)(const void* op, Nodes in, const Node<T>& out, Nodes tangents);
  // The op for inputs with an axis of n entries in front of these shapes; null: it has no such
  // reading.
  void (*batched)(const void* op, std::int64_t n, std::span<const Shape* const> in, void* to);
  // May the first axis be cut, and the op be used on the pieces? Null: no.
  bool (*by_rows)(const void* op, std::span<const Shape* const> in);
  // Of a sum over axes and of an op that moves axes, see Traits; null: it is none.
  Shape (*sums_to)(const void* op, const Shape& x);
  bool (*swaps_last_two)(const void* op, int rank);
  Formula (*value_formula)(const void* op, Formulas in);
  Formula (*local_formula)(const void* op, int k, Formulas in, const Formula& out);
};

// The rules of one family, compiled once in the library (or in the user's file, see extend.hpp).
// Nobody writes them but a library for several instruction sets, before main
// (src/engine/rules.hpp).
template <class Family, class T>
struct RuleTable {
  static std::array<Rule<T>, Family::size> rules;  // defined in make_rule.hpp
};

// Stands after each list: names the list an op is in, and that its rules are compiled elsewhere.
// For an op that is in none, rule() does not compile.
#define GLASSGRAD_FAMILY(Family)                              \
  template <class Op>                                         \
  requires Family::contains<Op> Family family_of(Listed<Op>); \
  extern template struct RuleTable<Family, float>;            \
  extern template struct RuleTable<Family, double>;

template <class Op>
struct Listed {};
template <class Op, class T>
const Rule<T>& rule() {
  using Family = decltype(family_of(Listed<Op>{}));
  return RuleTable<Family, T>::rules[Family::template index<Op>];
}

// Node, Array and Formula trace an op's formulas.
template <class T>
struct IsTraced<Node<T>> : std::true_type {};
template <class T>
struct IsTraced<Array<T>> : std::true_type {};
template <>
struct IsTraced<Formula> : std::true_type {};
template <>
inline constexpr bool is_shown<Formula> = true;

}  // namespace glassgrad
