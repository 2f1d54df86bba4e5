// The memory plan of a program, plain data: its steps, and where each value lies. It owns no memory
// and knows no address but those of leaves: executor.hpp gets the memory and runs it.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "steps.hpp"

namespace glassgrad::program {

// Where the numbers of a root are.
struct Place {
  enum class In : std::uint8_t {
    nowhere,
    leaf,     // where a constant, an input or a parameter has them
    numbers,  // the array of single numbers
    buffer,   // memory that other values take before and after
    apart,    // memory that a parameter may hold
    scratch,  // of one block of a fused run: they never leave it
  };
  In in = In::nowhere;
  std::size_t at = 0;  // which number, buffer or output; or where in the scratch

  bool hidden() const { return in == In::scratch; }
};

template <class T>
struct Plan {
  Graph<T> graph;
  std::vector<Step> steps;
  std::vector<Place> places;          // by value, of roots
  std::vector<std::int64_t> buffers;  // how many numbers each has
  // Likewise, of the outputs that were asked for apart; 1: no memory, single numbers are copied.
  std::vector<std::int64_t> apart;
  // The array of single numbers: copies of these leaves, which calls on numbers read, then results.
  std::vector<Id> copied;
  std::size_t numbers = 0;   // how many
  std::int64_t scratch = 0;  // numbers, of runs of a single block

  std::size_t bytes() const;  // that a run writes, but the scratch
};

// `apart`: outputs with memory of their own, which others may hold (gradients).
template <class T>
Plan<T> plan_of(Graph<T> graph, std::span<const Id> apart);

// "run of 4 blocks, 250 rows each" and the like, a line per step; below it its instructions and
// where their results lie, "  %7 = add(%5, %6)  (1000, 10)  in buffer 0"; then the buffers and
// bytes().
template <class T>
std::string describe(const Plan<T>& plan);

}  // namespace glassgrad::program
