// A recorded function of a fed input, planned after the passes that put instructions into runs.
#pragma once

#include <vector>

#include "../../src/program/passes/passes.hpp"
#include "../../src/program/plan.hpp"
#include "glassgrad/engine/fed.hpp"
#include "glassgrad/glassgrad.hpp"

namespace glassgrad {

struct ToBePlanned {
  explicit ToBePlanned(const Shape& shape) : x(fed(tape, shape)) {}

  program::Graph<double> graph(const std::vector<Node<double>>& outputs) {
    std::vector<program::Id> ids;
    for (const Node<double>& node : outputs) ids.push_back(node.index());
    auto graph = program::graph_of(tape, ids, x.index() + 1);
    program::keep_what_is_used(graph, arena);
    return graph;
  }
  program::Plan<double> plan(const std::vector<Node<double>>& outputs,
                             const std::vector<program::Id>& apart = {}) {
    return program::plan_of(graph(outputs), apart);
  }
  program::Plan<double> fused(const std::vector<Node<double>>& outputs) {
    auto graph = this->graph(outputs);
    program::fuse(graph);
    program::join_rows(graph);
    program::schedule(graph);
    return program::plan_of(std::move(graph), {});
  }

  Tape<double> tape{Keep::program};
  Arena arena;
  Node<double> x;
};

}  // namespace glassgrad
