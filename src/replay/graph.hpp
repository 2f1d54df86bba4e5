// A program before it is laid out: what is computed from what. Built from a tape's records, changed
// by the passes (passes.hpp), read by layout.hpp.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "glassgrad/core/tape.hpp"

namespace glassgrad::replay {

using Id = std::uint32_t;

enum class Origin : std::uint8_t { constant, fed, parameter, computed };

template <class T>
struct Value {
  Shape shape;
  Origin origin = Origin::computed;
  T* data = nullptr;  // of what is not computed by the program
  Id root = 0;        // whose numbers these are: itself, or what it is another shape of
};

template <class T>
struct Instruction {
  const Rule<T>* rule;
  const void* attributes;  // on the tape
  std::vector<Id> in;
  Id out;
};

// Instructions that run together, block by block; most blocks hold a single one.
template <class T>
struct Graph {
  std::vector<Value<T>> values;  // by the tape's index
  std::vector<Instruction<T>> code;
  std::vector<Id> outputs;
  // run[i]: the fused run that instruction i is part of; consecutive, 0 for none
  std::vector<std::uint32_t> run;

  Id root(Id value) const { return values[value].root; }
};

// Everything on the tape, `outputs` being what is wanted of it. The tape must outlive the graph.
template <class T>
Graph<T> graph_of(Tape<T>& tape, std::vector<Id> outputs);

// "%7 = add(%5, %6)  (32, 10)", a line per instruction, fused runs indented.
template <class T>
std::string describe(const Graph<T>& graph);

}  // namespace glassgrad::replay
