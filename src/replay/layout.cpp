// Buffers are given by first and last use: a buffer whose numbers nobody reads again serves the
// next that fits. An elementwise call may write over an input that ends with it.
#include "layout.hpp"

#include <algorithm>

namespace glassgrad::replay {

template <class T>
Layout<T>::Layout(Graph<T> graph, std::span<const Id> apart) : graph_(std::move(graph)) {
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
  line_up_numbers();
  give_buffers();
  make_calls();
}

template <class T>
bool Layout<T>::on_numbers(const Instruction<T>& instruction) const {
  bool single = instruction.rule->elementwise;
  for (const Id x : instruction.in) single &= graph_.values[x].shape.count() == 1;
  return single;
}

template <class T>
void Layout<T>::find_steps() {
  using Kind = Step::Kind;
  for (std::uint32_t i = 0; i < graph_.code.size(); ++i) {
    const Kind kind = graph_.run[i]                ? Kind::run
                      : on_numbers(graph_.code[i]) ? Kind::numbers
                                                   : Kind::call;
    const bool goes_on =
        !steps_.empty() && steps_.back().kind == kind &&
        (kind == Kind::numbers || (kind == Kind::run && graph_.run[i] == graph_.run[i - 1]));
    if (goes_on)
      ++steps_.back().count;
    else
      steps_.push_back({kind, i, 1});
  }
  for (Step& step : steps_)
    if (step.kind == Kind::run) cut(step);
}

template <class T>
std::size_t Layout<T>::take(std::int64_t count) {
  std::size_t best = buffers_.size();
  for (std::size_t i = 0; i < buffers_.size(); ++i) {
    const Buffer& buffer = buffers_[i];
    if (buffer.free && buffer.count >= count && buffer.count <= 2 * count &&
        (best == buffers_.size() || buffer.count < buffers_[best].count))
      best = i;
  }
  if (best == buffers_.size()) {
    const std::size_t bytes = std::size_t(std::max<std::int64_t>(count, 1)) * sizeof(T);
    buffers_.push_back({allocate_aligned(bytes), count, false});
    bytes_ += bytes;
  }
  buffers_[best].free = false;
  return best;
}

// Gradients stay where they are until their parameter lets go of them: memory of their own.
template <class T>
void Layout<T>::give_apart(std::span<const Id> apart) {
  for (const Id output : apart) {
    const Id root = graph_.root(output);
    const std::size_t bytes = std::size_t(graph_.values[root].shape.count()) * sizeof(T);
    apart_.emplace_back(allocate_aligned(std::max(bytes, sizeof(T))).release(), FreeAligned{});
    bytes_ += bytes;
    if (!place_[root]) place_[root] = reinterpret_cast<T*>(apart_.back().get());
  }
}

// Single numbers stand side by side in the order in which they are computed.
template <class T>
void Layout<T>::line_up_numbers() {
  std::vector<Id> all;
  for (const Instruction<T>& instruction : graph_.code)
    if (graph_.values[instruction.out].shape.count() == 1 && !place_[instruction.out])
      all.push_back(instruction.out);
  numbers_.assign(all.size(), T(0));
  bytes_ += all.size() * sizeof(T);
  for (std::size_t i = 0; i < all.size(); ++i) place_[all[i]] = &numbers_[i];
}

template <class T>
void Layout<T>::give_buffers() {
  constexpr std::uint32_t for_ever = ~0u;
  constexpr std::size_t no_buffer = ~std::size_t(0);
  std::vector<std::uint32_t> last(graph_.values.size(), for_ever);  // the step that reads it last
  std::vector<std::size_t> buffer(graph_.values.size(), no_buffer);
  const auto each_input = [&](const Step& step, const auto& visit) {
    for (std::uint32_t i = step.first; i < step.first + step.count; ++i)
      for (const Id x : graph_.code[i].in) visit(graph_.root(x));
  };
  for (std::uint32_t s = 0; s < steps_.size(); ++s)
    each_input(steps_[s], [&](Id root) { last[root] = s; });
  for (const Id output : graph_.outputs) last[graph_.root(output)] = for_ever;
  for (std::uint32_t s = 0; s < steps_.size(); ++s) {
    const Step& step = steps_[s];
    // An elementwise call may write over an input, entry by entry, but not over one that is
    // stretched: its numbers are read again for later entries.
    const bool elementwise =
        step.kind == Step::Kind::call && graph_.code[step.first].rule->elementwise;
    const std::int64_t entries = graph_.values[graph_.code[step.first].out].shape.count();
    const auto give_back = [&](bool before) {
      each_input(step, [&](Id root) {
        const bool over = elementwise && graph_.values[root].shape.count() == entries;
        if (over == before && last[root] == s && buffer[root] != no_buffer)
          buffers_[buffer[root]].free = true;
      });
    };
    give_back(true);
    for (std::uint32_t i = step.first; i < step.first + step.count; ++i) {
      const Id out = graph_.code[i].out;
      if (hidden_[out] || place_[out]) continue;
      buffer[out] = take(graph_.values[out].shape.count());
      place_[out] = reinterpret_cast<T*>(buffers_[buffer[out]].memory.get());
    }
    give_back(false);
  }
}

template <class T>
void Layout<T>::make_calls() {
  for (Step& step : steps_) {
    if (step.kind == Step::Kind::numbers) {
      step.at = std::uint32_t(number_calls_.size());
      make_number_calls(step);
      continue;
    }
    step.at = std::uint32_t(calls_.size());
    for (std::uint32_t i = step.first; i < step.first + step.count; ++i) {
      const auto& [rule, attributes, in, out] = graph_.code[i];
      Call<T> call{rule, attributes, {}, {place_[out], &graph_.values[out].shape}, {}};
      for (const Id x : in) {
        call.in.push_back(value(x));
        if (step.kind == Step::Kind::run) call.operands.push_back(operand(step, x));
      }
      if (step.kind == Step::Kind::run) call.operands.push_back(operand(step, out));
      calls_.push_back(std::move(call));
    }
  }
}

template <class T>
void Layout<T>::make_number_calls(const Step& step) {
  for (std::uint32_t i = step.first; i < step.first + step.count; ++i) {
    const auto& [rule, attributes, in, out] = graph_.code[i];
    number_calls_.push_back({rule->number, attributes, place_[out],
                             std::uint32_t(number_inputs_.size()), std::uint32_t(in.size())});
    for (const Id x : in) number_inputs_.push_back(value(x).data);
  }
}

template class Layout<float>;
template class Layout<double>;

}  // namespace glassgrad::replay
