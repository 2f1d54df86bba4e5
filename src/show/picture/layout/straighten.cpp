// After least squares, small steps remain in wires that could be level. Where there is room, long
// wires are pulled straight and boxes with one input are set level with it.
#include <algorithm>
#include <cmath>
#include <limits>

#include "show/picture/layout/layered.hpp"

namespace glassgrad::layout {
namespace {

constexpr double snap_within = 18;
constexpr double infinity = std::numeric_limits<double>::infinity();

struct Room {
  double low, high;
};

class Straightener {
 public:
  Straightener(std::vector<Item>& items, const Columns& columns, const Spacing& spacing)
      : items_(items), columns_(columns), spacing_(spacing), place_(items.size(), 0) {
    for (const auto& column : columns)
      for (std::size_t i = 0; i < column.size(); ++i) place_[std::size_t(column[i])] = i;
  }

  void level_boxes(const std::vector<Step>& steps) {
    const auto before = grouped(items_.size(), steps, &Step::to);
    for (const auto& column : columns_)
      for (const int i : column) {
        const auto& arriving = before[std::size_t(i)];
        if (arriving.size() != 1) continue;
        const Step& step = steps[std::size_t(arriving[0])];
        const double wanted = item(step.from).y + step.out - step.in;
        const Room free = room(i);
        if (std::abs(wanted - item(i).y) <= snap_within && wanted >= free.low &&
            wanted <= free.high)
          item(i).y = wanted;
      }
  }

  void pull_straight(const std::vector<int>& trunk) {
    for (std::size_t start = 0; start < trunk.size();) {
      Room free = room(trunk[start]);
      std::size_t end = start + 1;
      for (; end < trunk.size(); ++end) {
        const Room next = room(trunk[end]);
        const Room both{std::max(free.low, next.low), std::min(free.high, next.high)};
        if (both.low > both.high) break;
        free = both;
      }
      std::vector<double> heights;
      for (std::size_t i = start; i < end; ++i) heights.push_back(item(trunk[i]).y);
      std::sort(heights.begin(), heights.end());
      const double level = std::min(free.high, std::max(free.low, heights[heights.size() / 2]));
      for (; start < end; ++start) item(trunk[start]).y = level;
    }
  }

 private:
  Item& item(int i) { return items_[std::size_t(i)]; }
  // Between which heights an item may move without touching its neighbours.
  Room room(int i) {
    const auto& column = columns_[std::size_t(item(i).rank)];
    const std::size_t place = place_[std::size_t(i)];
    const auto gap = [&](int other) {
      return item(other).box && item(i).box ? spacing_.row : spacing_.wire;
    };
    Room free{-infinity, infinity};
    if (place > 0) {
      const Item& above = item(column[place - 1]);
      free.low = above.y + above.h + gap(column[place - 1]);
    }
    if (place + 1 < column.size())
      free.high = item(column[place + 1]).y - gap(column[place + 1]) - item(i).h;
    free.high = std::max(free.low, free.high);
    return free;
  }

  std::vector<Item>& items_;
  const Columns& columns_;
  const Spacing& spacing_;
  std::vector<std::size_t> place_;
};

}  // namespace

void straighten(std::vector<Item>& items, const std::vector<Step>& steps, const Columns& columns,
                const std::vector<std::vector<int>>& trunks, const Spacing& spacing) {
  Straightener straightener(items, columns, spacing);
  straightener.level_boxes(steps);
  for (const auto& trunk : trunks) straightener.pull_straight(trunk);
}

}  // namespace glassgrad::layout
