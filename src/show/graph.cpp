// From the cost backwards: what is shown, and into which box the rest goes.
#include "show/graph.hpp"

namespace glassgrad {

template <class T>
std::vector<SnapshotScope> scopes_of(const Tape<T>& tape) {
  std::vector<SnapshotScope> scopes;
  for (const auto& scope : tape.scopes())
    scopes.push_back({std::string(scope.name), scope.parent, {}, {}, {}});
  return scopes;
}

template <class T>
Graph<T>::Graph(Tape<T>& tape, std::uint32_t cost, const Fold& fold,
                std::span<const SnapshotScope> scopes)
    : tape_(tape),
      names_(fold.by_names()),
      into_(fold.boxes(scopes)),
      needed_(cost + 1, 0),
      output_(cost + 1, 0),
      shown_(cost + 1, 0) {
  needed_[cost] = shown_[cost] = 1;
  for (std::uint32_t i = cost + 1; i-- > 0;)
    for (int k = 0; needed_[i] && k < tape.record(i).arity; ++k)
      needed_[tape.input_of(tape.record(i), k)] = 1;
  find_outputs(cost);
  for (std::uint32_t i = cost + 1; i-- > 0;)
    if (shown_[i]) show(i);
}

// The nodes of a box that something outside reads; with names, those that have one.
template <class T>
void Graph<T>::find_outputs(std::uint32_t cost) {
  output_[cost] = 1;
  for (std::uint32_t i = 0; i <= cost; ++i)
    for (int k = 0; needed_[i] && k < tape_.record(i).arity; ++k) {
      const std::uint32_t from = tape_.input_of(tape_.record(i), k);
      if (names_ ? tape_.record(from).name != 0 : scope(from) != scope(i)) output_[from] = 1;
    }
}

template <class T>
void Graph<T>::show(std::uint32_t i) {
  if (!folded(i)) {
    for (int k = 0; k < tape_.record(i).arity; ++k) shown_[tape_.input_of(tape_.record(i), k)] = 1;
    return;
  }
  const auto inside = [&](std::uint32_t j) {
    return folded(j) && !output_[j] && (names_ || scope(j) == scope(i));
  };
  const Box<T>& box = boxes_.emplace(i, Box<T>(tape_, i, inside)).first->second;
  for (std::uint32_t from : box.inputs())
    if (!stands_in_formulas(tape_.record(from))) shown_[from] = 1;
}

template std::vector<SnapshotScope> scopes_of(const Tape<float>&);
template std::vector<SnapshotScope> scopes_of(const Tape<double>&);
template class Graph<float>;
template class Graph<double>;

}  // namespace glassgrad
