// Snapshot: all that views show of one recorded run, as plain data independent of the engine.
// Trace, DOT and every other view are functions of a Snapshot.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "glassgrad/engine/tape.hpp"
#include "glassgrad/show/snapshot/fold.hpp"
#include "glassgrad/show/snapshot/problem.hpp"
#include "glassgrad/show/snapshot/training.hpp"

#include "glassgrad/array/setting.hpp"

namespace glassgrad {

// One argument of a node: where it comes from, its local gradient, its contribution.
struct SnapshotInput {
  std::uint32_t node = 0;     // position in Snapshot::nodes
  std::string symbol;         // the argument's name in the node's formulas
  std::string local_formula;  // "y * (1 - y)", or an adjoint: "upstream . b^T"; "" for none, and
                              // for a box's that is too long to be read: then there are numbers
  std::string slot_formula;   // the same in slot names: "y * (1 - y)", "upstream . b^T"
  bool elementwise = true;    // the local gradient is one factor per entry; of a box with a
                              // single output one per entry of the argument
  std::optional<SnapshotArray> local;     // the factors; absent for adjoints and big arrays
  std::optional<SnapshotArray> jacobian;  // of a small box that is not elementwise: one row per
                                          // entry of the node, one column per entry of the argument
  std::optional<SnapshotArray> matrix;    // the same of a small op whose adjoint depends on its own
                                          // argument or value (softmax), when boxes are asked for
  std::optional<SnapshotArray> contribution;  // upstream * local in the argument's shape
  std::optional<double> gain;  // as a file says it, |contribution| / |upstream|; written anew
  // Of a unary elementwise op on a matrix: for how many columns (rows) the slope is 0 throughout.
  std::int64_t dead_columns = 0, dead_rows = 0;
  bool has_local() const { return local || jacobian || !local_formula.empty(); }
};

// The local gradients of a node against finite differences.
struct SnapshotCheck {
  bool ok = true;
  std::optional<double> error, tolerance;
};

// A remedy that was tried and made a node's numbers finite: an argument, and its replacement, where
// @ is the argument: "@ + 1e-12".
struct SnapshotRemedy {
  int slot = 0;
  std::string with;
};

enum class SnapshotKind { op, input, parameter, constant };

struct SnapshotNode {
  std::string op;  // for leaves "input", "parameter", "constant", "indices"; for a box its scope's
                   // name
  SnapshotKind kind = SnapshotKind::op;
  std::string name;   // given by the user, or ""
  std::string label;  // name, or a number, or v1, v2, ...: unique
  std::uint32_t scope = 0;
  std::string formula;   // the value, in the arguments' labels
  std::string symbolic;  // the same in slot names x or a, b
  std::vector<SnapshotInput> inputs;
  SnapshotArray value;
  Upstream state = Upstream::none;
  std::string why;  // why there is no upstream
  std::optional<SnapshotArray> upstream;
  // The part of it that no node of the snapshot contributed: from other nodes, a seed, or a hook.
  std::optional<SnapshotArray> elsewhere;
  bool derivative = false;  // recorded by grad or jvp
  std::uint32_t index = 0;  // on the tape
  int folded = 0;           // a box: how many ops it stands for; 0 for an op or a leaf
  std::optional<SnapshotCheck> check;
  // Of a node that is not finite though its inputs are, forward or backward: for all of an
  // argument, and for the entries that a where leaves out. Not in files: their problems hold the
  // advice.
  std::optional<SnapshotRemedy> remedy, chosen;
  std::string more;  // unknown keys of a file (source, ...), as a JSON object
};

struct SnapshotScope {
  std::string name;
  std::uint32_t parent = 0;  // position in Snapshot::scopes; scope 0 stands outside all
  // The scope read as one box, if it has a single output and SnapshotOptions::boxes is set.
  std::string formula;
  std::vector<SnapshotInput> inputs;
  std::string more;  // as SnapshotNode::more
};

// A fact about the run, such as its seed; a plain one is a number, true or false.
struct SnapshotFact {
  std::string name, value;
  bool plain = false;
};

struct Snapshot {
  std::vector<SnapshotNode> nodes;  // in the order they were recorded; arguments come first
  std::vector<SnapshotScope> scopes;
  std::uint32_t cost = 0;
  std::int64_t limit = 0;   // arrays up to this many numbers are whole
  std::string number_type;  // "float64" or "float32"

  // What does not come from a tape; all of it may be empty.
  std::string title;
  std::vector<SnapshotFact> run;
  std::size_t nodes_total = 0;       // before some were left out; 0: none were
  std::vector<std::string> dropped;  // what was left out, a sentence each
  std::vector<Problem> problems;
  std::optional<Thresholds> thresholds;  // by which the problems were found
  std::optional<Stack> stack;
  std::optional<AppliedUpdate> update;
  std::optional<TrainingRecord> training;
  std::string more;  // as SnapshotNode::more

  std::string scope_path(std::uint32_t scope) const;  // "net/layer1", "" outside
  std::string path_of(std::uint32_t node) const;      // "net/layer1/z"
};

struct SnapshotOptions {
  Setting<"snapshot", "limit", std::int64_t, 0> limit =
      256;             // arrays up to this many numbers are whole
  Fold fold = {};      // the scopes that are to be one node each
  bool boxes = false;  // fill SnapshotScope::formula and inputs of scopes not folded
  // Whose arrays are kept: "net/layer1/*", "**.W" (show/snapshot/pattern.hpp); of the others there
  // are statistics. Single numbers are always kept.
  std::vector<std::string> keep = {};
  bool recompute = false;  // upstreams that the tape did not keep, as backward(cost) makes them
};

// All nodes that the cost depends on, with values, local gradients, upstreams and contributions as
// they are now. Throws TapeError for a forgotten node or a parameter changed since it was recorded,
// Error for a scope to fold that does not exist.
//
// A folded scope becomes one node for each of its outputs: the nodes inside that something outside
// reads, and the cost. Its inputs are what is read from outside, leaves recorded inside among them;
// an output that leads to another output of the same scope is that one's input.
template <class T>
Snapshot snapshot(const Node<T>& cost, const SnapshotOptions& options);
template <class T>
Snapshot snapshot(const Node<T>& cost, Setting<"snapshot", "limit", std::int64_t, 0> limit = 256) {
  return snapshot(cost, SnapshotOptions{.limit = limit});
}

}  // namespace glassgrad
