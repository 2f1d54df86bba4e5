// The states of a run that identities.cpp checks, each as pointers into the snapshot: its own
// numbers, and those of a replay. Numbers that a replay lacks are null, never another step's.
#pragma once

#include <string>
#include <vector>

#include "glassgrad/show/snapshot/snapshot.hpp"

namespace glassgrad::detail {

using Array = const SnapshotArray*;

// An edge's numbers in one state; null: not kept.
struct Edge {
  Array local = nullptr;     // factors
  Array jacobian = nullptr;  // or a matrix
  Array contribution = nullptr;
};
// A run at one step: pointers into the snapshot.
struct State {
  std::string where;  // "epoch 20: ", "" for the snapshot's own
  bool own = true;
  std::vector<Array> value, upstream, elsewhere;
  std::vector<std::vector<Edge>> inputs;        // of every node
  std::vector<std::vector<Edge>> scope_inputs;  // of every scope; no contributions in a replay
};

State own_state(const Snapshot& shot);
State state_of(const Snapshot& shot, const Replay& replay);

}  // namespace glassgrad::detail
