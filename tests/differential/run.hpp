// What is computed of a graph on either side, and whether it agrees. With random numbers u for
// every node that nothing else uses, and v for every input: the cost c = sum of u . y, its gradient
// g to every input, the product s = sum of g . v, and the gradient of s, a second-order product.
#pragma once

#include <set>

#include "differential/graph.hpp"

namespace glassgrad::differential {

struct Result {
  Numbers cost;                    // ours only
  std::vector<Numbers> values;     // of every node
  std::vector<Numbers> gradients;  // to every input, by the backward sweep
  std::vector<Numbers> by_nodes;   // the same as nodes of the tape, by grad()
  std::vector<Numbers> product;    // s, in forward mode (jvp) and as g . v
  std::vector<Numbers> second;     // to every input
  std::string no_second;           // why libtorch has none
  std::set<std::string> ops;       // the structs that were met on the tape, derivatives included
};

// `perturbation`: how far every value of a node is moved, relative to itself; `draw` says by what.
Result run_ours(const Graph& graph, std::uint64_t seed, double perturbation = 0, int draw = 0);
// `mended`: the ops for which libtorch goes another way than its own op.
Result run_theirs(const Graph& graph, std::uint64_t seed, const std::set<std::string>& mended = {});

struct Difference {
  double error = 0;
  std::string where;  // "value of node 5, softmax", "gradient to input 1"
};
// The first array in which any number differs by more than the tolerance, values first; or the
// worst error of all.
Difference compare(const Graph& graph, const Result& ours, const Result& theirs, double tolerance);
// Do rounding errors explain it? Whether each number that differs is moved at least a tenth as far
// when every node's value is moved by about 1e-14 of itself and 1e-15 (what cancelled may be 0).
bool is_rounding(const Graph& graph, std::uint64_t seed, const Result& ours, const Result& theirs,
                 double tolerance);

// The cost and its gradients by a compiled program (run twice), against a tape's: the worst error
// of all numbers. `refused`: what compile said, for a graph that looks at a number.
struct Replayed {
  double error = 0;
  bool same_bits = true;
  std::string refused;
};
Replayed run_replayed(const Graph& graph, std::uint64_t seed, const Result& ours);

std::string description(const Graph& graph, const Result& ours);

}  // namespace glassgrad::differential
