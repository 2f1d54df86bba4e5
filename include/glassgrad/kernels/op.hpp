// An op is one struct: its name, attributes (its data members), value and local gradient. This file
// says what such a struct consists of, and what its kernels are: all that kernels know of an op.
// Next: engine/rule.hpp, what the engine knows of it.
#pragma once

#include <cstdint>
#include <span>
#include <type_traits>

#include "glassgrad/array/array.hpp"
#include "glassgrad/array/memory.hpp"

namespace glassgrad {

// "The local gradient to input k": the first argument of local, pull and adjoint.
template <int k>
struct To {};

// A local gradient that is always 1: the upstream passes unchanged.
struct Unit {};
// No local gradient at all: a mask, an index.
struct None {};

// Where an argument may be sampled, clear of poles.
struct Interval {
  double low, high;
};

// The allowed error of an elementwise op in ulp, wherever its value, local gradient or second
// derivative is finite: over the whole range of float and double (tests/range). An op that needs
// more says so in a member `static constexpr Ulp ulp`, with the reason.
struct Ulp {
  double value = 4, local = 8, second = 256;
  double denormals = 4;  // the same in smallest numbers, where the result is denormal
  // Roots that are not floating-point numbers: there f counts as no smaller than f'.
  bool near_roots = false;
  bool second_overflows = false;  // infinite on the way, though the second derivative is a number
};

// The kinds of op; a struct names its own with `using Kind = ...`.
//   Elementwise: value(x...) and local(To<k>, x..., y), one factor per entry (unary: local(x, y)).
//   Where the usual formula loses digits, slope with the same arguments gives the number: kernels
// and nodes read slope, texts read local.
//   Linear:      the op on all tangents pushes forward; adjoint(To<k>, x..., y, upstream) pulls
//   back. Multilinear: push is the sum over k of the op with argument k replaced by its tangent.
//   Custom: adjoint, and push(x..., y, tangents) or none: then forward mode comes from the adjoint.
// The last three give shape(shapes...) and a kernel value(views..., out, pool). Their last
// `index_inputs` inputs, if the struct names such a number, are positions, which the kernel takes
// as Positions, and carry no gradient. An op of the last three kinds says how it reads inputs that
// have one more axis, of size n, in front (map_batch) with batched(n, shapes...), which gives the
// op to use then; `broadcasts` says that leading axes of its inputs broadcast; by_rows(shapes...)
// says that along the first (batch) axis an entry of the result, and of an adjoint, needs that
// entry of the inputs alone (all of an input that broadcasts along it). Elementwise ops need none
// of them.
enum class OpKind { elementwise, linear, multilinear, custom };

inline constexpr int any_arity = -1;
// The most inputs of an elementwise op, whose numbers kernels keep on the stack, and of other ops
// of fixed arity: one bit each. Ops of any_arity take as many as an int counts, and all or none of
// them have a gradient.
inline constexpr int most_elementwise_inputs = 8, most_named_inputs = 31;

template <OpKind k, int n>
struct KindOf {
  static constexpr OpKind kind = k;
  static constexpr int arity = n;
};
template <int n>
using Elementwise = KindOf<OpKind::elementwise, n>;
template <int n = 1>
using Linear = KindOf<OpKind::linear, n>;
template <int n>
using Multilinear = KindOf<OpKind::multilinear, n>;
template <int n = 1>
using Custom = KindOf<OpKind::custom, n>;

template <class Op>
inline constexpr int arity = Op::Kind::arity;
template <class Op>
inline constexpr bool is_elementwise = Op::Kind::kind == OpKind::elementwise;
template <class Op>  // what scalar code records
inline constexpr bool is_plain = std::is_empty_v<Op> && (arity<Op> < 3) && is_elementwise<Op>;

// An elementwise op of two inputs that leaves one as it is, to the bit, when the other is `number`,
// with its sign: x * 1, x - 0, x + -0 (-0 + 0 is 0).
enum class Stays { first, second, either };
struct Neutral {
  double number;
  Stays stays;
};

// What passes over programs (src/program/passes) ask of an op: they never ask which op it is. An op
// names what holds of it: static constexpr Traits traits{.cheap = true, .linear = 0b11};
struct Traits {
  bool adds = false;       // y = a + b
  bool divides = false;    // y = a / b
  bool stretches = false;  // y is x, repeated as broadcasting does
  bool cheap = false;      // computing it once more costs less than reading it from memory
  unsigned linear = 0;     // elementwise, bit k: linear in input k, the other inputs given
};
// What the contributions to a broadcast input are read from when they are summed: from what the op
// writes, or, where it is that simple, from the upstream where it lies. An op of two inputs may
// name it for both: static constexpr SummedFrom summed_from[] = {SummedFrom::upstream, ...};
enum class SummedFrom {
  written,
  upstream,  // the upstream
  negative,  // times -1
  product,   // times the other input
};
// A sum over axes also has sums_to(shape of x), the shape of its result with those axes kept; an op
// that moves axes has swaps_last_two(rank), whether it does that and no more. A product of
// matrices, the last two axes, that reads operands transposed in place has transposed(), bit k for
// operand k, and a static with_transposed(bits) that gives such a product: the bits are all its
// attributes.
struct Product {
  unsigned (*transposed)(const void* op);
  const void* (*with_transposed)(unsigned bits);  // stays for ever
};

// An attribute found when the op is recorded, only to save work or to say in an error what was
// called: not shown, not asked for.
struct Hint {
  int value = 0;
};

// A family of ops; its position in the list is an op's address.
template <class... Ops>
struct List {
  static constexpr std::size_t size = sizeof...(Ops);
  template <class Op>
  static constexpr bool contains = (std::is_same_v<Op, Ops> || ...);
  template <class Op>
  static constexpr std::size_t index = [] {
    std::size_t i = 0;
    (void)((std::is_same_v<Op, Ops> || (++i, false)) || ...);
    return i;
  }();
};
template <class... Lists>
struct Join;
template <class... A>
struct Join<List<A...>> {
  using type = List<A...>;
};
template <class... A, class... B, class... Rest>
struct Join<List<A...>, List<B...>, Rest...> : Join<List<A..., B...>, Rest...> {};

// Where an op puts its contribution to one input.
template <class T>
struct Sink {
  T* data = nullptr;    // null, with no block: not wanted
  bool add = false;     // the first contribution is written, later ones are added
  T** block = nullptr;  // for ops read with Arrays, in place of data: a buffer of the pool's, which
                        // they may leave as it is; null there: the first. An upstream of several
                        // numbers is then in such a buffer too
  bool wanted() const { return data || block; }
};

// Uses of one elementwise op on single numbers that all lie in one array, as a program keeps a
// million of them: four bytes for an input, the results contiguous.
template <class T>
struct NumberCalls {
  T* numbers;
  std::uint32_t out;  // the place of the first result
  std::uint32_t count;
  const std::uint32_t* in;  // the places of every use's inputs, use after use
  const void* attributes;   // the same for all of them
};

// The numeric part of a rule: pure functions of attributes, shapes and pointers. The library may
// hold them for several instruction sets (isa.hpp).
template <class T>
struct Kernels {
  using Views = std::span<const View<const T>>;

  void (*forward)(const void* op, Views in, View<T> out, Pool& pool);
  // upstream * local into every sink that is wanted, broadcasting undone: by the kernel of an
  // elementwise op, to which an upstream of another shape than the result's is stretched, by one
  // that another op has of its own (adjoint_into), or by its adjoint read with Arrays.
  void (*pull)(const void* op, Views in, View<const T> out, View<const T> upstream,
               std::span<const Sink<T>> sinks, Pool& pool);
  // The same for single numbers of elementwise ops: the value, and upstream * local to every input.
  T (*number)(const void* op, const T* const* in);
  void (*numbers)(const NumberCalls<T>& calls);  // the value, one call after the other
  void (*number_pull)(const void* op, const T* const* in, T out, T upstream, T* contributions);
};

// An op's formulas read with Node, Array and Formula are traced, with plain numbers computed.
template <class X>
struct IsTraced : std::false_type {};
template <class X>
concept Traced = IsTraced<X>::value;
// Formula: what people read, not what is computed.
template <class X>
inline constexpr bool is_shown = false;

}  // namespace glassgrad
