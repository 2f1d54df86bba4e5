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

namespace glassgrad {

struct Snapshot;
struct SnapshotInput;
struct SnapshotNode;
template <class T>
class Node;

enum class ProblemKind { nan, infinity, vanishing, exploding, dead, check };
enum class Pass { none, forward, backward };

struct Problem {
  ProblemKind kind = ProblemKind::nan;
  bool error = false;  // else a warning
  Pass pass = Pass::none;
  std::uint32_t node = 0;             // position in Snapshot::nodes: where it starts
  std::vector<std::uint32_t> path;    // the nodes it runs through, beginning with `node`
  std::vector<std::int64_t> element;  // position in the node's array
  std::string message, fix;           // sentences without their full stops
};

// When a gradient has vanished or exploded is a matter of taste; these are kept with the findings.
struct Thresholds {
  // A leaf's |upstream| below this share of the largest leaf's (of the cost's, for a single leaf).
  double vanishing = 1e-7;
  double exploding = 1e4;  // a leaf's |upstream| above so many times the cost's
  int examples = 2;        // a unit is dead when its slope is 0 for a batch of at least so many
};

// |contribution| / |upstream|: how much an edge strengthens or weakens what passes back through it.
// None when nothing was sent, or the upstream is 0.
std::optional<double> gain(const SnapshotNode& node, const SnapshotInput& input);

// Errors first, each kind in the order of the nodes. What follows from an earlier problem is no
// problem of its own: after an infinite value forward, backward is not looked at.
std::vector<Problem> find_problems(const Snapshot& snapshot, const Thresholds& thresholds = {});

// The same, kept in the snapshot with the thresholds, for the views to mark.
void add_problems(Snapshot& snapshot, const Thresholds& thresholds = {});

// Of the run that led to the cost: the first node, forward or backward, that is not finite; none
// when all is well. Throws as snapshot() does.
template <class T>
std::optional<Problem> find_nonfinite(const Node<T>& cost);

// The mark and the word that the pictures use: "\u2715 NaN", "\u25bd vanishing".
std::string_view mark_of(ProblemKind kind);
std::string_view word_of(ProblemKind kind);
// "Yhat: 1 / x is Infinity at (2): x is 0 there. Keep x away from 0."
std::string to_text(const Problem& problem, const Snapshot& snapshot);

}  // namespace glassgrad
