// What arrives at the nodes of a snapshot from nodes that are not in it: of a run with two losses,
// shown for one of them, or of a part of a run. Without it the contributions would not add up.
#pragma once

#include <algorithm>
#include <cmath>

#include "glassgrad/core/tape.hpp"
#include "glassgrad/show/snapshot.hpp"
#include "show/summary.hpp"

namespace glassgrad::detail {

// Has record i, which the snapshot leaves out, sent something to one that it needs?
template <class T, class Needed>
bool sends_in(Tape<T>& tape, std::uint32_t i, const Needed& needed) {
  const Record<T>& record = tape.record(i);
  if (record.leaf != Leaf::none || tape.upstream_state(i) == Upstream::none) return false;
  for (int k = 0; k < record.arity; ++k)
    if (needed(tape.input_of(record, k))) return true;
  return false;
}

// Of every node but the cost, and of it too when something arrives there: its upstream without what
// the snapshot's own nodes sent. Only where all the numbers are there, and beyond rounding.
inline void add_elsewhere(Snapshot& shot) {
  const double rounding = shot.number_type == "float32" ? 1e-4 : 1e-9;
  std::vector<std::vector<double>> rest(shot.nodes.size());
  std::vector<char> known(shot.nodes.size(), 1);
  for (std::size_t i = 0; i < shot.nodes.size(); ++i) {
    const auto& upstream = shot.nodes[i].upstream;
    known[i] = i != shot.cost && upstream && upstream->whole;
    if (known[i]) rest[i] = upstream->numbers;
  }
  for (const SnapshotNode& node : shot.nodes)
    for (const SnapshotInput& input : node.inputs) {
      const bool kept = node.state != Upstream::not_kept && node.state != Upstream::pending;
      if (!kept || (input.contribution && !input.contribution->whole)) known[input.node] = 0;
      if (!known[input.node] || !input.contribution) continue;
      for (std::size_t j = 0; j < rest[input.node].size(); ++j)
        rest[input.node][j] -= input.contribution->numbers[j];
    }
  for (std::size_t i = 0; i < shot.nodes.size(); ++i) {
    if (!known[i]) continue;
    SnapshotNode& node = shot.nodes[i];
    bool more = false;
    for (std::size_t j = 0; j < rest[i].size(); ++j)
      more = more || !(std::abs(rest[i][j]) <= rounding * std::abs(node.upstream->numbers[j]));
    if (more) node.elsewhere = summary(rest[i].data(), node.upstream->shape, shot.limit);
  }
}

}  // namespace glassgrad::detail
