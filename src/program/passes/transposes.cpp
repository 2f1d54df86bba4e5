// matmul(transpose(a), b) is matmul with a flag: the product reads its operand where it lies.
#include "glassgrad/ops/rules/matmul.hpp"
#include "passes.hpp"

namespace glassgrad::replay {
namespace {

// Does it swap the last two axes and leave the others?
bool swaps_last_two(const Transpose& op, int rank) {
  if (rank < 2) return false;
  if (op.order.all()) return rank == 2;
  for (int i = 0; i < rank; ++i) {
    const int from = op.order[i] < 0 ? op.order[i] + rank : op.order[i];
    if (from != (i < rank - 2 ? i : 2 * rank - 3 - i)) return false;
  }
  return true;
}

}  // namespace

template <class T>
void fold_transposes(Graph<T>& graph) {
  constexpr Id none = ~Id(0);
  std::vector<Id> turned(graph.values.size(), none);  // of a transpose's result: what it turns
  for (Instruction<T>& instruction : graph.code) {
    const auto& values = graph.values;
    if (instruction.rule == &rule<Transpose, T>()) {
      const auto& op = *static_cast<const Transpose*>(instruction.attributes);
      if (swaps_last_two(op, values[instruction.in[0]].shape.rank()))
        turned[instruction.out] = instruction.in[0];
    }
    if (instruction.rule != &rule<Matmul, T>()) continue;
    const auto is_turned = [&](std::size_t k) {
      const Id x = instruction.in[k], root = graph.root(x);
      return turned[root] != none && values[x].shape == values[root].shape;
    };
    if (!is_turned(0) && !is_turned(1)) continue;
    const auto& op = *static_cast<const Matmul*>(instruction.attributes);
    static constexpr Matmul flags[] = {{false, false}, {false, true}, {true, false}, {true, true}};
    const bool a = op.transpose_a != is_turned(0), b = op.transpose_b != is_turned(1);
    for (const std::size_t k : {0, 1})
      if (is_turned(k)) instruction.in[k] = turned[graph.root(instruction.in[k])];
    instruction.attributes = &flags[2 * a + b];
  }
}

template void fold_transposes(Graph<float>&);
template void fold_transposes(Graph<double>&);

}  // namespace glassgrad::replay
