// Stopping where a number first goes wrong, with the line of the program that recorded it:
//   Tape tape;
//   stop_at_nonfinite(tape);
//   auto cost = sum(log(x));   // throws NonFiniteError, which says what met there, and this line
// or afterwards, for a step that can be done once more:
//   auto found = explain_step<double>([&](Tape<>& tape) { return loss(model, tape); });
//   if (found) fmt::print("{}", found->text());
// What is found is described in problems.hpp. Next: health.hpp, gradients that are finite and of no
// use.
#pragma once

#include "glassgrad/array/error.hpp"
#include "glassgrad/array/function.hpp"
#include "glassgrad/engine/tape.hpp"
#include "glassgrad/show/diagnose/problems.hpp"

namespace glassgrad {

// "[log] v1: log(x) is -Infinity at (1): x is 0, recorded at model.cpp:12, in main. Keep x ..."
class NonFiniteError : public Error {
 public:
  explicit NonFiniteError(NonFinite found);
  const NonFinite& found() const { return found_; }

 private:
  NonFinite found_;
};

struct StopAt {
  bool infinity = true;  // else at NaN only
};

// From now on the tape looks at every number as it goes, and throws NonFiniteError at the first
// that is NaN or infinite though what it was made from is not: in the op that records it, which
// then records nothing and whose line is known; or in backward, before it is passed on. An infinite
// constant is taken as meant (a mask), one recorded with NaN is not. What is masked later on cannot
// be told here: find_nonfinite() and explain_step() can. While it looks, the tape keeps every
// upstream; it takes the place of another watcher. Not for numbers that recompute() or a compiled
// program (program/program.hpp) makes.
template <class T>
void stop_at_nonfinite(Tape<T>& tape, const StopAt& options = {});
// Tape::watch({}) ends it; so does
template <class T>
void go_on_at_nonfinite(Tape<T>& tape) {
  tape.watch(nullptr);
}

// The line that records node number `node` when the step is done on a tape of its own, from its
// start; none when it ends before. The step is left at that node by an exception.
template <class T>
std::optional<SourceLine> line_of_node(std::uint32_t node, const Function<void(Tape<T>&)>& step);

// Does the step, which records a cost on the tape it is given, backward included, then finds its
// first number that is not finite, and the line that recorded it by doing the step again: the step
// must record the same each time.
template <class T>
std::optional<NonFinite> explain_step(const Function<Node<T>(Tape<T>&)>& step);

}  // namespace glassgrad
