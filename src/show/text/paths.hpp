// Paths: every way from one node to the cost through a Graph, counted without being walked, the
// first of them listed, and their products in numbers.
#pragma once

#include <cstdint>
#include <vector>

#include "show/snapshot/graph.hpp"

namespace glassgrad {

// One box on a path, and which of its inputs the path comes from.
template <class T>
struct PathStep {
  const Box<T>* box;
  std::size_t input;
  bool operator==(const PathStep&) const = default;
};
template <class T>
using Path = std::vector<PathStep<T>>;  // from the cost to the node

template <class T>
class Paths {
 public:
  Paths(Tape<T>& tape, const Graph<T>& graph, std::uint32_t cost, std::uint32_t node);

  std::uint64_t count() const { return counts_[cost_]; }  // at most 2^64 - 1
  std::vector<Path<T>> first(std::size_t most) const;
  std::vector<T> product(const Path<T>& path) const;
  std::vector<T> sum() const;  // over all paths
  bool scalar() const;         // is every node on every path a single number?

 private:
  bool leads(std::uint32_t i) const { return counts_[i] != 0; }
  View<const T> view(const std::vector<T>& numbers, const Box<T>& box) const {
    return {numbers.data(), tape_.records()[box.output()].shape};
  }

  Tape<T>& tape_;
  std::uint32_t cost_, node_;
  std::map<std::uint32_t, Box<T>> boxes_;  // of the records between node and cost
  std::vector<std::uint64_t> counts_;      // of the paths from the node to each record
};

}  // namespace glassgrad
