// When training is over, and which parameters are kept: early stopping, the best epoch,
// convergence, and rolling back a run that diverges.
//   Stopping stopping({.patience = 5});
//   Kept<double> best(parameters), good(parameters);
//   while (stopping.stop() == Stop::no) {
//     const double loss = train_an_epoch();
//     throw_if_diverged(loss, first_loss, good);
//     if (stopping.after_epoch(loss, loss_of(validation))) best.keep();
//   }
//   best.restore();
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "glassgrad/array/error.hpp"
#include "glassgrad/engine/parameter.hpp"

#include "glassgrad/array/setting.hpp"

namespace glassgrad {

struct StopOptions {
  Setting<"stopping", "patience", std::int64_t, 0> patience =
      0;                          // so many epochs without a new lowest validation loss; 0: never
  double tolerance = 0;           // the loss changes by at most this in an epoch; 0: never
  double gradient_tolerance = 0;  // |g| is at most this; 0: never
};

enum class Stop { no, patience, tolerance, gradient };

// Its state is a function of the reports after every epoch, so a resumed run repeats the earlier
// reports.
class Stopping {
 public:
  // Throws Error unless every option is finite and not negative.
  explicit Stopping(const StopOptions& options = {});

  // Reports an epoch; returns whether its validation loss is the lowest so far. Without a
  // validation part give the training loss twice; |g| is needed only for the gradient's tolerance.
  bool after_epoch(double loss, double validation_loss,
                   double gradient = std::numeric_limits<double>::infinity());

  // Restores the state after that many epochs, none of which stopped it: the best one from 1 (0:
  // none) and its validation loss, and the loss of the last.
  void stand_after(std::int64_t epochs, std::int64_t best_epoch, double best, double last_loss);

  Stop stop() const { return stop_; }
  // "the validation loss is not below that of epoch 7 for 5 epochs"; empty before it stops.
  const std::string& reason() const { return reason_; }
  std::int64_t epochs() const { return epochs_; }
  std::int64_t best_epoch() const { return best_epoch_; }  // from 1; 0 before the first
  double best() const { return best_; }

 private:
  StopOptions options_;
  Stop stop_ = Stop::no;
  std::string reason_;
  std::int64_t epochs_ = 0, best_epoch_ = 0;
  double last_ = std::numeric_limits<double>::quiet_NaN();
  double best_ = std::numeric_limits<double>::infinity();
};

// The rate is too high: the loss or a parameter is not finite, or the loss is a million times the
// first.
class Diverged : public Error {
  using Error::Error;
};

// A copy of the parameters as they were at a good time.
template <class T>
class Kept {
 public:
  explicit Kept(std::vector<Parameter<T>*> parameters) : parameters_(std::move(parameters)) {
    keep();
  }
  void keep();           // as they are now; allocates nothing once warm
  void restore() const;  // as they were at the last keep()
  std::span<Parameter<T>* const> parameters() const { return parameters_; }
  const std::vector<std::vector<T>>& values() const { return values_; }

 private:
  std::vector<Parameter<T>*> parameters_;
  std::vector<std::vector<T>> values_;
};

// Why a run is diverging, or nothing: "the loss is nan", ""layer1.W" holds inf", "the loss is
// 3.1e+09, it was 2.3". `usual` is the first loss.
template <class T>
std::string divergence(double loss, double usual, std::span<Parameter<T>* const> parameters);

// Keeps the parameters as good while nothing diverges; else restores those kept last and throws
// Diverged.
template <class T>
void throw_if_diverged(double loss, double usual, Kept<T>& good);

}  // namespace glassgrad
