// A replay lists nodes and scopes by their positions; of an edge it has one array, the factors or
// the Jacobian, whichever the snapshot's edge is about.
#include "show/diagnose/identity_states.hpp"

#include <algorithm>

#include "glassgrad/array/text.hpp"

namespace glassgrad::detail {
namespace {

Array pointer(const std::optional<SnapshotArray>& array) { return array ? &*array : nullptr; }

Edge edge_of(const SnapshotInput& input) {
  return {pointer(input.local), pointer(input.jacobian ? input.jacobian : input.matrix),
          pointer(input.contribution)};
}
std::vector<Edge> edges_of(const std::vector<SnapshotInput>& inputs) {
  std::vector<Edge> edges;
  for (const SnapshotInput& input : inputs) edges.push_back(edge_of(input));
  return edges;
}
Edge edge_of(const SnapshotInput& input, Array local, Array contribution) {
  return input.elementwise ? Edge{local, nullptr, contribution}
                           : Edge{nullptr, local, contribution};
}

}  // namespace

State own_state(const Snapshot& shot) {
  State state;
  for (const SnapshotNode& node : shot.nodes) {
    state.value.push_back(&node.value);
    state.upstream.push_back(pointer(node.upstream));
    state.elsewhere.push_back(pointer(node.elsewhere));
    state.inputs.push_back(edges_of(node.inputs));
  }
  for (const SnapshotScope& scope : shot.scopes)
    state.scope_inputs.push_back(edges_of(scope.inputs));
  return state;
}

State state_of(const Snapshot& shot, const Replay& replay) {
  State state;
  state.where = join(shot.training->unit, " ", replay.step, ": ");
  state.own = false;
  state.value.resize(shot.nodes.size());
  state.upstream.resize(shot.nodes.size());
  state.elsewhere.resize(shot.nodes.size());
  state.inputs.resize(shot.nodes.size());
  state.scope_inputs.resize(shot.scopes.size());
  for (std::size_t i = 0; i < shot.nodes.size(); ++i)
    state.inputs[i].resize(shot.nodes[i].inputs.size());
  for (const ReplayedNode& node : replay.nodes) {
    state.value[node.node] = pointer(node.value);
    state.upstream[node.node] = pointer(node.upstream);
    const auto& inputs = shot.nodes[node.node].inputs;
    for (std::size_t k = 0; k < std::min(inputs.size(), node.inputs.size()); ++k)
      state.inputs[node.node][k] =
          edge_of(inputs[k], pointer(node.inputs[k].local), pointer(node.inputs[k].contribution));
  }
  for (const ReplayedScope& scope : replay.scopes) {
    const auto& inputs = shot.scopes[scope.scope].inputs;
    state.scope_inputs[scope.scope].clear();  // a file may list a scope twice
    for (std::size_t k = 0; k < std::min(inputs.size(), scope.locals.size()); ++k)
      state.scope_inputs[scope.scope].push_back(
          edge_of(inputs[k], pointer(scope.locals[k]), nullptr));
  }
  return state;
}

}  // namespace glassgrad::detail
