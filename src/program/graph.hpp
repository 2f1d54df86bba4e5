// A program before it has a plan: what is computed from what. Built from a tape's records, changed
// by the passes (program/passes/passes.hpp), read by plan.hpp.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "glassgrad/array/optional_index.hpp"
#include "glassgrad/engine/tape.hpp"

namespace glassgrad::program {

using Id = std::uint32_t;

enum class Origin : std::uint8_t { constant, fed, parameter, computed };

template <class T>
struct Value {
  Shape shape;
  Origin origin = Origin::computed;
  T* data = nullptr;       // of values the program does not compute; null for a constant: unread
  Id root = 0;             // whose numbers these are: its own, or those it reshapes
  bool positions = false;  // integers, not numbers

  bool is_constant_number() const {
    return origin == Origin::constant && data && !positions && shape.count() == 1;
  }
};

// The few values that an instruction reads: inline unless many, since every pass copies graphs.
class Ids {
 public:
  std::size_t size() const { return size_; }
  const Id* begin() const { return many_.empty() ? few_ : many_.data(); }
  const Id* end() const { return begin() + size_; }
  Id* begin() { return many_.empty() ? few_ : many_.data(); }
  Id* end() { return begin() + size_; }
  Id& operator[](std::size_t i) { return begin()[i]; }
  const Id& operator[](std::size_t i) const { return begin()[i]; }
  Id back() const { return end()[-1]; }
  void push_back(Id id) {
    if (size_ == most && many_.empty()) many_.assign(few_, few_ + most);
    if (size_ < most)
      few_[size_] = id;
    else
      many_.push_back(id);
    ++size_;
  }

 private:
  static constexpr std::size_t most = 5;
  std::size_t size_ = 0;
  Id few_[most] = {};
  std::vector<Id> many_;  // all of them, when they are more
};

// The most operands of an instruction in a run: an elementwise op's inputs, its result, the
// upstream.
inline constexpr std::size_t max_run_inputs = 10;

template <class T>
struct Instruction {
  const Rule<T>* rule;
  const void* attributes;
  Ids in;  // of a pull: the op's inputs, its result, the upstream
  Id out;
  // Not its value but its contribution to this input, by its backward kernel.
  OptionalIndex pull = {};
  bool onto = false;  // of a pull: accumulated into its last input, in place
};

// Instructions that run together, block by block; most blocks hold a single one.
template <class T>
struct Graph {
  std::vector<Value<T>> values;  // by the tape's index
  std::vector<Instruction<T>> code;
  std::vector<Id> outputs;
  // Outputs that the caller did not ask for: where one is not finite the program is run as it was
  // recorded (sums_first).
  std::vector<Id> watched;
  // run[i]: the fused run that instruction i is part of; consecutive, 0 for none
  std::vector<std::uint32_t> run;
  // side[i]: the group of neighbours, independent of one another, that may run at the same time
  std::vector<std::uint32_t> side;

  Id root(Id value) const { return values[value].root; }
  Id next_id() const { return narrow<Id>("program", "the number of its values", values.size()); }
  // How many operands read each root; being an output counts as one.
  std::vector<std::uint32_t> uses() const;
  // Drops the instructions not in `keep`.
  void keep_only(const std::vector<char>& keep);
  // Is this operand tiled with the result along its batch axis of n entries? Else every tile reads
  // all of it.
  bool is_cut(const Instruction<T>& instruction, Id operand, std::int64_t n) const;
  // An elementwise op on single numbers?
  bool is_on_numbers(const Instruction<T>& instruction) const;
  // Does each of the n entries of the result's batch axis need only the operands' same entries?
  bool is_by_rows(const Instruction<T>& instruction, std::int64_t n) const;
};

// The whole tape, with these outputs. Its inputs and positions are fed, or only those among the
// first `fed` records, and the others constant. The tape must outlive the graph.
template <class T>
Graph<T> graph_of(Tape<T>& tape, std::vector<Id> outputs, OptionalIndex fed = {});

// Copies attributes and constants that instructions read or outputs are, so that the tape may go.
template <class T>
void keep_what_is_used(Graph<T>& graph, Arena& arena);

// "%7 = add(%5, %6)  (32, 10)", a line per instruction, fused runs and groups indented.
template <class T>
std::string describe(const Graph<T>& graph);
// "parameter7", "%12", or the number itself of a constant that is one.
template <class T>
std::string name_of(const Graph<T>& graph, Id id);

}  // namespace glassgrad::program
