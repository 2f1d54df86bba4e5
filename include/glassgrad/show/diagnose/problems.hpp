// Problems: what is wrong with a recorded run, found from its Snapshot and kept as plain data: the
// first number that is not finite, forward and backward, gradients that vanish or explode on their
// way, units that are dead for the whole batch, local gradients that failed their check. Trace,
// DOT, SVG and the page mark them in words and shapes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "glassgrad/array/shape.hpp"
#include "glassgrad/show/diagnose/source_line.hpp"
#include "glassgrad/show/snapshot/problem.hpp"

namespace glassgrad {

struct Snapshot;
struct SnapshotInput;
struct SnapshotNode;
template <class T>
class Node;
template <class T>
class Tape;

// |contribution| / |upstream|: how much an edge amplifies or damps what passes back through it.
// None without a contribution, or when the upstream is 0.
std::optional<double> gain(const SnapshotNode& node, const SnapshotInput& input);

// Errors first, each kind in the order of the nodes. Consequences of an earlier problem are not
// listed: after an infinite value forward, backward is not examined.
std::vector<Problem> find_problems(const Snapshot& snapshot, const Thresholds& thresholds = {});

// The same, kept in the snapshot with the thresholds, for the views to mark.
void add_problems(Snapshot& snapshot, const Thresholds& thresholds = {});

// One argument of the node that went wrong.
struct NonFiniteOperand {
  std::uint32_t node = 0;  // on the tape
  std::string label;
  Shape shape;
  std::optional<double> number;  // that met there, where the op is elementwise
  double low = 0, high = 0;      // of its finite numbers
};

// The first number of a run that is not finite, and the operands there. Unlike in a Snapshot's
// problem `node` and `path` are positions on the tape.
struct NonFinite : Problem {
  std::string label, op, formula;
  double number = 0;  // itself
  std::vector<NonFiniteOperand> operands;
  // Backward: the factors, of an elementwise op or a small one; and the operand the contribution
  // goes to.
  std::optional<double> upstream, local;
  std::optional<std::size_t> receiver;
  // From the nearest parameter (input, constant where there is none) to `node`, and the nodes'
  // names; and those of `path`.
  std::vector<std::uint32_t> from;
  std::vector<std::string> from_labels, path_labels;
  std::optional<SourceLine>
      line;  // that recorded the node, where it is known (show/diagnose/stop.hpp)

  bool harmless() const { return !error; }  // a later op masks it
  // Several lines: what it is, operands, paths, the line, the remedy.
  std::string text() const;
};

// On the whole tape, or in the run that led to the cost: the first node, forward (in the order of
// recording) or else backward (in the order of the sweep), whose number is NaN or infinite though
// what it was made from is not. One that reaches no output is reported, as harmless, if there is no
// other. None when all is well. Upstreams that the tape did not keep are recomputed, as
// backward(cost) does; before any backward only forward is examined. Throws as snapshot() does.
template <class T>
std::optional<NonFinite> find_nonfinite(Tape<T>& tape);
template <class T>
std::optional<NonFinite> find_nonfinite(const Node<T>& cost);

// The mark and the word that the pictures use: "\u2715 NaN", "\u25bd vanishing".
std::string_view mark_of(ProblemKind kind);
std::string_view word_of(ProblemKind kind);
// "Yhat: 1 / x is Infinity at (2): x is 0 there. Keep x away from 0."
std::string to_text(const Problem& problem, const Snapshot& snapshot);

}  // namespace glassgrad
