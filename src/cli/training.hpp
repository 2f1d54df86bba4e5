// Training: one network learning one problem from one seed, epoch by epoch. Everything in it is a
// function of the settings, the data and the number of epochs done, so that a resumed run goes on
// bit for bit. What is printed is in progress.hpp, what is kept in model_file.hpp.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "glassgrad/io/model.hpp"
#include "problem.hpp"

namespace glassgrad::cli {

// One line of metrics.csv. Quality is accuracy, or R^2 for numbers; the test's are NaN without one.
struct EpochRow {
  double epoch = 0, rate = 0, loss = 0, quality = 0, test_loss = 0, test_quality = 0;
};

// The loss or a parameter is no longer a finite number, or the loss a million times the first.
class Diverged : public Error {
  using Error::Error;
};

template <class T>
class Training {
 public:
  // After every batch: the examples seen in this epoch, their mean loss and quality so far.
  using Watch = std::function<void(std::int64_t seen, double loss, double quality)>;
  // Sees the tape of the very first batch, after backward.
  using Look = std::function<void(Tape<T>& tape, const Node<T>& cost)>;

  Training(const Settings& settings, const Split& data);

  // Throws Diverged; parameters and optimizer are then as they were after the last epoch.
  EpochRow run_epoch(const Watch& watch, const Look& look = {});
  // The mean loss, and the quality, of the held out part; NaN when there is none.
  std::pair<double, double> test();

  Architecture architecture;
  Fitted fitted;
  Random random;
  Sequential<T> model;
  std::unique_ptr<Optimizer<T>> optimizer;
  std::vector<EpochRow> history;  // one row for every epoch done
  std::int64_t examples() const { return problem_.size(); }
  std::int64_t held_out() const { return test_ ? test_->size() : 0; }
  const Batches& batches() const { return batches_; }
  void remember();  // that the parameters are good as they are now

 private:
  bool all_finite();
  [[noreturn]] void give_up(std::string what);

  Settings settings_;
  Problem<T> problem_;
  std::optional<Problem<T>> test_;
  Batches batches_;
  Schedule schedule_;
  Parameters<T> parameters_;
  Tape<T> tape_{Keep::parameters}, values_{Keep::values};
  std::vector<std::vector<T>> good_;
  std::vector<ParameterState<T>> good_states_;
};

}  // namespace glassgrad::cli
