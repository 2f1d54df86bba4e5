// What a tape keeps of one node. Entry is what is stored: 40 bytes for a number that a plain op
// computed, with More beside it for everything else. Record is what can be read of either. Names,
// scopes, origins and generations are rare or come in runs: names.hpp, scopes.hpp, eras.hpp.
// Plain data, nothing is captured from the host: a recorded tape can be run again.
#pragma once

#include <cstdint>

#include "glassgrad/array/optional_index.hpp"
#include "glassgrad/engine/parameter.hpp"
#include "glassgrad/engine/rule.hpp"

namespace glassgrad {

enum class Leaf : std::uint8_t { none, constant, input, parameter, indices };

inline constexpr Shape single_shape;      // of every single number: shapes compare by address first
inline constexpr char no_attributes = 0;  // ops without data members all read this

// What an entry of an array, an op with attributes or more than two inputs, a parameter or
// positions has beside it, in the tape's arena.
template <class T>
struct More {
  using Home = typename Parameter<T>::Home;
  const Shape* shape;
  union {
    const void* attributes = &no_attributes;  // a copy of the op's struct
    const Home* home;                         // of a parameter's leaf
  };
  T* value = nullptr;         // into an arena, a Parameter, or `number` below; see as_operand
  T* upstream = nullptr;      // into the pool; of a single number: in the entry
  std::uint32_t version = 0;  // of a parameter's leaf: the parameter's when it was read
  OptionalIndex pull;         // not the op's value, but upstream * local to this input of it
  int arity = 0;
  T number;
};

// What a new entry starts from, copied at once.
struct EntryState {
  std::uint32_t sweep = 0;  // the backward that wrote the upstream
  Leaf leaf = Leaf::none;
  bool active = false;       // leads from an input or parameter: it gets an upstream
  bool freed = false;        // its upstream was computed and not kept
  bool hooked : 1 = false;   // its upstream is to be seen before it is passed on
  bool wide : 1 = false;     // `more` is there
  bool array : 1 = false;    // not a single number
  bool guarded : 1 = false;  // a parameter's or positions: looked at closely before an op reads it
};

template <class T>
struct Entry : EntryState {
  std::uint32_t inputs[2];  // with more than two inputs: where they start in many_inputs, 64 bits
  const Rule<T>* rule;      // null for a leaf
  union {
    T number;
    More<T>* more;
  };
  T upstream_number;

  const Shape* shape() const { return wide ? more->shape : &single_shape; }
  const void* attributes() const { return wide ? more->attributes : &no_attributes; }  // an op's
  int arity() const { return wide ? more->arity : rule ? rule->arity : 0; }
  T* value() const { return wide ? more->value : const_cast<T*>(&number); }
  View<const T> view() const {
    return wide ? View<const T>(more->value, more->shape) : View<const T>(&number, &single_shape);
  }
  T* upstream() const { return array ? more->upstream : const_cast<T*>(&upstream_number); }

  std::size_t many_at() const { return std::size_t(inputs[1]) << 32 | inputs[0]; }
  void set_many_at(std::size_t at) {
    inputs[0] = std::uint32_t(at & 0xffffffff);  // fits: the lower half
    inputs[1] = std::uint32_t(at >> 32);         // fits: the upper one
  }
};
static_assert(sizeof(EntryState) == 8);
static_assert(sizeof(Entry<double>) == 40);  // written for every node: a million in scalar code

// A node as the tape has it now; it does not change with the tape.
template <class T>
struct Record {
  explicit Record(const Entry<T>& entry)
      : rule(entry.rule),
        attributes(entry.leaf == Leaf::none ? entry.attributes() : &no_attributes),
        home(entry.leaf == Leaf::parameter ? entry.more->home : nullptr),
        shape(entry.shape()),
        value(entry.value()),
        upstream(entry.upstream()),
        inputs{entry.inputs[0], entry.inputs[1]},
        arity(entry.arity()),
        leaf(entry.leaf),
        active(entry.active),
        hooked(entry.hooked),
        pull(entry.wide ? entry.more->pull : OptionalIndex()) {}

  const Rule<T>* rule;  // null for a leaf
  const void* attributes;
  const typename Parameter<T>::Home* home;  // of a parameter's leaf, else null
  const Shape* shape;
  T* value;  // null: a checkpoint has dropped it, or a program does not know it yet
  T* upstream;
  std::uint32_t inputs[2];
  int arity;
  Leaf leaf;
  bool active, hooked;
  OptionalIndex pull;

  // Of a leaf of them.
  Positions positions() const { return glassgrad::positions(View<const T>(value, shape)); }
  std::size_t many_at() const { return std::size_t(inputs[1]) << 32 | inputs[0]; }
};

// Whose leaf it is, which must be there still.
template <class T>
Parameter<T>& parameter_of(const Record<T>& record) {
  return *record.home->self;
}

}  // namespace glassgrad
