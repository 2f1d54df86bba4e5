// A tape with an input and a parameter, and graphs of what was recorded there.
#pragma once

#include <initializer_list>
#include <vector>

#include "../../src/program/passes/passes.hpp"
#include "glassgrad/glassgrad.hpp"

namespace glassgrad {

struct Recorded {
  Tape<double> tape;
  Parameter<double> w{"w", {1.0, 2.0, 3.0}};
  Node<double> x = tape.input({4.0, 5.0, 6.0});
  program::Graph<double> graph(std::initializer_list<Node<double>> outputs) {
    std::vector<program::Id> ids;
    for (const Node<double>& node : outputs) ids.push_back(node.index());
    return program::graph_of(tape, ids);
  }
};

}  // namespace glassgrad
