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
    if (step.count > 1) place_hidden(step);
  give_apart(apart);
  give_buffers();
  make_calls();
}

template <class T>
void Layout<T>::find_steps() {
  for (std::uint32_t i = 0; i < graph_.code.size(); ++i) {
    if (i && graph_.run[i] && graph_.run[i] == graph_.run[i - 1])
      ++steps_.back().count;
    else
      steps_.push_back({i, 1});
  }
  for (Step& step : steps_)
    if (step.count > 1) cut(step);
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
    const auto give_back = [&] {
      each_input(step, [&](Id root) {
        if (last[root] == s && buffer[root] != no_buffer) buffers_[buffer[root]].free = true;
      });
    };
    const bool over_input = step.count == 1 && graph_.code[step.first].rule->elementwise;
    if (over_input) give_back();
    for (std::uint32_t i = step.first; i < step.first + step.count; ++i) {
      const Id out = graph_.code[i].out;
      if (hidden_[out] || place_[out]) continue;
      buffer[out] = take(graph_.values[out].shape.count());
      place_[out] = reinterpret_cast<T*>(buffers_[buffer[out]].memory.get());
    }
    if (!over_input) give_back();
  }
}

template <class T>
void Layout<T>::make_calls() {
  for (const Step& step : steps_) {
    for (std::uint32_t i = step.first; i < step.first + step.count; ++i) {
      const Instruction<T>& instruction = graph_.code[i];
      Call<T> call{instruction.rule, instruction.attributes, {}, {}, {}, {}};
      bool single = instruction.rule->elementwise && step.count == 1;
      for (const Id x : instruction.in) {
        call.in.push_back(value(x));
        single &= call.in.back().count() == 1;
        if (step.count > 1) call.operands.push_back(operand(step, x));
      }
      call.out = {place_[instruction.out], &graph_.values[instruction.out].shape};
      if (step.count > 1) call.operands.push_back(operand(step, instruction.out));
      if (single)
        for (const View<const T>& x : call.in) call.numbers.push_back(x.data);
      calls_.push_back(std::move(call));
    }
  }
}

template class Layout<float>;
template class Layout<double>;

}  // namespace glassgrad::replay
