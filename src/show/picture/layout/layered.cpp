// The stages in order, and their result: columns with places along x, and the wires.
#include "show/picture/layout/layered.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace glassgrad::layout {
namespace {

template <class T>
auto& of(T& list, int i) {
  return list[std::size_t(i)];
}

struct Cut {
  std::vector<Step> steps;
  std::vector<std::vector<int>> chains;  // of each link, its passages from left to right
  std::vector<std::vector<int>> trunks;  // common passages of links from the same port
};

// Cuts each link into steps of one column. Links from the same port have common passages, so that a
// value used far away runs as one trunk.
Cut split_long_links(const std::vector<Box>& boxes, const std::vector<Link>& links,
                     const std::vector<int>& rank, std::vector<Item>& items) {
  Cut cut;
  std::map<std::pair<int, int>, std::size_t> trunk_of;
  const std::size_t room = 4 * (boxes.size() + links.size()) + 20000;
  std::int64_t passages = 4'000'000;  // left for all links together
  for (const Link& link : links) {
    cut.chains.emplace_back();
    const int start = of(rank, link.from), end = of(rank, link.to);
    const double out = of(of(boxes, link.from).outs, link.out);
    const double in = of(of(boxes, link.to).ins, link.in);
    if (end == start + 1) cut.steps.push_back({link.from, link.to, out, in, 1});
    // against the grain (a scope entered twice), or too many: drawn directly
    if (end <= start + 1 || items.size() > room || end - start - 1 > passages) continue;
    passages -= end - start - 1;
    const auto [at, made] = trunk_of.try_emplace({link.from, link.out}, cut.trunks.size());
    if (made) cut.trunks.emplace_back();
    std::vector<int>& trunk = cut.trunks[at->second];
    while (int(trunk.size()) < end - start - 1) {
      const bool first = trunk.empty();
      const int passage = int(items.size());
      items.push_back({{}, start + int(trunk.size()) + 1, 0, 0});
      cut.steps.push_back(
          {first ? link.from : trunk.back(), passage, first ? out : 0, 0, first ? 2.0 : 8.0});
      trunk.push_back(passage);
    }
    cut.chains.back().assign(trunk.begin(), trunk.begin() + (end - start - 1));
    cut.steps.push_back({cut.chains.back().back(), link.to, 0, in, 2});
  }
  return cut;
}

struct Edges {
  std::vector<double> left, right, lead;
};

double lead_of(const Box& box, const Spacing& spacing) {
  return box.pin != Pin::no ? 0 : box.lead.value_or(spacing.lead);
}

// Columns are as wide as their widest box; the gap grows where wires climb far, to keep them flat.
Edges place_columns(const std::vector<Box>& boxes, const std::vector<Link>& links,
                    const std::vector<Item>& items, const Columns& columns,
                    const Spacing& spacing) {
  std::vector<double> climb(columns.size(), 0), lead(columns.size(), 0);
  for (const Link& link : links) {
    const Item &from = of(items, link.from), &to = of(items, link.to);
    const double rise = std::abs(to.y + of(of(boxes, link.to).ins, link.in) - from.y -
                                 of(of(boxes, link.from).outs, link.out));
    if (to.rank == from.rank + 1) of(climb, to.rank) = std::max(of(climb, to.rank), rise);
    of(lead, to.rank) = std::max(of(lead, to.rank), lead_of(of(boxes, link.to), spacing));
  }
  Edges edges{{}, {}, lead};
  double edge = 0;
  for (std::size_t rank = 0; rank < columns.size(); ++rank) {
    if (rank > 0) edge += spacing.curve + std::min(150.0, 0.3 * climb[rank]) + lead[rank];
    edges.left.push_back(edge);
    double widest = 0;
    for (const int item : columns[rank])
      if (const OptionalIndex box = of(items, item).box) widest = std::max(widest, boxes[*box].w);
    edges.right.push_back(edge += widest);
  }
  return edges;
}

Layout draw_routes(const std::vector<Box>& boxes, const std::vector<Link>& links,
                   const std::vector<Item>& items, const Cut& cut, const Columns& columns,
                   const Spacing& spacing) {
  const auto [left, right, lead] = place_columns(boxes, links, items, columns, spacing);
  Layout layout;
  layout.width = right.empty() ? 0 : right.back();
  for (const Item& item : items) layout.height = std::max(layout.height, item.y + item.h);
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    const Box& box = boxes[i];
    const double l = of(left, items[i].rank), r = of(right, items[i].rank);
    layout.x.push_back(box.pin == Pin::first ? l : box.pin == Pin::last ? r : (l + r - box.w) / 2);
    layout.y.push_back(items[i].y);
  }
  for (std::size_t i = 0; i < links.size(); ++i) {
    const Link& link = links[i];
    const Box &source = of(boxes, link.from), &target = of(boxes, link.to);
    const double x = of(layout.x, link.from) + source.w;
    const double y = of(layout.y, link.from) + of(source.outs, link.out);
    const double end_x = of(layout.x, link.to),
                 end = of(layout.y, link.to) + of(target.ins, link.in);
    const double turn = std::max(x, std::min(of(right, of(items, link.from).rank), end_x));
    std::vector<double> points{x, y, turn, y};
    for (const int passage : cut.chains[i]) {
      const Item& item = of(items, passage);
      const double begin = of(left, item.rank) - (spacing.clear ? of(lead, item.rank) : 0);
      points.insert(points.end(), {begin, item.y, of(right, item.rank), item.y});
    }
    const double label = std::min(of(left, of(items, link.to).rank), end_x);
    points.insert(points.end(), {label - lead_of(target, spacing), end, end_x, end});
    layout.routes.push_back(std::move(points));
  }
  return layout;
}

}  // namespace

Layout layered(const std::vector<Box>& boxes, const std::vector<Link>& links,
               const Spacing& spacing) {
  const std::vector<int> rank = assign_ranks(boxes, links);
  std::vector<Item> items;
  for (std::uint32_t i = 0; i < boxes.size(); ++i) items.push_back({i, rank[i], boxes[i].h, 0});
  const Cut cut = split_long_links(boxes, links, rank, items);
  const Columns columns = order_columns(items, cut.steps);
  place_rows(items, cut.steps, columns, spacing);
  straighten(items, cut.steps, columns, cut.trunks, spacing);
  return draw_routes(boxes, links, items, cut, columns, spacing);
}

}  // namespace glassgrad::layout
