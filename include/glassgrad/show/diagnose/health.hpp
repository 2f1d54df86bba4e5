// Gradient health: how much of the gradient is left at every node and in every layer, and how many
// units are dead, as data. What exceeds the Thresholds is also a Problem (problems.hpp), by the
// same tests.
//   const GradientHealth health = gradient_health(snapshot(cost), {.vanishing = 1e-5});
//   for (const LayerHealth& layer : health.layers) if (layer.vanishing) ...
#pragma once

#include <string>
#include <vector>

#include "glassgrad/show/snapshot/snapshot.hpp"

namespace glassgrad {

struct NodeHealth {
  std::uint32_t node = 0;  // position in Snapshot::nodes
  std::string label, layer;
  double upstream = 0;  // its norm, over the finite numbers
  double of_cost = 0;   // upstream / the cost's: by how much it shrank or grew
  double weakest_gain = 0, strongest_gain = 0;  // of its own edges (gain()); 0: it sends nothing
  // A leaf's upstream against the largest leaf's and the cost's; another node's are not judged.
  bool vanishing = false, exploding = false;
  // Of an elementwise op of one matrix: its units, and for how many the slope is 0 for every
  // example. Not counted for fewer examples than Thresholds::examples.
  std::int64_t units = 0, dead = 0;
};

struct LayerHealth {
  std::string layer;      // the path of its scope, or a name up to its last dot: "layer1" of
                          // "layer1.W"; "" for what is in no layer
  std::size_t nodes = 0;  // with an upstream
  double gradient = 0;    // norm of all its parameters' and inputs' upstreams together
  double of_largest = 0;  // gradient / the largest layer's
  double of_cost = 0;     // gradient / the cost's upstream
  bool vanishing = false, exploding = false;  // by these two, a single
                                              // layer's by the cost's alone
  std::int64_t units = 0, dead = 0;           // summed over its nodes
};

struct GradientHealth {
  Thresholds thresholds;
  std::vector<NodeHealth> nodes;    // those with an upstream, in the order of the snapshot
  std::vector<LayerHealth> layers;  // in the order in which their first node was recorded
  // A line a layer, as a table.
  std::string text() const;
};

// After a backward; empty before one. Uses what the Snapshot keeps of every array, whole or not.
GradientHealth gradient_health(const Snapshot& snapshot, const Thresholds& thresholds = {});

}  // namespace glassgrad
