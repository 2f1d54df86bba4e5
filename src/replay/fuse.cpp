// Fusion: elementwise instructions of one shape are gathered into runs. What does not need the open
// run goes before it, what needs it and cannot join closes it.
#include "passes.hpp"

namespace glassgrad::replay {
namespace {

// May `in` be cut along the first axis of `full` into the blocks that `full` is cut into?
bool cuts(const Shape& in, const Shape& full) {
  return in.count() == 1 || in == full || in.rank() < full.rank() ||
         (in.rank() == full.rank() && (in[0] == 1 || in[0] == full[0]));
}

template <class T>
bool can_join(const Graph<T>& graph, const Instruction<T>& instruction, const Shape& full) {
  if (!instruction.rule->elementwise || graph.values[instruction.out].shape != full) return false;
  for (const Id x : instruction.in)
    if (!cuts(graph.values[x].shape, full)) return false;
  return true;
}

}  // namespace

template <class T>
void fuse(Graph<T>& graph) {
  std::vector<Instruction<T>> done, open;
  std::vector<std::uint32_t> run;
  std::vector<char> in_open(graph.values.size(), 0);
  std::uint32_t runs = 0;
  Shape full;
  const auto close = [&] {
    const std::uint32_t number = open.size() > 1 ? ++runs : 0;
    for (Instruction<T>& instruction : open) {
      in_open[instruction.out] = 0;
      done.push_back(std::move(instruction));
      run.push_back(number);
    }
    open.clear();
  };
  for (Instruction<T>& instruction : graph.code) {
    bool depends = false, reshaped = false;  // a run's block is of the run's shape only
    for (const Id x : instruction.in)
      if (in_open[graph.root(x)]) depends = true, reshaped |= graph.values[x].shape != full;
    const Shape shape = graph.values[instruction.out].shape;
    const bool fusible = shape.count() > 1 && can_join(graph, instruction, shape);
    if (!open.empty() && fusible && shape == full && !reshaped) {
      in_open[instruction.out] = 1;
      open.push_back(std::move(instruction));
    } else if (fusible) {
      close();
      full = shape;
      in_open[instruction.out] = 1;
      open.push_back(std::move(instruction));
    } else {
      if (depends) close();
      done.push_back(std::move(instruction));
      run.push_back(0);
    }
  }
  close();
  graph.code = std::move(done);
  graph.run = std::move(run);
}

template void fuse(Graph<float>&);
template void fuse(Graph<double>&);

}  // namespace glassgrad::replay
