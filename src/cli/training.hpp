// Training: one network learning one problem from one seed, epoch by epoch. Everything in it is a
// function of the settings, the data and the epochs done, so that a resumed run continues bit for
// bit. What is printed is in progress.hpp, what is kept in model_file.hpp.
#pragma once

#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <vector>

#include "glassgrad/optim/optimizer.hpp"
#include "glassgrad/optim/stopping.hpp"
#include "history.hpp"
#include "problem.hpp"

namespace glassgrad::cli {

// The part of an epoch that was done when a signal came: its batches, the sums over them, and the
// loss of the first.
struct PartOfEpoch {
  std::int64_t batches = 0;
  double loss = 0, score = 0, first = 0;
};

// The data of a run. The last two may be empty.
struct Parts {
  Dataset train, validation, test;
};

template <class T>
class Training {
 public:
  // After every batch: the examples seen in this epoch, their mean loss and quality so far.
  using Watch = std::function<void(std::int64_t seen, double loss, double quality)>;
  using Step = std::function<std::vector<Update>()>;
  // Observes the batches it wants, counted from 0, on a tape that keeps everything.
  struct Look {
    std::function<bool(std::int64_t epoch, std::int64_t batch)> wants;
    // After backward; takes the step itself, by step().
    std::function<void(std::int64_t epoch, std::int64_t batch, const Node<T>& cost,
                       const Step& step)>
        see;
    // The batch whose loss is not finite, before the run ends; there was no backward.
    std::function<void(const Node<T>& cost)> failed;
  };

  // Fills and scales the data as fitted on the training part.
  Training(const Settings& settings, Parts data);

  // True when the epoch is done, false when `interrupted` ended it after a batch: `cut` then holds
  // the part done, and the next call continues there. Throws Diverged, with parameters and
  // optimizer as after the last epoch.
  bool run_epoch(const Watch& watch, const Look* look = nullptr);
  // The mean loss, and the quality, of the test part; NaN without one.
  std::pair<double, double> test() { return evaluate(test_); }
  // From now on a step that is not finite is saved there for `glassgrad replay`, and Diverged names
  // the number. Throws DataError if no file can be written there.
  void keep_failed_step(const std::string& path);
  // Restores the state of a run with these epochs; parameters and optimizer are already set.
  void resume_after(const std::vector<EpochRow>& epochs);
  void remember();  // keeps parameters and optimizer as good
  // Calls f while parameters and optimizer are as they were after the last epoch.
  void at_the_last_epoch(const std::function<void()>& f);
  // ---- For the report (judge.cpp). The judged part is the test part, else the validation part,
  // else the training part.
  struct Judged {
    std::int64_t row = 0, truth = 0, predicted = 0;
    double loss = 0;
  };
  std::vector<Judged> judge();  // every example of that part, in order; {} for numbers
  std::string judged_part() const;
  std::vector<double> judged_inputs(std::int64_t row) const;  // as they were read
  std::vector<double> training_inputs(std::int64_t row) const;
  std::int64_t training_label(std::int64_t row) const { return problem_.label(row); }
  // The network's output for the second of two classes, for raw inputs.
  std::vector<double> second_class(Matrix inputs);

  // One line: what the gradient of the first batch costs, backward and by differences.
  std::string price();

  ModelDescription description;
  Sequential<T> model;
  std::unique_ptr<Optimizer<T>> optimizer;
  History history;  // of the epochs done
  Stopping stopping;
  Kept<T> best;                       // of the epoch with the lowest validation loss
  PartOfEpoch cut;                    // of the epoch that is not done
  std::function<bool()> interrupted;  // asked after every batch; none: never
  std::int64_t examples() const { return problem_.size(); }
  std::int64_t validated() const { return validation_ ? validation_->size() : 0; }
  std::int64_t held_out() const { return test_ ? test_->size() : 0; }
  const Batches& batches() const { return batches_; }

 private:
  std::pair<double, double> evaluate(std::optional<Problem<T>>& problem);

  const Problem<T>& judged() const {
    return test_ ? *test_ : validation_ ? *validation_ : problem_;
  }
  void back_to_the_last_epoch();
  [[noreturn]] void give_up(const std::string& what, bool before_any_step = false);
  [[noreturn]] void stop_at(std::span<const std::int64_t> rows, std::int64_t epoch,
                            std::int64_t batch);

  Settings settings_;
  Problem<T> problem_;
  std::optional<Problem<T>> validation_, test_;
  Batches batches_;
  Schedule schedule_;
  Parameters<T> parameters_;
  Tape<T> tape_{Keep::parameters}, values_{Keep::values};
  Kept<T> good_;
  std::vector<ParameterState<T>> good_states_;
  std::optional<StepGuard<T>> guard_;
  std::string failed_path_;
};

// The initial network of such settings, dropout's seeds included.
template <class T>
Sequential<T> network_of(const Settings& settings, const Architecture& architecture);

}  // namespace glassgrad::cli
