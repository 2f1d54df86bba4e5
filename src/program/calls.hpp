// A plan's instructions bound to memory: every call with the views that its kernel gets, ready to
// be repeated. How fused runs go through them: blocks.hpp.
#pragma once

#include <span>
#include <vector>

#include "memory.hpp"

namespace glassgrad::program {

// An operand of an instruction inside a fused run, advanced from block to block.
template <class T>
struct Operand {
  bool hidden = false;      // in the scratch of what runs the block
  T* base = nullptr;        // else: where it starts
  std::int64_t offset = 0;  // in the scratch
  std::int64_t step = 0;    // numbers from one block to the next
  Shape block, tail;        // of a whole block, and of the last one
};

template <class T>
struct Call {
  const Rule<T>* rule;
  const void* attributes;
  std::span<View<const T>> in;  // these two in an arena of Calls
  View<T> out;
  std::span<Operand<T>> operands;  // in a fused run: of the inputs, then of the output
  OptionalIndex pull = {};         // not the op's value but its contribution to this input
  bool onto = false;               // accumulated
  T* partials = nullptr;           // of a sum at a run's end: see partial_of
  T* whole = nullptr;              // where its summands are kept: see Blocks::sum_again

  void run(std::span<const View<const T>> from, View<T> to, Pool& pool) const {
    if (pull)
      pull_back(from, to, pool);
    else
      rule->forward(attributes, from, to, pool);
  }
  void run(Pool& pool) const { run(in, out, pool); }

  // Of a sum at a run's end: a task's partial sum, its rounding error, and a block's sum.
  T* partial_of(std::int64_t task) const { return partials + partial_numbers(task); }
  std::int64_t partial_numbers(std::int64_t tasks) const { return 3 * tasks * out.count(); }

 private:
  void pull_back(std::span<const View<const T>> from, View<T> to, Pool& pool) const;
};

// Single numbers with one op and the same settings, in one call.
template <class T>
struct NumberGroup {
  const Rule<T>* rule;
  NumberCalls<T> calls;
};

// An in-place change after the graph's instructions: an optimizer's. A view without numbers is in
// the run's scratch.
template <class T>
struct InPlace {
  const Rule<T>* rule;
  const void* attributes;
  std::span<View<const T>> in;
  View<T> out;
};

template <class T>
class Calls {
 public:
  Calls(const Plan<T>& plan, Memory<T>& memory);

  struct Bound {
    Step step;
    std::uint32_t at, end;  // among all calls, or all groups of numbers
  };
  std::span<const Bound> of_graph() const { return std::span(bound_).first(graph_steps_); }
  std::span<const Bound> changes() const { return std::span(bound_).subspan(graph_steps_); }
  std::span<Call<T>> of(const Bound& bound) {
    return {calls_.data() + bound.at, bound.end - bound.at};
  }
  std::span<const NumberGroup<T>> groups_of(const Bound& bound) const {
    return {groups_.data() + bound.at, bound.end - bound.at};
  }

  // Adds a run over in-place changes of one shape; drop_changes() removes them all.
  void add(std::span<const InPlace<T>> changes);
  void drop_changes();
  // Points every call that reads an input at these numbers, but those on single numbers, which read
  // copies.
  void feed(Id root, const T* numbers);

 private:
  void bind(const Plan<T>& plan, const Memory<T>& memory, Bound& bound);
  void bind_numbers(const Plan<T>& plan, T* numbers, std::span<std::uint32_t> inputs);
  void make_partials(const Plan<T>& plan);
  void find_fed(const Plan<T>& plan);
  template <class X>
  static std::span<X> list_in(Arena& arena, std::size_t size);

  std::vector<Bound> bound_;
  std::size_t graph_steps_ = 0, graph_calls_ = 0;  // the others are changes in place
  std::vector<Call<T>> calls_;
  std::vector<NumberGroup<T>> groups_;
  Arena lists_{8192}, change_lists_{8192};  // of calls
  std::vector<T> partials_;
  struct Fed {
    Id root;
    std::vector<const T**> reads;  // every pointer to its numbers
    std::vector<T**> bases;
  };
  std::vector<Fed> fed_;
};

}  // namespace glassgrad::program
