// What is said of an op that gives less than everything, and forward mode from its adjoint.
#include "glassgrad/engine/pull_only.hpp"

#include "engine/honest.hpp"
#include "glassgrad/engine/calculus.hpp"

namespace glassgrad::detail {

void refuse_second_order(std::string_view op) {
  throw TapeError(op, "its adjoint reads numbers only, so it has no second derivative",
                  "Write the adjoint with ops, for const auto& arguments");
}

void refuse_forward_mode(std::string_view op) {
  throw TapeError(op,
                  "it has no push and its adjoint reads numbers only, so it has no forward mode",
                  "Write push, or write the adjoint with ops for const auto& arguments");
}

void check_push_shape(std::string_view op, const Shape& pushed, const Shape& output) {
  if (pushed != output)
    throw ShapeError(op, join("its push gives ", pushed, ", its output is ", output),
                     "Give push the output's shape");
}

void check_adjoint_shape(std::string_view op, int k, const Shape& given, const Shape& input) {
  if (!input.stretches_to(given))
    throw ShapeError(op, join("its adjoint gives ", given, " for input ", k, ", which is ", input),
                     "Give it the input's shape: BroadcastTo, Reshape and SumTo change shapes");
}

template <class T>
Node<T> push_by_adjoint(std::string_view op, AdjointAsNodes<T> adjoint, unsigned gradients,
                        const void* attributes, std::span<const Node<T>> in, const Node<T>& y,
                        std::span<const Node<T>> tangents) {
  Tape<T>& tape = y.its_tape();
  Node<T> total;
  for (std::size_t k = 0; k < in.size(); ++k) {
    if (!tangents[k].tape() || !among(gradients, k)) continue;
    const Node<T> u = tape.zeros(y.shape());
    const Honest honest(tape, op, false, "adjoint");
    Node<T> pulled = adjoint(attributes, int(k), in, y, u);
    honest.check(pulled, {&u, 1}, "upstream");
    if (!pulled.tape()) continue;  // a plain 0
    check_adjoint_shape(op, int(k), pulled.shape(), in[k].shape());
    if (pulled.shape() != in[k].shape()) pulled = apply(SumTo{in[k].shape()}, pulled);
    const Node<T> term = grad(pulled, {u}, tangents[k])[0];
    total = total.tape() ? apply(Add{}, total, term) : term;
  }
  return total;
}

#define GLASSGRAD_PUSH_BY_ADJOINT(T)                                                           \
  template Node<T> push_by_adjoint(std::string_view, AdjointAsNodes<T>, unsigned, const void*, \
                                   std::span<const Node<T>>, const Node<T>&,                   \
                                   std::span<const Node<T>>);
GLASSGRAD_PUSH_BY_ADJOINT(float)
GLASSGRAD_PUSH_BY_ADJOINT(double)
#undef GLASSGRAD_PUSH_BY_ADJOINT

}  // namespace glassgrad::detail
