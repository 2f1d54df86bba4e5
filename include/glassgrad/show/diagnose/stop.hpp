// Stopping where a number first goes wrong, with the line of the program that recorded it:
//   Tape tape;
//   stop_at_nonfinite(tape);
//   auto cost = sum(log(x)); // throws NonFiniteError, which names the operands there, and this
// line or afterwards, for a step that can be repeated:
//   auto found = explain_step<double>([&](Tape<>& tape) { return loss(model, tape); });
//   if (found) fmt::print("{}", found->text());
// What is found is described in problems.hpp. Next: health.hpp, gradients that are finite but
// useless.
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

// From now on the tape checks every number, and throws NonFiniteError at the first that is NaN or
// infinite though what it was made from is not: in the op that records it, which then records
// nothing and whose line is known; or in backward, before it is passed on. An infinite constant is
// taken as intended (a mask), a NaN one is not. Whether a later op masks it cannot be known here:
// find_nonfinite() and explain_step() know. Meanwhile the tape keeps every upstream; this replaces
// another watcher. Not for numbers that recompute() or a compiled program (program/program.hpp)
// makes.
template <class T>
void stop_at_nonfinite(Tape<T>& tape, const StopAt& options = {});
// Tape::watch({}) ends it; so does
template <class T>
void go_on_at_nonfinite(Tape<T>& tape) {
  tape.watch(nullptr);
}

// The line that records node number `node` when the step runs on a fresh tape; none if it ends
// before. An exception leaves the step at that node.
template <class T>
std::optional<SourceLine> line_of_node(std::uint32_t node, const Function<void(Tape<T>&)>& step);

// Runs the step, which records a cost on the given tape, and backward, then finds its first number
// that is not finite, and the line that recorded it by running the step again: it must record the
// same each time.
template <class T>
std::optional<NonFinite> explain_step(const Function<Node<T>(Tape<T>&)>& step);

}  // namespace glassgrad
