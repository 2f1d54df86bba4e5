// The order of items within each column: barycentre sweeps from the order of creation, then swaps
// of neighbours, keeping the order with the fewest crossings.
#include <algorithm>

#include "show/picture/layout/layered.hpp"

namespace glassgrad::layout {
namespace {

constexpr std::size_t count_up_to = 30000;  // steps; beyond, crossings are not counted
constexpr std::size_t swap_up_to = 3000;

class Order {
 public:
  Order(const std::vector<Item>& items, const std::vector<Step>& steps)
      : items_(items),
        steps_(steps),
        before_(grouped(items.size(), steps, &Step::to)),
        after_(grouped(items.size(), steps, &Step::from)),
        at_(items.size(), 0) {
    for (std::size_t i = 0; i < items.size(); ++i) {
      const auto rank = std::size_t(items[i].rank);
      if (columns_.size() <= rank) columns_.resize(rank + 1);
      columns_[rank].push_back(int(i));
    }
    for (const auto& column : columns_) number(column);
  }

  Columns best() {
    const bool counted = steps_.size() <= count_up_to;
    Columns best = columns_;
    std::int64_t fewest = counted ? crossings() : 0;
    for (int sweep = 0; counted ? sweep < 12 && fewest > 0 : sweep < 4; ++sweep) {
      const bool forward = sweep % 2 == 0;
      for (std::size_t i = 1; i < columns_.size(); ++i) {
        auto& column = columns_[forward ? i : columns_.size() - 1 - i];
        sort(column, forward);
        number(column);
      }
      if (steps_.size() <= swap_up_to)
        for (auto& column : columns_) swap_neighbours(column);
      if (counted) {
        const std::int64_t now = crossings();
        if (now >= fewest) continue;
        fewest = now;
      }
      best = columns_;
    }
    return best;
  }

 private:
  const Step& step(int index) const { return steps_[std::size_t(index)]; }
  double& at(int item) { return at_[std::size_t(item)]; }
  void number(const std::vector<int>& column) {
    for (std::size_t i = 0; i < column.size(); ++i) at(column[i]) = double(i);
  }

  // A step's end in its column: the item's index plus the port's relative height.
  double end(const Step& of, bool at_from) const {
    const auto item = std::size_t(at_from ? of.from : of.to);
    const double h = items_[item].h;
    return at_[item] + (h > 0 ? (at_from ? of.out : of.in) / h : 0.5);
  }

  void sort(std::vector<int>& column, bool forward) {
    std::vector<std::pair<double, int>> centres;
    for (const int item : column) {
      const auto& near = (forward ? before_ : after_)[std::size_t(item)];
      const double h = items_[std::size_t(item)].h;
      double sum = 0;
      for (const int index : near) {
        // a tall box with ports is centred so that each port faces its wire
        const double own = h > 0 ? (forward ? step(index).in : step(index).out) / h - 0.5 : 0;
        sum += end(step(index), forward) - own * 0.5;
      }
      centres.push_back({near.empty() ? at(item) + 0.5 : sum / double(near.size()), item});
    }
    std::stable_sort(centres.begin(), centres.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::transform(centres.begin(), centres.end(), column.begin(),
                   [](const auto& centre) { return centre.second; });
  }

  int pairs(int upper, int lower) const {
    int crossed = 0;
    for (const bool from : {true, false}) {
      const auto& near = from ? before_ : after_;
      for (const int p : near[std::size_t(upper)])
        for (const int q : near[std::size_t(lower)])
          crossed += end(step(p), from) > end(step(q), from);
    }
    return crossed;
  }
  void swap_neighbours(std::vector<int>& column) {
    bool improved = true;
    for (int pass = 0; improved && pass < 4; ++pass) {
      improved = false;
      for (std::size_t i = 0; i + 1 < column.size(); ++i) {
        const int upper = column[i], lower = column[i + 1];
        if (pairs(upper, lower) <= pairs(lower, upper)) continue;
        std::swap(column[i], column[i + 1]);
        at(lower) = double(i);
        at(upper) = double(i + 1);
        improved = true;
      }
    }
  }

  // Between neighbouring columns, by counting inversions with a Fenwick tree.
  std::int64_t crossings() const {
    std::int64_t total = 0;
    for (std::size_t rank = 1; rank < columns_.size(); ++rank) {
      std::vector<std::pair<double, double>> ends;  // at the right, at the left
      for (const int item : columns_[rank])
        for (const int index : before_[std::size_t(item)])
          ends.push_back({end(step(index), false), end(step(index), true)});
      std::sort(ends.begin(), ends.end());
      std::vector<double> heights;
      for (const auto& one : ends) heights.push_back(one.second);
      std::sort(heights.begin(), heights.end());
      heights.erase(std::unique(heights.begin(), heights.end()), heights.end());
      std::vector<int> tree(heights.size() + 1, 0);
      for (std::size_t seen = 0; seen < ends.size(); ++seen) {
        const auto found = std::lower_bound(heights.begin(), heights.end(), ends[seen].second);
        const auto position = std::size_t(found - heights.begin()) + 1;
        int not_above = 0;
        for (std::size_t i = position; i > 0; i -= i & (~i + 1)) not_above += tree[i];
        total += std::int64_t(seen) - not_above;
        for (std::size_t i = position; i < tree.size(); i += i & (~i + 1)) ++tree[i];
      }
    }
    return total;
  }

  const std::vector<Item>& items_;
  const std::vector<Step>& steps_;
  std::vector<std::vector<int>> before_, after_;
  std::vector<double> at_;
  Columns columns_;
};

}  // namespace

Columns order_columns(const std::vector<Item>& items, const std::vector<Step>& steps) {
  return Order(items, steps).best();
}

}  // namespace glassgrad::layout
