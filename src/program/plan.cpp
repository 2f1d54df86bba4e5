// Places are given by first and last use: one not read again is taken by the next value that fits.
// An elementwise call may overwrite an input whose last use it is.
#include "plan.hpp"

#include <algorithm>
#include <utility>

#include "places.hpp"

namespace glassgrad::program {
namespace {

template <class T>
class Planner {
 public:
  explicit Planner(Plan<T>& plan) : plan_(plan), graph_(plan.graph) {}

  void run(std::span<const Id> apart) {
    plan_.steps = steps_of(graph_);
    find_uses();
    find_hidden();
    for (const Step& step : plan_.steps)
      if (step.kind == Step::Kind::run) place_hidden(step);
    place_apart(apart);
    for (std::size_t i = graph_.code.size(); i-- > 0;)  // a sum is where it is to end
      if (const Instruction<T>& last = graph_.code[i]; last.onto && is_placed(last.out))
        place(last.in.back()) = place(last.out);
    place_numbers();
    for (const Step& step : plan_.steps) place_in_buffers(step);
    plan_.buffers = buffers_.sizes();
    for (Step& step : plan_.steps)
      if (step.kind == Step::Kind::run && step.blocks() == 1) step.kind = Step::Kind::calls;
  }

 private:
  void find_uses();
  void find_hidden();
  void place_hidden(const Step& step);
  void place_apart(std::span<const Id> apart);
  void place_numbers();
  void place_in_buffers(const Step& step);
  bool may_run_again(const Step& step) const;
  bool may_overwrite(const Step& step, std::uint32_t i, Id root, bool again) const;
  void write_over_a_row(std::uint32_t i, bool again, const Step& step);
  // Releases those inputs whose last use instruction i is that `which` picks.
  template <class Which>
  void release(Places& places, std::uint32_t i, const Which& which) {
    for (const Id x : graph_.code[i].in) {
      const Id root = graph_.root(x);
      if (last_use_[root] == OptionalIndex(i) && held_[root] && which(root))
        places.release(*std::exchange(held_[root], std::nullopt));
    }
  }

  Place& place(Id root) { return plan_.places[root]; }
  bool is_placed(Id root) const { return plan_.places[root].in != Place::In::nowhere; }
  bool is_hidden(Id root) const { return plan_.places[root].hidden(); }
  std::int64_t count(Id id) const { return graph_.values[id].shape.count(); }
  bool is_made_in(const Step& step, Id root) const {
    const OptionalIndex by = made_by_[root];
    return by && *by >= step.first && *by < step.end();
  }

  Plan<T>& plan_;
  const Graph<T>& graph_;
  std::vector<OptionalIndex> made_by_, last_use_;  // of roots: instructions
  std::vector<char> may_hide_;                     // roots that live inside one run only
  std::vector<std::optional<PlaceIndex>> held_;  // of roots, until they are read for the last time
  // A buffer is taken by what fills half of it or more.
  Places buffers_{2};
};

template <class T>
void Planner<T>::find_uses() {
  const std::size_t n = graph_.values.size();
  plan_.places.resize(n), held_.resize(n);
  made_by_.resize(n), last_use_.resize(n);
  for (Id i = 0; i < n; ++i)
    if (graph_.root(i) == i && graph_.values[i].origin != Origin::computed)
      place(i).in = Place::In::leaf;
  for (std::uint32_t i = 0; i < graph_.code.size(); ++i) {
    made_by_[graph_.code[i].out] = i;
    for (const Id x : graph_.code[i].in) last_use_[graph_.root(x)] = i;
  }
  for (const Id output : graph_.outputs) last_use_[graph_.root(output)] = {};
}

// Values made and used inside one run need no buffer.
template <class T>
void Planner<T>::find_hidden() {
  may_hide_.assign(graph_.values.size(), 0);
  for (const Step& step : plan_.steps)
    for (std::uint32_t i = step.first; step.kind == Step::Kind::run && i < step.end(); ++i)
      may_hide_[graph_.code[i].out] = !is_end(graph_, step, graph_.code[i]);
  for (const Id output : graph_.outputs) may_hide_[graph_.root(output)] = 0;
  for (std::uint32_t i = 0; i < graph_.code.size(); ++i)
    for (const Id x : graph_.code[i].in) {
      const Id root = graph_.root(x);
      if (may_hide_[root] && graph_.run[*made_by_[root]] != graph_.run[i]) may_hide_[root] = 0;
    }
}

// In the scratch of a block; a value that finds no place there is not hidden. An elementwise
// instruction may write over an input of its size.
template <class T>
void Planner<T>::place_hidden(const Step& step) {
  const Shape& full = full_shape(graph_, step);
  const std::int64_t entries = step.flat ? full.count() : full[0];
  const auto size_of = [&](Id id) { return (count(id) / entries * step.rows + 15) / 16 * 16; };
  Places scratch(1, scratch_numbers<T>);
  for (std::uint32_t i = step.first; i < step.end(); ++i) {
    const Instruction<T>& instruction = graph_.code[i];
    const Id out = instruction.out;
    release(scratch, i, [&](Id x) {
      return is_hidden(x) && instruction.rule->elementwise && size_of(x) == size_of(out);
    });
    if (may_hide_[out]) held_[out] = scratch.take(size_of(out));
    if (held_[out]) place(out) = {Place::In::scratch, std::size_t(scratch.offset(*held_[out]))};
    release(scratch, i, [&](Id x) { return is_hidden(x); });
  }
  if (step.blocks() == 1) plan_.scratch = std::max(plan_.scratch, scratch.end());
}

// Gradients have memory of their own, held until their parameter releases it.
template <class T>
void Planner<T>::place_apart(std::span<const Id> apart) {
  for (const Id output : apart) {
    const Id root = graph_.root(output);
    if (count(root) != 1 && !is_placed(root)) place(root) = {Place::In::apart, plan_.apart.size()};
    plan_.apart.push_back(count(root));
  }
}

// Scalar code: single numbers are contiguous in order of computation, after copies of the leaves
// that calls on numbers read.
template <class T>
void Planner<T>::place_numbers() {
  std::vector<char> copied(graph_.values.size(), 0);
  for (const Step& step : plan_.steps)
    for (std::uint32_t i = step.first; step.kind == Step::Kind::numbers && i < step.end(); ++i)
      for (const Id x : graph_.code[i].in) {
        const Id root = graph_.root(x);
        if (graph_.values[root].origin != Origin::computed && !std::exchange(copied[root], 1))
          plan_.copied.push_back(root);
      }
  plan_.numbers = plan_.copied.size();
  for (const Instruction<T>& instruction : graph_.code)
    if (count(instruction.out) == 1 && !is_hidden(instruction.out))
      place(instruction.out) = {Place::In::numbers, plan_.numbers++};
}

// Does the run end in a sum of numbers never materialised? Then it may be run again.
template <class T>
bool Planner<T>::may_run_again(const Step& step) const {
  if (step.kind != Step::Kind::run) return false;
  for (std::uint32_t i = step.first; i < step.end(); ++i)
    if (const Instruction<T>& last = graph_.code[i];
        is_end(graph_, step, last) && is_hidden(graph_.root(last.in[0])))
      return true;
  return false;
}

// An elementwise instruction may overwrite an input, elementwise, but not one that is stretched:
// its numbers are read again for later entries; nor one of another size than the step's. Inputs of
// a run that may be repeated (`again`) are preserved.
template <class T>
bool Planner<T>::may_overwrite(const Step& step, std::uint32_t i, Id root, bool again) const {
  const std::int64_t entries = full_shape(graph_, step).count();
  return (!again || is_made_in(step, root)) && graph_.code[i].rule->elementwise &&
         count(root) == entries && count(graph_.code[i].out) == entries;
}

// In a run by rows only the instruction itself may, if its blocks have the same size.
template <class T>
void Planner<T>::write_over_a_row(std::uint32_t i, bool again, const Step& step) {
  const Instruction<T>& instruction = graph_.code[i];
  const Id out = instruction.out;
  if (!instruction.rule->elementwise) return;
  for (const Id x : instruction.in) {
    const Id root = graph_.root(x);
    if (is_placed(out) || last_use_[root] != OptionalIndex(i) || !held_[root] ||
        (again && !is_made_in(step, root)) || graph_.values[x].shape != graph_.values[out].shape)
      continue;
    held_[out] = std::exchange(held_[root], std::nullopt);
    place(out) = place(root);
  }
}

// In a run the same holds block by block, so that stretched inputs, and those of a sum at the end,
// live to the run's end. In a run by rows all inputs do: its arrays have blocks of several sizes,
// so a reused buffer would be overwritten elsewhere.
template <class T>
void Planner<T>::place_in_buffers(const Step& step) {
  using Kind = Step::Kind;
  if (step.kind == Kind::numbers) return;
  const bool again = may_run_again(step), one_by_one = step.kind == Kind::calls;
  const auto any = [](Id) { return true; };
  for (std::uint32_t i = step.first; i < step.end(); ++i) {
    const Instruction<T>& instruction = graph_.code[i];
    const Id out = instruction.out;
    if (one_by_one || (step.kind == Kind::run && !step.by_rows))
      release(buffers_, i, [&](Id root) { return may_overwrite(step, i, root, again); });
    if (step.by_rows) write_over_a_row(i, again, step);
    if (instruction.onto) {
      const Id sum = instruction.in.back();
      held_[out] = std::exchange(held_[sum], std::nullopt);
      place(out) = place(sum);
    }
    if (!is_placed(out)) {
      held_[out] = buffers_.take(std::max<std::int64_t>(count(out), 1));
      if (!held_[out]) refuse_numbers(count(out), sizeof(T));
      place(out) = {Place::In::buffer, *held_[out]};
    }
    if (one_by_one) release(buffers_, i, any);
  }
  for (std::uint32_t i = step.first; !one_by_one && i < step.end(); ++i) release(buffers_, i, any);
}

}  // namespace

template <class T>
Plan<T> plan_of(Graph<T> graph, std::span<const Id> apart) {
  Plan<T> plan;
  plan.graph = std::move(graph);
  Planner<T>(plan).run(apart);
  return plan;
}

template <class T>
std::size_t Plan<T>::bytes() const {
  std::size_t count = numbers;
  for (const std::int64_t size : buffers) count += std::size_t(size);
  for (const std::int64_t size : apart)
    if (size != 1) count += std::size_t(size);
  return count * sizeof(T);
}

#define GLASSGRAD_PLAN(T)  \
  template struct Plan<T>; \
  template Plan<T> plan_of(Graph<T>, std::span<const Id>);
GLASSGRAD_PLAN(float)
GLASSGRAD_PLAN(double)
#undef GLASSGRAD_PLAN

}  // namespace glassgrad::program
