// checkpoint: a part of a computation whose values are not kept but computed again when backward
// comes to it. Time for memory: of n steps in sqrt(n) checkpoints each, the values of 2 sqrt(n) are
// held at once, and every step is computed twice (Chen, Xu, Zhang, Guestrin 2016; Griewank and
// Walther 2000). How they come back is in src/engine/checkpoints.cpp.
#pragma once

#include "glassgrad/engine/results.hpp"

namespace glassgrad {

// f(inputs...), a Node or a vector, array, pair or tuple of them; of the arrays that it computes
// only the results are kept. f is called once: its records are run again, by the same kernels in
// the same order, so every bit of every gradient is that of f alone, dropout's masks as well.
// Leaves made inside f stay. One checkpoint may lie in another. Upstreams are kept as the tape's
// Keep says.
//
// A value that is looked at, or that is used outside f, comes back by itself and stays until
// the tape is rewound; so does what grad and jvp need, whose memory is not saved. A View taken
// inside f lasts until f returns. In a program (compile) a checkpoint changes nothing: buffers are
// planned by use there.
//
// Throws TapeError when no input is on a tape; what f throws passes, and its records are undone.
template <class F, class First, class... Rest>
auto checkpoint(const F& f, const First& first, const Rest&... rest) {
  using T = typename detail::FirstNumber<First, Rest...>::type;
  Tape<T>* const tape = detail::tape_among<T>(first, rest...);
  if (!tape)
    throw TapeError("checkpoint", "no input is on a tape",
                    "Make one with tape.input(...) or tape.constant(...)");
  typename Tape<T>::Checkpoint region(*tape);
  auto result = f(first, rest...);
  std::vector<Node<T>> nodes;
  detail::each_node(result, [&](const Node<T>& node) { nodes.push_back(node); });
  region.close(nodes);
  return result;
}

}  // namespace glassgrad
