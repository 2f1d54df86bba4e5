// Which column a box stands in. Longest path from the left; then boxes are pulled right to their
// consumers, so that a parameter hugs the op that reads it.
#include <algorithm>
#include <limits>

#include "show/picture/layout/layered.hpp"

namespace glassgrad::layout {
namespace {

using Leaving = std::vector<std::vector<int>>;

// Kahn's algorithm, lowest index first within a wave; a cycle is cut at its lowest box.
std::vector<int> topological(const std::vector<Link>& links, const Leaving& leaving,
                             std::vector<int> waiting, std::vector<int>& rank) {
  const std::size_t count = leaving.size();
  std::vector<int> order;
  std::vector<char> done(count, 0);
  const auto take = [&](std::size_t box) {
    done[box] = 1;
    order.push_back(int(box));
  };
  for (std::size_t box = 0; box < count; ++box)
    if (waiting[box] == 0) take(box);
  std::size_t next_cut = 0;
  for (std::size_t head = 0; head < count; ++head) {
    if (head == order.size()) {
      while (done[next_cut]) ++next_cut;
      take(next_cut);
    }
    const auto box = std::size_t(order[head]);
    for (const int index : leaving[box]) {
      const auto to = std::size_t(links[std::size_t(index)].to);
      if (done[to]) continue;
      rank[to] = std::max(rank[to], rank[box] + 1);
      if (--waiting[to] == 0) take(to);
    }
  }
  return order;
}

// Ports of the enclosing box get columns of their own, before and after everything else.
void pin_ports(const std::vector<Box>& boxes, std::vector<int>& rank) {
  const auto pinned = [](const Box& box) { return box.pin != Pin::no; };
  const bool inner = !std::all_of(boxes.begin(), boxes.end(), pinned);
  bool firsts = false;
  int low = std::numeric_limits<int>::max(), high = 0;
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    firsts |= boxes[i].pin == Pin::first;
    if (inner && pinned(boxes[i])) continue;
    low = std::min(low, rank[i]);
    high = std::max(high, rank[i]);
  }
  if (boxes.empty()) return;
  const int shift = (firsts ? 1 : 0) - low;
  for (std::size_t i = 0; i < boxes.size(); ++i)
    rank[i] = boxes[i].pin == Pin::first  ? 0
              : boxes[i].pin == Pin::last ? high + shift + 1
                                          : rank[i] + shift;
}

}  // namespace

std::vector<int> assign_ranks(const std::vector<Box>& boxes, const std::vector<Link>& links) {
  const Leaving leaving = grouped(boxes.size(), links, &Link::from);
  std::vector<int> inputs(boxes.size(), 0), rank(boxes.size(), 0), place(boxes.size(), 0);
  for (const Link& link : links) ++inputs[std::size_t(link.to)];
  const std::vector<int> order = topological(links, leaving, inputs, rank);
  for (std::size_t i = 0; i < order.size(); ++i) place[std::size_t(order[i])] = int(i);

  // Moving right costs nothing where no more wires leave than arrive.
  for (std::size_t i = order.size(); i-- > 0;) {
    const auto box = std::size_t(order[i]);
    int nearest = std::numeric_limits<int>::max(), outputs = 0;
    for (const int index : leaving[box])
      if (const auto to = std::size_t(links[std::size_t(index)].to); place[to] > place[box]) {
        nearest = std::min(nearest, rank[to] - 1);
        ++outputs;
      }
    if (outputs > 0 && (inputs[box] == 0 || outputs <= inputs[box])) rank[box] = nearest;
  }
  pin_ports(boxes, rank);
  return rank;
}

}  // namespace glassgrad::layout
