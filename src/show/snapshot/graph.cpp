// From the cost backwards: which records are shown, and the box of each other one.
#include "show/snapshot/graph.hpp"

#include "glassgrad/array/text.hpp"
#include "show/snapshot/blocks.hpp"

namespace glassgrad {

template <class T>
std::vector<SnapshotScope> scopes_of(const Tape<T>& tape) {
  std::vector<SnapshotScope> scopes;
  for (const auto& scope : tape.records().scopes())
    scopes.push_back({std::string(scope.name), scope.parent, {}, {}, {}});
  return scopes;
}

template <class T>
Graph<T>::Graph(Tape<T>& tape, std::uint32_t cost, const Fold& fold,
                std::span<SnapshotScope> scopes)
    : tape_(tape),
      names_(fold.by_names()),
      into_(fold.boxes(scopes)),
      needed_(cost + 1, 0),
      output_(cost + 1, 0),
      shown_(cost + 1, 0) {
  needed_[cost] = shown_[cost] = 1;
  for (std::uint32_t i = cost + 1; i-- > 0;)
    for (int k = 0; needed_[i] && k < tape.records()[i].arity; ++k)
      needed_[tape.records().input_of(tape.records()[i], k)] = 1;
  if (fold.by_blocks()) fold_blocks(scopes);
  find_outputs(cost);
  for (std::uint32_t i = cost + 1; i-- > 0;)
    if (shown_[i]) show(i);
}

// Every scope of a run of equal ones, with its contents, is folded into the first.
template <class T>
void Graph<T>::fold_blocks(std::span<SnapshotScope> scopes) {
  std::vector<detail::BlockNode> nodes;
  for (std::uint32_t i = 0; i < needed_.size(); ++i) {
    const Record<T> record = tape_.records()[i];
    nodes.push_back(
        {tape_.records().node(i).op(), tape_.records().scope_of(i), record.leaf != Leaf::none, {}});
    for (int k = 0; k < record.arity; ++k)
      nodes.back().inputs.push_back(tape_.records().input_of(record, k));
  }
  const std::vector<RepeatedScope> blocks = detail::repeated_scopes(scopes, nodes);
  for (std::uint32_t s = 1; s < scopes.size(); ++s) {
    into_[s] = into_[scopes[s].parent];
    if (into_[s] == 0 && blocks[s].times > 1) into_[s] = blocks[s].first;
  }
  for (std::uint32_t s = 1; s < scopes.size(); ++s)
    if (into_[s] == s && blocks[s].first == s)
      scopes[s].name = join(detail::name_without_number(scopes[s].name), " x", blocks[s].times);
}

// The nodes of a box that something outside reads; with names, those that have one.
template <class T>
void Graph<T>::find_outputs(std::uint32_t cost) {
  output_[cost] = 1;
  for (std::uint32_t i = 0; i <= cost; ++i)
    for (int k = 0; needed_[i] && k < tape_.records()[i].arity; ++k) {
      const std::uint32_t from = tape_.records().input_of(tape_.records()[i], k);
      if (names_ ? tape_.records().is_named(from) : scope(from) != scope(i)) output_[from] = 1;
    }
}

template <class T>
void Graph<T>::show(std::uint32_t i) {
  if (!folded(i)) {
    for (int k = 0; k < tape_.records()[i].arity; ++k)
      shown_[tape_.records().input_of(tape_.records()[i], k)] = 1;
    return;
  }
  const auto inside = [&](std::uint32_t j) {
    return folded(j) && !output_[j] && (names_ || scope(j) == scope(i));
  };
  const Box<T>& box = boxes_.emplace(i, Box<T>(tape_, i, inside)).first->second;
  for (std::uint32_t from : box.inputs())
    if (!stands_in_formulas(tape_, from)) shown_[from] = 1;
}

template std::vector<SnapshotScope> scopes_of(const Tape<float>&);
template std::vector<SnapshotScope> scopes_of(const Tape<double>&);
template class Graph<float>;
template class Graph<double>;

}  // namespace glassgrad
