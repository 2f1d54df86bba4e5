// The memory plan: buffers are assigned by first and last use; one not read again is reused by the
// next that fits. An elementwise call may overwrite an input whose last use it is.
#include "plan.hpp"

#include <algorithm>
#include <utility>

namespace glassgrad::program {

template <class T>
Plan<T>::Plan(Graph<T> graph, std::span<const Id> apart) : graph_(std::move(graph)) {
  const std::size_t n = graph_.values.size();
  place_.assign(n, nullptr), hidden_.assign(n, 0), scratch_at_.assign(n, 0);
  for (Id i = 0; i < n; ++i)
    if (graph_.root(i) == i && graph_.values[i].origin != Origin::computed)
      place_[i] = graph_.values[i].data;
  find_steps();
  find_hidden();
  for (const Step& step : steps_)
    if (step.kind == Step::Kind::run) place_hidden(step);
  give_apart(apart);
  for (std::size_t i = graph_.code.size(); i-- > 0;)  // a sum is where it is to end
    if (const Instruction<T>& last = graph_.code[i]; last.onto && place_[last.out])
      place_[last.in.back()] = place_[last.out];
  line_up_numbers();
  give_buffers();
  make_calls();
  graph_steps_ = steps_.size(), graph_calls_ = calls_.size();
}

template <class T>
void Plan<T>::find_steps() {
  using Kind = Step::Kind;
  for (std::uint32_t i = 0; i < graph_.code.size(); ++i) {
    const Kind kind = graph_.run[i]                          ? Kind::run
                      : graph_.side[i]                       ? Kind::side
                      : graph_.is_on_numbers(graph_.code[i]) ? Kind::numbers
                                                             : Kind::calls;
    const bool goes_on = !steps_.empty() && steps_.back().kind == kind &&
                         graph_.run[i] == graph_.run[i - 1] && graph_.side[i] == graph_.side[i - 1];
    if (goes_on)
      ++steps_.back().count;
    else
      steps_.push_back({kind, i, 1});
  }
  for (Step& step : steps_)
    if (step.kind == Kind::run) cut(step);
}

template <class T>
std::size_t Plan<T>::take(std::int64_t count) {
  std::size_t best = buffers_.size();
  for (std::size_t i = 0; i < buffers_.size(); ++i) {
    const Buffer& buffer = buffers_[i];
    if (buffer.free && buffer.count >= count && buffer.count <= 2 * count &&
        (best == buffers_.size() || buffer.count < buffers_[best].count))
      best = i;
  }
  if (best == buffers_.size()) {
    count = std::max<std::int64_t>(count, 1);
    buffers_.push_back({room_for<T>(std::size_t(count)), count, false});
    bytes_ += std::size_t(count) * sizeof(T);
  }
  buffers_[best].free = false;
  return best;
}

// Gradients have memory of their own, held until their parameter releases it. Single numbers are
// copied.
template <class T>
void Plan<T>::give_apart(std::span<const Id> apart) {
  for (const Id output : apart) {
    const Id root = graph_.root(output);
    if (graph_.values[root].shape.count() == 1) {
      apart_.emplace_back();
      continue;
    }
    const std::size_t bytes = std::size_t(graph_.values[root].shape.count()) * sizeof(T);
    AlignedBytes memory = allocate_aligned(std::max(bytes, sizeof(T)));
    const FreeAligned free = memory.get_deleter();
    std::shared_ptr<std::byte> shared(memory.release(), free);  // before the list may fail to grow
    apart_.push_back(std::move(shared));
    bytes_ += bytes;
    if (!place_[root] && graph_.values[root].origin == Origin::computed)
      place_[root] = reinterpret_cast<T*>(apart_.back().get());
  }
}

template <class T>
bool Plan<T>::may_run_again(const Step& step) const {
  if (step.kind != Step::Kind::run) return false;
  for (std::uint32_t i = step.first; i < step.first + step.count; ++i)
    if (is_end(step, graph_.code[i]) && hidden_[graph_.root(graph_.code[i].in[0])]) return true;
  return false;
}

template <class T>
void Plan<T>::give_buffers() {
  constexpr std::uint32_t for_ever = ~0u;
  constexpr std::size_t no_buffer = ~std::size_t(0);
  std::vector<std::uint32_t> last(graph_.values.size(), for_ever);  // the instruction to read it
  std::vector<std::size_t> buffer(graph_.values.size(), no_buffer);
  for (std::uint32_t i = 0; i < graph_.code.size(); ++i)
    for (const Id x : graph_.code[i].in) last[graph_.root(x)] = i;
  for (const Id output : graph_.outputs) last[graph_.root(output)] = for_ever;
  std::vector<char> made(graph_.values.size(), 0);  // by the current run
  for (const Step& step : steps_) {
    const std::uint32_t end = step.first + step.count;
    const std::int64_t entries = graph_.values[graph_.code[step.first].out].shape.count();
    // Inputs of a run that may be repeated are preserved to its end.
    const bool again = may_run_again(step);
    const auto mark = [&](bool as) {
      for (std::uint32_t i = step.first; again && i < end; ++i) made[graph_.code[i].out] = as;
    };
    const auto may_change = [&](Id root) { return !again || made[root]; };
    mark(true);
    // An elementwise instruction may overwrite an input, elementwise, but not one that is
    // stretched: its numbers are read again for later entries. In a run the same holds block by
    // block, so that stretched inputs, and those of a sum at the end, live to the run's end. In a
    // run by rows all inputs do: its arrays have blocks of several sizes, so a reused buffer would
    // be overwritten elsewhere.
    const auto give_back = [&](std::uint32_t i, bool over) {
      for (const Id x : graph_.code[i].in) {
        const Id root = graph_.root(x);
        if (last[root] != i || buffer[root] == no_buffer) continue;
        const bool may_be_written_over = may_change(root) && graph_.code[i].rule->elementwise &&
                                         graph_.values[root].shape.count() == entries &&
                                         graph_.values[graph_.code[i].out].shape.count() == entries;
        if (over == may_be_written_over) buffers_[buffer[root]].free = true;
      }
    };
    // In a run by rows only the instruction itself may, if its blocks have the same size.
    const auto write_over = [&](std::uint32_t i) {
      const auto& [rule, attributes, in, out, pull, onto] = graph_.code[i];
      if (!rule->elementwise || hidden_[out] || place_[out]) return;
      for (const Id x : in) {
        const Id root = graph_.root(x);
        if (last[root] != i || buffer[root] == no_buffer || buffer[out] != no_buffer ||
            !may_change(root) || graph_.values[x].shape != graph_.values[out].shape)
          continue;
        buffer[out] = std::exchange(buffer[root], no_buffer);
        place_[out] = place_[root];
      }
    };
    const bool one_by_one = step.kind == Step::Kind::calls;
    for (std::uint32_t i = step.first; i < end; ++i) {
      const Id out = graph_.code[i].out;
      if (one_by_one || (step.kind == Step::Kind::run && !step.by_rows)) give_back(i, true);
      if (step.by_rows) write_over(i);
      if (graph_.code[i].onto) {
        const Id sum = graph_.code[i].in.back();
        buffer[out] = std::exchange(buffer[sum], no_buffer);
        place_[out] = place_[sum];
      }
      if (!hidden_[out] && !place_[out]) {
        buffer[out] = take(graph_.values[out].shape.count());
        place_[out] = buffers_[buffer[out]].numbers;
      }
      if (one_by_one) give_back(i, false);
    }
    if (one_by_one) continue;
    for (std::uint32_t i = step.first; i < end; ++i) {
      give_back(i, false);
      if (step.kind != Step::Kind::run || step.by_rows) give_back(i, true);
    }
    mark(false);
  }
}

template <class T>
void Plan<T>::make_calls() {
  scratch_ = numbers_in(lists_, scratch_needed_);
  calls_.reserve(graph_.code.size() + graph_.outputs.size());  // and an update of every gradient
  for (Step& step : steps_) {
    if (step.kind == Step::Kind::numbers) continue;  // line_up_numbers() has made them
    if (step.kind == Step::Kind::run && step.blocks() == 1) step.kind = Step::Kind::calls;
    const auto place = [&](Id id) {
      const Id root = graph_.root(id);
      if (hidden_[root]) return in_scratch(scratch_at_[root], &graph_.values[id].shape);
      return View<T>{place_[root], &graph_.values[id].shape};
    };
    step.at = std::uint32_t(calls_.size());
    for (std::uint32_t i = step.first; i < step.first + step.count; ++i) {
      const auto& [rule, attributes, in, out, pull, onto] = graph_.code[i];
      Call<T> call{rule, attributes, {}, place(out), {}, pull, onto};
      call.in = list_in<View<const T>>(lists_, in.size());
      std::transform(in.begin(), in.end(), call.in.begin(), place);
      if (step.kind == Step::Kind::run) {
        call.operands = list_in<Operand<T>>(lists_, in.size() + 1);
        const auto cut = [&](Id x) { return operand(step, graph_.code[i], x); };
        std::transform(in.begin(), in.end(), call.operands.begin(), cut);
        call.operands.back() = cut(out);
        if (is_end(step, graph_.code[i])) {
          call.partial = std::int64_t(partials_.size());
          partials_.resize(partials_.size() +
                           std::size_t(numbers_of_a_partial * step.tasks() * call.out.count()));
        }
      }
      calls_.push_back(call);
    }
    step.end = std::uint32_t(calls_.size());
    while (step.kind == Step::Kind::side && sides_.size() < step.count)
      sides_.push_back(std::make_unique<Side>());
  }
  find_fed();
}

// Every pointer to a fed value's numbers, except in number calls, which read copies.
template <class T>
void Plan<T>::find_fed() {
  std::size_t call = 0;
  std::vector<std::size_t> at(graph_.values.size(), ~std::size_t(0));
  for (Id i = 0; i < graph_.values.size(); ++i)
    if (graph_.root(i) == i && graph_.values[i].origin == Origin::fed) {
      at[i] = fed_.size();
      fed_.push_back({i, {}, {&place_[i]}});
    }
  for (const Step& step : steps_) {
    if (step.kind == Step::Kind::numbers) continue;
    for (std::uint32_t i = step.first; i < step.first + step.count; ++i, ++call) {
      const auto& in = graph_.code[i].in;
      for (std::size_t k = 0; k < in.size(); ++k) {
        if (at[graph_.root(in[k])] == ~std::size_t(0)) continue;
        Fed& fed = fed_[at[graph_.root(in[k])]];
        fed.reads.push_back(&calls_[call].in[k].data);
        if (!calls_[call].operands.empty()) fed.bases.push_back(&calls_[call].operands[k].base);
      }
    }
  }
}

template <class T>
void Plan<T>::feed(Id root, const T* numbers) {
  for (Fed& fed : fed_) {
    if (fed.root != root || place_[root] == numbers) continue;
    for (const T** read : fed.reads) *read = numbers;
    for (T** base : fed.bases) *base = const_cast<T*>(numbers);  // read only
  }
}

template class Plan<float>;
template class Plan<double>;

}  // namespace glassgrad::program
