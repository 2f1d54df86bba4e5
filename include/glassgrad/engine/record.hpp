// Record: what the tape keeps of one node. Plain data: rule, attributes, inputs, where its numbers
// are; nothing is captured from the host, so a recorded tape can be run again with other inputs.
#pragma once

#include <cstdint>
#include <utility>

#include "glassgrad/engine/parameter.hpp"
#include "glassgrad/engine/rule.hpp"

namespace glassgrad {

enum class Leaf : std::uint8_t { none, constant, input, parameter, indices };

inline constexpr Shape single_shape;      // of every single number: shapes compare by address first
inline constexpr char no_attributes = 0;  // ops without data members all read this

// What a new record starts from: copied at once from the tape's own, instead of field by field.
struct RecordHead {
  // A Node that names another one is stale. 0: numbers that are looked at closely before an op
  // reads them, a parameter's or positions; their generation is in inputs[1].
  std::uint32_t generation = 1;
  std::uint32_t sweep = 0;  // the backward that wrote `upstream`
  std::uint32_t name = 0, scope = 0;
  std::uint32_t origin = 0;  // index + 1 of the node whose derivative this is, 0 for none
  union {
    std::uint32_t version = 0;  // of a parameter's leaf: the parameter's when it was read
    int origin_input;           // of all others: which input of that node
  };
  int arity = 0;
  Leaf leaf = Leaf::none;
  bool active = false;        // leads from an input or parameter: it gets an upstream
  bool freed = false;         // its upstream was computed and not kept
  bool hooked : 1 = false;    // somebody asked to see its upstream before it is passed on
  std::uint8_t pull : 6 = 0;  // k + 1: not the op's value, but upstream * local to its input k
};
static_assert(sizeof(RecordHead) ==
              32);  // written for every node: a million of them in scalar code

template <class T>
struct Record : RecordHead {
  const Rule<T>* rule;     // null for a leaf
  const void* attributes;  // a copy of the op's struct; a parameter's leaf: its Home
  const Shape* shape;
  T* value;     // into the arena, a Parameter, or `number` below
  T* upstream;  // into the pool, or `upstream_number` below
  T number, upstream_number;
  std::uint32_t inputs[2];  // with more than two inputs: where they start in many_inputs, 64 bits

  std::size_t many_at() const { return std::size_t(inputs[1]) << 32 | inputs[0]; }
  void set_many_at(std::size_t at) {
    inputs[0] = std::uint32_t(at & 0xffffffff);  // fits: the lower half
    inputs[1] = std::uint32_t(at >> 32);         // fits: the upper one
  }

  bool guarded() const { return generation == 0; }
  void set_guarded() { inputs[1] = std::exchange(generation, 0); }
  std::uint32_t its_generation() const { return generation ? generation : inputs[1]; }
};

// Whose leaf it is, which must be there still.
template <class T>
Parameter<T>& parameter_of(const Record<T>& record) {
  return *static_cast<const typename Parameter<T>::Home*>(record.attributes)->self;
}

}  // namespace glassgrad
