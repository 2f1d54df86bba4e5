// Fused runs: split into blocks, their hidden numbers placed in a scratch that fits the cache. The
// split depends on shapes alone. Next: run.cpp.
#include <algorithm>
#include <utility>

#include "plan.hpp"

namespace glassgrad::program {
template <class T>
void Plan<T>::cut(Step& step) const {
  const Shape& full = full_shape(step);
  step.flat = true;
  step.row_count = full.count() / full[0];
  for (std::uint32_t i = step.first; i < step.first + step.count; ++i) {
    const Instruction<T>& instruction = graph_.code[i];
    for (const Id x : instruction.in) {
      const Shape& shape = graph_.values[x].shape;
      step.flat &= shape == full || shape.count() == 1;
    }
    if (is_end(step, instruction)) {
      step.flat &= full.rank() == 1;
      continue;
    }
    const Shape& out = graph_.values[instruction.out].shape;
    step.by_rows |= !instruction.rule->elementwise || out != full;
    step.row_count = std::max(step.row_count, out.count() / full[0]);
  }
  step.flat &= !step.by_rows;
  step.total_rows = step.flat ? full.count() : full[0];
  if (step.flat) step.row_count = 1;
  const std::int64_t block = step.by_rows                    ? row_block_numbers
                             : full.count() <= whole_numbers ? whole_numbers
                                                             : block_numbers;
  step.rows = std::clamp<std::int64_t>(block / step.row_count, 1, step.total_rows);
}

// Values made and used inside one run need no buffer.
template <class T>
void Plan<T>::find_hidden() {
  std::vector<std::uint32_t> made_in(graph_.values.size(), 0);
  for (const Step& step : steps_) {
    if (step.kind != Step::Kind::run) continue;
    for (std::uint32_t i = step.first; i < step.first + step.count; ++i) {
      made_in[graph_.code[i].out] = graph_.run[i];
      hidden_[graph_.code[i].out] = !is_end(step, graph_.code[i]);
    }
  }
  for (const Id output : graph_.outputs) hidden_[graph_.root(output)] = 0;
  for (std::uint32_t i = 0; i < graph_.code.size(); ++i)
    for (const Id x : graph_.code[i].in)
      if (made_in[graph_.root(x)] != graph_.run[i]) hidden_[graph_.root(x)] = 0;
}

// Places in the scratch are given by first and last use, as buffers are; a value that finds none is
// not hidden. An elementwise instruction may write over an input of its size.
template <class T>
void Plan<T>::place_hidden(const Step& step) {
  struct Place {
    std::int64_t at, size;
  };
  const std::int64_t entries = step.flat ? full_shape(step).count() : full_shape(step)[0];
  const auto size_of = [&](Id id) {
    const std::int64_t count = graph_.values[id].shape.count() / entries * step.rows;
    return (count + 15) / 16 * 16;
  };
  last_in_run_.resize(graph_.values.size());
  for (std::uint32_t i = step.first; i < step.first + step.count; ++i)
    for (const Id x : graph_.code[i].in) last_in_run_[graph_.root(x)] = i;
  std::vector<Place> free;
  std::int64_t untouched = 0;
  for (std::uint32_t i = step.first; i < step.first + step.count; ++i) {
    const Instruction<T>& instruction = graph_.code[i];
    const Id out = instruction.out;
    const auto give_back = [&](bool over) {
      for (const Id x : instruction.in) {
        const Id root = graph_.root(x);
        if (!hidden_[root] || last_in_run_[root] != i) continue;
        if (over && !(instruction.rule->elementwise && size_of(root) == size_of(out))) continue;
        free.push_back({scratch_at_[root], size_of(root)});
        last_in_run_[root] = ~0u;  // released once, though it may be read twice
      }
    };
    give_back(true);
    if (hidden_[out]) {
      const std::int64_t size = size_of(out);
      const auto found = std::find_if(free.rbegin(), free.rend(),
                                      [size](const Place& place) { return place.size == size; });
      if (found != free.rend()) {
        scratch_at_[out] = found->at;
        free.erase(std::next(found).base());
      } else if (untouched + size <= scratch_numbers) {
        scratch_at_[out] = std::exchange(untouched, untouched + size);
      } else {
        hidden_[out] = 0;
      }
    }
    give_back(false);
  }
  if (step.blocks() == 1) scratch_needed_ = std::max(scratch_needed_, untouched);
}

template <class T>
Operand<T> Plan<T>::operand(const Step& step, const Instruction<T>& instruction, Id id) const {
  const Shape& shape = graph_.values[id].shape;
  const Shape& full = full_shape(step);
  const Id root = graph_.root(id);
  const bool hidden = hidden_[root];
  Operand<T> operand{hidden, place_[root], scratch_at_[root], 0, shape, shape};
  const bool cut = step.flat ? shape.count() != 1 : graph_.is_cut(instruction, id, full[0]);
  if (!cut) return operand;
  const std::int64_t left = step.total_rows - (step.blocks() - 1) * step.rows;
  operand.block = step.flat ? Shape{step.rows} : shape.with(0, step.rows);
  operand.tail = step.flat ? Shape{left} : shape.with(0, left);
  const bool unread = !operand.base && graph_.values[root].origin == Origin::constant;
  if (!hidden && !unread) operand.step = operand.block.count();
  return operand;
}

// In-place changes are a run of their own, with operands in place.
template <class T>
void Plan<T>::add(std::span<const InPlace<T>> changes) {
  const auto count = std::uint32_t(changes.size());
  Step step{Step::Kind::run, 0, count, std::uint32_t(calls_.size())};
  step.end = step.at + count;
  step.flat = true;
  step.total_rows = changes.front().out.count(), step.row_count = 1;
  if (step.total_rows == 0) return;
  step.rows = std::min(block_numbers, step.total_rows);
  const std::int64_t left = step.total_rows - (step.blocks() - 1) * step.rows;
  if (step.blocks() == 1) step.kind = Step::Kind::calls;
  T* scratch = nullptr;  // of a single block
  for (const InPlace<T>& change : changes) {
    Call<T> call{change.rule, change.attributes, {}, change.out, {}};
    call.in = list_in<View<const T>>(change_lists_, change.in.size());
    std::copy(change.in.begin(), change.in.end(), call.in.begin());
    call.operands = list_in<Operand<T>>(change_lists_, change.in.size() + 1);
    const auto set_operand = [&](auto& view, Operand<T>& to) {
      const Shape& shape = view.shape();
      Operand<T> operand{!view.data, const_cast<T*>(view.data), 0, 0, shape, shape};
      if (shape.count() != 1) operand.block = {step.rows}, operand.tail = {left};
      if (view.data && shape.count() != 1) operand.step = step.rows;
      to = operand;
      if (view.data || step.kind == Step::Kind::run) return;
      if (!scratch) scratch = numbers_in(change_lists_, step.total_rows);
      view.data = scratch;
    };
    for (std::size_t k = 0; k < call.in.size(); ++k) set_operand(call.in[k], call.operands[k]);
    set_operand(call.out, call.operands.back());
    calls_.push_back(call);
  }
  steps_.push_back(step);
}

template <class T>
void Plan<T>::drop_changes() {
  steps_.resize(graph_steps_);
  calls_.resize(graph_calls_);
  change_lists_.rewind({});
}

template class Plan<float>;
template class Plan<double>;

}  // namespace glassgrad::program
