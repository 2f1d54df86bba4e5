#include "history.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace glassgrad::cli {
namespace {

// The epoch with the lowest validation loss, the first of several; 0 where none was measured.
std::pair<std::int64_t, double> best_of(const EpochRow* first, const EpochRow* last) {
  std::pair<std::int64_t, double> best{0, std::numeric_limits<double>::infinity()};
  for (; first != last; ++first)
    if (first->validation_loss < best.second)
      best = {std::int64_t(first->epoch), first->validation_loss};
  return best;
}

}  // namespace

void History::add(EpochRow row) {
  rows_.push_back(std::move(row));
  if (!keeps_all_ && rows_.size() >= std::size_t(2 * most_epochs_kept)) rows_ = kept();
}

std::vector<EpochRow> History::kept() const {
  const std::int64_t last = epochs();
  if (last <= most_epochs_kept) return rows_;
  std::int64_t step = 1;
  while ((last - 1) / step >= most_epochs_kept) step *= 2;
  const std::int64_t best = best_of(rows_.data(), rows_.data() + rows_.size()).first;
  std::vector<EpochRow> some;
  for (const EpochRow& row : rows_) {
    const auto epoch = std::int64_t(row.epoch);
    if ((epoch - 1) % step == 0 || epoch == best || epoch + 1 >= last) some.push_back(row);
  }
  return some;
}

void History::tell(Stopping& stopping) const {
  const bool all = std::int64_t(rows_.size()) == epochs();
  if (!all) {
    const auto [best, loss] = best_of(rows_.data(), &rows_.back());
    stopping.stand_after(epochs() - 1, best, loss, rows_[rows_.size() - 2].loss);
  }
  for (const EpochRow& row : rows_)
    if (all || &row == &rows_.back())
      stopping.after_epoch(row.loss, row.validation_loss, row.gradient);
}

}  // namespace glassgrad::cli
