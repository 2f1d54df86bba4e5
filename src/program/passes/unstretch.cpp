// Elementwise instructions broadcast their operands: an op before them that only stretches one is
// removed, and with it an array of copies. Their backward kernels broadcast an upstream.
#include <algorithm>

#include "passes.hpp"

namespace glassgrad::program {
namespace {

// Does another operand of this shape remain, so that the result keeps its shape?
template <class T>
bool another_gives(const Graph<T>& graph, std::span<const Id> operands, Id but,
                   const Shape& shape) {
  return std::any_of(operands.begin(), operands.end(), [&](Id x) {
    return graph.root(x) != graph.root(but) && graph.values[x].shape == shape;
  });
}

}  // namespace

template <class T>
void unstretch(Graph<T>& graph) {
  std::vector<OptionalIndex> stretched(graph.values.size());  // of what is stretched: its source
  for (Instruction<T>& instruction : graph.code) {
    if (instruction.rule->traits.stretches && !instruction.pull)
      stretched[instruction.out] = instruction.in[0];
    if (!instruction.rule->elementwise) continue;
    const auto source = [&](Id x) {  // none: not such a result, or reshaped
      const Id root = graph.root(x);
      return graph.values[x].shape == graph.values[root].shape ? stretched[root] : OptionalIndex();
    };
    Ids& in = instruction.in;
    if (instruction.pull) {  // x..., y, upstream: x and y say what shapes the kernel walks along
      const Id upstream = in.back();
      const bool alone = std::none_of(in.begin(), in.end() - 1,
                                      [&](Id x) { return graph.root(x) == graph.root(upstream); });
      if (alone && source(upstream)) in[in.size() - 1] = *source(upstream);
      continue;
    }
    const Shape shape = graph.values[instruction.out].shape;
    for (Id& x : in)
      if (source(x) && another_gives(graph, std::span(in.begin(), in.end()), x, shape))
        x = *source(x);
  }
}

template void unstretch(Graph<float>&);
template void unstretch(Graph<double>&);

}  // namespace glassgrad::program
