// Neighbours of one kind are a step; a run is cut into blocks whose numbers fit a near cache.
#include "steps.hpp"

#include <algorithm>

namespace glassgrad::program {
namespace {

template <class T>
void cut(const Graph<T>& graph, Step& step) {
  const Shape& full = full_shape(graph, step);
  step.flat = true;
  step.row_count = full.count() / full[0];
  for (std::uint32_t i = step.first; i < step.end(); ++i) {
    const Instruction<T>& instruction = graph.code[i];
    for (const Id x : instruction.in) {
      const Shape& shape = graph.values[x].shape;
      step.flat &= shape == full || shape.count() == 1;
    }
    if (is_end(graph, step, instruction)) {
      step.flat &= full.rank() == 1;
      continue;
    }
    const Shape& out = graph.values[instruction.out].shape;
    step.by_rows |= !instruction.rule->elementwise || out != full;
    step.row_count = std::max(step.row_count, out.count() / full[0]);
  }
  step.flat &= !step.by_rows;
  step.total_rows = step.flat ? full.count() : full[0];
  if (step.flat) step.row_count = 1;
  const std::int64_t block = step.by_rows                       ? row_block_numbers<T>
                             : full.count() <= whole_numbers<T> ? whole_numbers<T>
                                                                : block_numbers<T>;
  step.rows = std::clamp<std::int64_t>(block / step.row_count, 1, step.total_rows);
}

}  // namespace

template <class T>
std::vector<Step> steps_of(const Graph<T>& graph) {
  using Kind = Step::Kind;
  std::vector<Step> steps;
  for (std::uint32_t i = 0; i < graph.code.size(); ++i) {
    const Kind kind = graph.run[i]                         ? Kind::run
                      : graph.side[i]                      ? Kind::side
                      : graph.is_on_numbers(graph.code[i]) ? Kind::numbers
                                                           : Kind::calls;
    const bool goes_on = !steps.empty() && steps.back().kind == kind &&
                         graph.run[i] == graph.run[i - 1] && graph.side[i] == graph.side[i - 1];
    if (goes_on)
      ++steps.back().count;
    else
      steps.push_back({kind, i, 1});
  }
  for (Step& step : steps)
    if (step.kind == Kind::run) cut(graph, step);
  return steps;
}

template std::vector<Step> steps_of(const Graph<float>&);
template std::vector<Step> steps_of(const Graph<double>&);

}  // namespace glassgrad::program
