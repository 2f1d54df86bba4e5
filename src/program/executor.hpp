// Runs a plan: it owns the memory that the plan asks for, and the calls bound to it. Nothing is
// allocated while it runs.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "blocks.hpp"

namespace glassgrad::program {

template <class T>
class Executor {
 public:
  explicit Executor(Plan<T> plan);
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  const Plan<T>& plan() const { return plan_; }
  const Graph<T>& graph() const { return plan_.graph; }
  // Points an input at these numbers.
  void feed(Id root, const T* numbers);
  void run();
  View<const T> value(Id id) const {
    return {memory_.at(graph().root(id)), &graph().values[id].shape};
  }
  // Of an output that was asked for apart: null for a single number.
  const std::shared_ptr<std::byte>& memory(std::size_t apart) const { return memory_.apart(apart); }

  // Changes in place after the graph's instructions: an optimizer's. add() is given those of one
  // shape, drop_changes() removes all.
  void add(std::span<const InPlace<T>> changes) { calls_.add(changes); }
  void drop_changes() { calls_.drop_changes(); }
  void run_changes() { run(calls_.changes()); }

 private:
  using Bound = typename Calls<T>::Bound;
  void run(std::span<const Bound> steps);
  void run_side_by_side(std::span<Call<T>> calls);

  Plan<T> plan_;  // first: views point at its shapes
  Memory<T> memory_;
  Calls<T> calls_;
  Blocks<T> blocks_;
  Pool pool_;
  std::vector<std::unique_ptr<Pool>> sides_;  // of calls that run at the same time
};

}  // namespace glassgrad::program
