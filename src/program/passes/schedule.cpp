// The order of independent instructions.
#include <algorithm>
#include <deque>
#include <map>

#include "passes.hpp"

namespace glassgrad::program {
namespace {

// Neighbours first, ..., last - 1 on single numbers, ordered by op: while one of this op is ready
// it is next, then that of the op which has waited longest. Dependent chains stay short: in a long
// one (a sum of a thousand contributions) every instruction waits for the one before it, of short
// ones the core overlaps several.
template <class T>
class ByOp {
 public:
  ByOp(Graph<T>& graph, const std::vector<OptionalIndex>& maker) : graph_(graph), maker_(maker) {}

  void order(std::uint32_t first, std::uint32_t last) {
    const std::uint32_t n = last - first;
    waits_for_.assign(n, 0);
    start_.assign(n + 1, 0), next_.clear();
    const auto each_input = [&](std::uint32_t i, const auto& visit) {
      for (const Id x : graph_.code[first + i].in) {
        const OptionalIndex maker = maker_[graph_.root(x)];
        if (maker >= first && maker < last) visit(*maker - first);
      }
    };
    for (std::uint32_t i = 0; i < n; ++i)
      each_input(i, [&](std::uint32_t maker) { ++waits_for_[i], ++start_[maker + 1]; });
    for (std::uint32_t i = 0; i < n; ++i) start_[i + 1] += start_[i];
    next_.resize(start_[n]);
    std::vector<std::uint32_t> at(start_.begin(), start_.end() - 1);
    for (std::uint32_t i = 0; i < n; ++i)
      each_input(i, [&](std::uint32_t maker) { next_[at[maker]++] = i; });

    std::vector<Instruction<T>> ordered;
    ordered.reserve(n);
    for (std::uint32_t i = 0; i < n; ++i)
      if (waits_for_[i] == 0) ready_[graph_.code[first + i].rule].push_back(i);
    while (ordered.size() < n) {
      auto& queue = longest_waiting();
      for (int taken = 0; taken < in_a_row && !queue.empty(); ++taken) {
        const std::uint32_t i = queue.front();
        queue.pop_front();
        ordered.push_back(std::move(graph_.code[first + i]));
        for (std::uint32_t k = start_[i]; k < start_[i + 1]; ++k)
          if (--waits_for_[next_[k]] == 0)
            ready_[graph_.code[first + next_[k]].rule].push_back(next_[k]);
      }
    }
    std::move(ordered.begin(), ordered.end(), graph_.code.begin() + first);
  }

 private:
  std::deque<std::uint32_t>& longest_waiting() {
    std::deque<std::uint32_t>* best = nullptr;
    for (auto& [rule, queue] : ready_)
      if (!queue.empty() && (!best || queue.front() < best->front())) best = &queue;
    return *best;
  }

  static constexpr int in_a_row = 12;

  Graph<T>& graph_;
  const std::vector<OptionalIndex>& maker_;  // of every root, the instruction that makes it
  std::vector<std::uint32_t> waits_for_, start_, next_;
  std::map<const Rule<T>*, std::deque<std::uint32_t>> ready_;
};

// Worth a thread of its own, and too small to be tiled over all of them.
template <class T>
bool is_middling(const Graph<T>& graph, std::uint32_t i) {
  const Instruction<T>& instruction = graph.code[i];
  if (instruction.rule->elementwise || graph.run[i]) return false;
  std::int64_t entries = graph.values[instruction.out].shape.count();
  for (const Id x : instruction.in) entries += graph.values[x].shape.count();
  return entries >= (1 << 14) && entries <= (1 << 18);
}

// An instruction ready as early as a previous one is moved up next to it.
template <class T>
void stand_side_by_side(Graph<T>& graph) {
  constexpr std::uint32_t look_ahead = 8;
  std::uint32_t sides = 0;
  std::vector<OptionalIndex> maker(graph.values.size());
  for (std::uint32_t i = 0; i < graph.code.size(); ++i) maker[graph.code[i].out] = i;
  for (std::uint32_t i = 0; i + 1 < graph.code.size(); ++i) {
    if (!is_middling(graph, i)) continue;
    const auto is_ready = [&](const Instruction<T>& other) {
      return std::all_of(other.in.begin(), other.in.end(), [&, i](Id x) {
        const OptionalIndex by = maker[graph.root(x)];
        return !by || by < i;
      });
    };
    std::uint32_t last = i;
    for (std::uint32_t j = i + 1; j < graph.code.size() && j <= i + look_ahead; ++j) {
      if (!is_middling(graph, j) || !is_ready(graph.code[j])) continue;
      ++last;
      std::rotate(graph.code.begin() + last, graph.code.begin() + j, graph.code.begin() + j + 1);
      std::rotate(graph.run.begin() + last, graph.run.begin() + j, graph.run.begin() + j + 1);
      for (std::uint32_t k = last; k <= j; ++k) maker[graph.code[k].out] = k;
    }
    if (last == i) continue;
    ++sides;
    for (std::uint32_t k = i; k <= last; ++k) graph.side[k] = sides;
    i = last;
  }
}

}  // namespace

template <class T>
void schedule(Graph<T>& graph) {
  const auto size = std::uint32_t(graph.code.size());
  std::vector<OptionalIndex> maker(graph.values.size());
  for (std::uint32_t i = 0; i < size; ++i) maker[graph.code[i].out] = i;
  ByOp<T> by_op(graph, maker);
  for (std::uint32_t first = 0, last; first < size; first = last + 1) {
    for (last = first; last < size && graph.is_on_numbers(graph.code[last]);) ++last;
    if (last - first > 2) by_op.order(first, last);
  }
  stand_side_by_side(graph);
}

template void schedule(Graph<float>&);
template void schedule(Graph<double>&);

}  // namespace glassgrad::program
