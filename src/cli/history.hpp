// The history of epochs. Of a long run only some are kept, so that neither memory nor the model
// file grows with it: the first, the last two, the best, and between them every 2nd, 4th, 8th ...
// Which ones depends on the count alone, so that a resumed run keeps the same.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "glassgrad/optim/optimizer.hpp"
#include "glassgrad/optim/stopping.hpp"

namespace glassgrad::cli {

// Up to this many epochs are all kept, of more at most three beyond it.
inline constexpr std::int64_t most_epochs_kept = 10'000;

// The numbers of one epoch. Quality is accuracy, or R^2 for numbers; gradient is the norm of its
// last batch's, clipped the same after clipping, update_ratio |change| / |parameter| of all
// parameters together in that batch's step. What was not measured is NaN.
struct EpochRow {
  double epoch = 0, rate = 0, loss = 0, quality = 0, gradient = 0;
  double validation_loss = 0, validation_quality = 0, test_loss = 0, test_quality = 0;
  double clipped = std::numeric_limits<double>::quiet_NaN();
  double update_ratio = std::numeric_limits<double>::quiet_NaN();
  std::vector<StepNorms> steps;  // of the same batch, for every parameter
};
// f(name, number) for each; "quality" stands for accuracy or R2.
template <class Row, class F>
void each_column(Row& row, F&& f) {
  f("epoch", row.epoch), f("rate", row.rate), f("loss", row.loss), f("quality", row.quality);
  f("gradient", row.gradient);
  f("validation_loss", row.validation_loss), f("validation_quality", row.validation_quality);
  f("test_loss", row.test_loss), f("test_quality", row.test_quality);
  f("clipped_gradient", row.clipped), f("update_ratio", row.update_ratio);
}
// The same for each parameter's norms.
template <class Norms, class F>
void each_norm(Norms& norms, F&& f) {
  f("gradient", norms.gradient), f("clipped", norms.clipped);
  f("weight", norms.weight), f("update", norms.update);
}

class History {
 public:
  History() = default;
  explicit History(std::vector<EpochRow> rows) : rows_(std::move(rows)) {}

  void add(EpochRow row);
  void keep_all() { keeps_all_ = true; }  // for metrics, which have a line for every epoch

  std::int64_t epochs() const { return rows_.empty() ? 0 : std::int64_t(rows_.back().epoch); }
  bool empty() const { return rows_.empty(); }
  const EpochRow& front() const { return rows_.front(); }
  const EpochRow& back() const { return rows_.back(); }
  // At least those that are kept.
  const std::vector<EpochRow>& rows() const { return rows_; }
  // Those alone.
  std::vector<EpochRow> kept() const;
  // Reports these epochs to it, as far as they matter.
  void tell(Stopping& stopping) const;

 private:
  std::vector<EpochRow> rows_;
  bool keeps_all_ = false;
};

}  // namespace glassgrad::cli
