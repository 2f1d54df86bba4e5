// Heights within the columns: every item is drawn towards the ports it is wired to, as far as the
// order and the gaps allow. For one column this is least squares under an order, solved exactly by
// pooling neighbours that would overlap; a few sweeps left and right settle the whole.
#include <algorithm>

#include "show/picture/layout/layered.hpp"

namespace glassgrad::layout {
namespace {

struct Wish {
  double y, weight;
};
struct Pool {
  double sum, weight;
  std::size_t count;
};

class Placer {
 public:
  Placer(std::vector<Item>& items, const std::vector<Step>& steps, const Columns& columns,
         const Spacing& spacing)
      : items_(items),
        steps_(steps),
        columns_(columns),
        spacing_(spacing),
        before_(grouped(items.size(), steps, &Step::to)),
        after_(grouped(items.size(), steps, &Step::from)) {}

  void place() {
    for (const auto& column : columns_) stack(column);
    const int sweeps = items_.size() > 20000 ? 4 : 16;
    for (int sweep = 0; sweep < sweeps; ++sweep) {
      const bool forward = sweep % 2 == 0, both = sweep >= sweeps - 4;
      for (std::size_t i = 0; i < columns_.size(); ++i) {
        const auto& column = columns_[forward ? i : columns_.size() - 1 - i];
        std::vector<Wish> wishes;
        for (const int item : column)
          wishes.push_back(wish(item, forward || both, !forward || both));
        settle(column, wishes);
      }
    }
    if (items_.empty()) return;
    const double top =
        std::min_element(items_.begin(), items_.end(), [](const Item& a, const Item& b) {
          return a.y < b.y;
        })->y;
    for (Item& item : items_) item.y -= top;
  }

 private:
  Item& item(int i) { return items_[std::size_t(i)]; }
  double gap(int a, int b) { return item(a).box && item(b).box ? spacing_.row : spacing_.wire; }

  void stack(const std::vector<int>& column) {
    double y = 0;
    for (std::size_t i = 0; i < column.size(); ++i) {
      if (i > 0) y += gap(column[i - 1], column[i]);
      item(column[i]).y = y;
      y += item(column[i]).h;
    }
    for (const int i : column) item(i).y -= y / 2;
  }

  // The mean of the heights at which its steps would be level.
  Wish wish(int i, bool left, bool right) {
    double sum = 0, weight = 0;
    if (left)
      for (const int index : before_[std::size_t(i)]) {
        const Step& step = steps_[std::size_t(index)];
        sum += (item(step.from).y + step.out - step.in) * step.weight, weight += step.weight;
      }
    if (right)
      for (const int index : after_[std::size_t(i)]) {
        const Step& step = steps_[std::size_t(index)];
        sum += (item(step.to).y + step.in - step.out) * step.weight, weight += step.weight;
      }
    return weight > 0 ? Wish{sum / weight, weight} : Wish{item(i).y, 0.1};
  }

  // Minimises sum weight (y - wanted)^2 with y[i+1] >= y[i] + h[i] + gap.
  void settle(const std::vector<int>& column, const std::vector<Wish>& wishes) {
    std::vector<double> offset(column.size(), 0);
    for (std::size_t i = 1; i < column.size(); ++i)
      offset[i] = offset[i - 1] + item(column[i - 1]).h + gap(column[i - 1], column[i]);
    std::vector<Pool> pools;
    for (std::size_t i = 0; i < column.size(); ++i) {
      Pool pool{(wishes[i].y - offset[i]) * wishes[i].weight, wishes[i].weight, 1};
      for (; !pools.empty() && pools.back().sum / pools.back().weight > pool.sum / pool.weight;
           pools.pop_back())
        pool = {pools.back().sum + pool.sum, pools.back().weight + pool.weight,
                pools.back().count + pool.count};
      pools.push_back(pool);
    }
    std::size_t i = 0;
    for (const Pool& pool : pools)
      for (std::size_t k = 0; k < pool.count; ++k, ++i)
        item(column[i]).y = pool.sum / pool.weight + offset[i];
  }

  std::vector<Item>& items_;
  const std::vector<Step>& steps_;
  const Columns& columns_;
  const Spacing& spacing_;
  std::vector<std::vector<int>> before_, after_;
};

}  // namespace

void place_rows(std::vector<Item>& items, const std::vector<Step>& steps, const Columns& columns,
                const Spacing& spacing) {
  Placer(items, steps, columns, spacing).place();
}

}  // namespace glassgrad::layout
