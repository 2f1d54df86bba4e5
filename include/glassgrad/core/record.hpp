// Record: what the tape keeps of one node. Plain data: rule, attributes, inputs, where its numbers
// are; nothing is captured from the host, so a recorded tape can be run again with other inputs.
#pragma once

#include <cstdint>

#include "glassgrad/core/rule.hpp"

namespace glassgrad {

enum class Leaf : std::uint8_t { none, constant, input, parameter, indices };

template <class T>
struct Record {
  const Rule<T>* rule;     // null for a leaf
  const void* attributes;  // a copy of the op's struct; a parameter's leaf: the Parameter
  const Shape* shape;
  T* value;     // into the arena, a Parameter, or `number` below
  T* upstream;  // into the pool, or `upstream_number` below
  T number, upstream_number;
  std::uint32_t inputs[2];   // with more than two inputs: where they start in many_inputs
  std::uint32_t sweep;       // the backward that wrote `upstream`
  std::uint32_t generation;  // a Node that names another one is stale
  std::uint32_t name, scope;
  std::uint32_t origin;   // index + 1 of the node whose derivative this is, 0 for none
  std::uint32_t version;  // of the parameter when it was read
  std::uint16_t arity;
  std::uint8_t origin_input;
  Leaf leaf;
  bool active;  // leads from an input or parameter: it gets an upstream
  bool freed;   // its upstream was computed and not kept
};

}  // namespace glassgrad
