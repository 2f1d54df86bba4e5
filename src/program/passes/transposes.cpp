// A product of a transposed matrix reads its operand where it lies: transpose before matmul becomes
// one of matmul's flags.
#include "passes.hpp"

namespace glassgrad::program {

template <class T>
void fold_transposes(Graph<T>& graph) {
  std::vector<OptionalIndex> turned(graph.values.size());  // of a transpose's result: what it turns
  for (Instruction<T>& instruction : graph.code) {
    const auto& values = graph.values;
    const Rule<T>& rule = *instruction.rule;
    if (rule.swaps_last_two && !instruction.pull &&
        rule.swaps_last_two(instruction.attributes, values[instruction.in[0]].shape.rank()))
      turned[instruction.out] = instruction.in[0];
    if (!rule.product) continue;
    unsigned bits = 0;
    for (const std::uint32_t k : {0, 1}) {
      if (instruction.pull == OptionalIndex(k))
        continue;  // what it computes has this operand's shape
      const Id x = instruction.in[k], root = graph.root(x);
      if (!turned[root] || values[x].shape != values[root].shape) continue;
      instruction.in[k] = *turned[root];
      bits |= 1u << k;
    }
    if (!bits) continue;
    bits ^= rule.product->transposed(instruction.attributes);
    instruction.attributes = rule.product->with_transposed(bits);
  }
}

template void fold_transposes(Graph<float>&);
template void fold_transposes(Graph<double>&);

}  // namespace glassgrad::program
