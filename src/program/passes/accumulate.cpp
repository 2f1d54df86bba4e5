// add(sum, pull) becomes the pull with its kernel accumulating into the sum in place: nothing is
// written twice, and a parameter costs one accumulation per use.
#include "passes.hpp"

namespace glassgrad::program {
namespace {

template <class T>
class Accumulating {
 public:
  explicit Accumulating(Graph<T>& graph)
      : graph_(graph), uses_(graph.uses()), maker_(graph.values.size()) {}

  void run() {
    std::vector<Instruction<T>> kept;
    kept.reserve(graph_.code.size());
    for (Instruction<T>& instruction : graph_.code) {
      if (joins(kept, instruction)) continue;
      maker_[instruction.out] = std::uint32_t(kept.size());  // fits: less than there are values
      kept.push_back(std::move(instruction));
    }
    graph_.code = std::move(kept);
    graph_.run.assign(graph_.code.size(), 0);
    graph_.side = graph_.run;
  }

 private:
  bool joins(std::vector<Instruction<T>>& kept, const Instruction<T>& add) {
    if (!add.rule->traits.adds || add.pull) return false;
    for (const std::size_t k : {1, 0}) {
      const Id contribution = add.in[k], sum = add.in[1 - k];
      if (!used_here_only(contribution, add.out) || !used_here_only(sum, add.out)) continue;
      Instruction<T>& maker = kept[*maker_[contribution]];
      if (!maker.pull || maker.rule->elementwise || maker.onto ||
          maker_[sum] >= maker_[contribution])
        continue;
      maker.in.push_back(sum);
      maker.onto = true;
      maker.out = add.out;
      maker_[add.out] = maker_[contribution];
      return true;
    }
    return false;
  }
  // Computed by the program, of the sum's shape, and read by the addition alone?
  bool used_here_only(Id x, Id out) const {
    const Shape& shape = graph_.values[x].shape;
    return graph_.root(x) == x && maker_[x] && uses_[x] == 1 && shape.count() > 1 &&
           shape == graph_.values[out].shape;
  }

  Graph<T>& graph_;
  std::vector<std::uint32_t> uses_;   // of roots
  std::vector<OptionalIndex> maker_;  // among those kept
};

}  // namespace

template <class T>
void accumulate(Graph<T>& graph) {
  Accumulating<T>(graph).run();
}

template void accumulate(Graph<float>&);
template void accumulate(Graph<double>&);

}  // namespace glassgrad::program
