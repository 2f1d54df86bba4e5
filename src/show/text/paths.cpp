// Counting goes forward from the node, listing goes back from the cost and only through nodes on a
// path, so that the time does not depend on the number of paths.
#include "show/text/paths.hpp"

#include <limits>

#include "show/snapshot/walk_back.hpp"

namespace glassgrad {
namespace {
constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
}

template <class T>
Paths<T>::Paths(Tape<T>& tape, const Graph<T>& graph, std::uint32_t cost, std::uint32_t node)
    : tape_(tape), cost_(cost), node_(node), counts_(cost + 1, 0) {
  if (node > cost) return;
  counts_[node] = 1;
  for (std::uint32_t i = node + 1; i <= cost; ++i) {
    if (!graph.shown(i) || tape.records()[i].leaf != Leaf::none) continue;
    Box<T> box = graph.box(i) ? *graph.box(i) : Box<T>(tape, i);
    for (std::size_t k = 0; k < box.inputs().size(); ++k)
      if (const std::uint64_t more = counts_[box.inputs()[k]]; more != 0 && box.reads(k))
        counts_[i] = counts_[i] > most - more ? most : counts_[i] + more;
    if (leads(i)) boxes_.emplace(i, std::move(box));
  }
}

template <class T>
std::vector<Path<T>> Paths<T>::first(std::size_t wanted) const {
  std::vector<Path<T>> paths;
  struct Open {
    std::uint32_t at;
    std::size_t next;  // the input to be tried next
  };
  std::vector<Open> open{{cost_, 0}};
  Path<T> path;
  while (!open.empty() && paths.size() < wanted) {
    Open& last = open.back();
    if (last.at == node_) paths.push_back(path);
    const auto found = boxes_.find(last.at);
    const std::size_t inputs =
        last.at == node_ || found == boxes_.end() ? 0 : found->second.inputs().size();
    bool deeper = false;
    while (!deeper && last.next < inputs) {
      const std::size_t k = last.next++;
      const std::uint32_t from = found->second.inputs()[k];
      if (!leads(from) || !found->second.reads(k)) continue;
      path.push_back({&found->second, k});
      open.push_back({from, 0});  // `last` is no longer valid
      deeper = true;
      break;
    }
    if (deeper) continue;
    open.pop_back();
    if (!path.empty()) path.pop_back();
  }
  return paths;
}

template <class T>
std::vector<T> Paths<T>::product(const Path<T>& path) const {
  std::vector<T> numbers{T(1)};
  for (const PathStep<T>& step : path)
    numbers = step.box->pull(view(numbers, *step.box))[step.input];
  return numbers;
}

template <class T>
std::vector<T> Paths<T>::sum() const {
  std::map<std::uint32_t, std::vector<T>> contributions{{cost_, {T(1)}}};
  std::vector<const Box<T>*> boxes;
  for (const auto& [at, box] : boxes_)
    if (at != node_) boxes.push_back(&box);
  detail::walk_back(
      boxes.size(), [&](std::size_t i) -> auto& { return contributions[boxes[i]->output()]; },
      [&](std::size_t i, const std::vector<T>& arrived) {
        return boxes[i]->pull(view(arrived, *boxes[i]));
      },
      [&](std::size_t i, int k) {
        const std::uint32_t from = boxes[i]->inputs()[std::size_t(k)];
        return leads(from) ? &contributions[from] : nullptr;
      });
  return contributions[node_];
}

template <class T>
bool Paths<T>::scalar() const {
  if (tape_.records()[node_].shape->count() != 1) return false;
  for (const auto& [at, box] : boxes_)
    if (tape_.records()[at].shape->count() != 1) return false;
  return true;
}

template class Paths<float>;
template class Paths<double>;

}  // namespace glassgrad
