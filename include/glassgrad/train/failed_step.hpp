// A failed training step, kept in one file and repeated from it, bit for bit.
//   const TrainingStep<> step{model.parameters(), &adam, [&](Tape<>& tape, const Batch& batch) {
//     const auto x = constant_of(tape, batch, "x"), y = constant_of(tape, batch, "y");
//     return mean_squared_error(model(x), y);
//   }};
//   StepGuard guard(step, "failed.safetensors");
//   for (...) guard.take({{"x", {32, 4}, xs}, {"y", {32, 1}, ys}});  // throws NonFiniteError
// and later, with the same model and optimizer made anew:
//   const StepReplay again = replay_step(read_failed_step("failed.safetensors"), step);
// `glassgrad train --stop-nonfinite` and `glassgrad replay` do the same for its own networks.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "glassgrad/io/safetensors.hpp"
#include "glassgrad/optim/optimizer.hpp"
#include "glassgrad/optim/stopping.hpp"
#include "glassgrad/show/diagnose/stop.hpp"
#include "glassgrad/show/snapshot/snapshot.hpp"

namespace glassgrad {

template <class T>
using Parameters = std::vector<Parameter<T>*>;

// What a step reads besides the parameters: arrays by name, and the seeds of its random numbers
// (int64, such as the number of the update for Module::seek).
using Batch = std::vector<NamedTensor>;
// All throw DataError for an unknown name, or numbers of another kind.
const NamedTensor& tensor_in(const Batch& batch, std::string_view name);
std::int64_t integer_in(const Batch& batch, std::string_view name);
template <class T>
Node<T> constant_of(Tape<T>& tape, const Batch& batch, std::string_view name);
template <class T>
Indices<T> indices_of(Tape<T>& tape, const Batch& batch, std::string_view name);

template <class T = double>
struct TrainingStep {
  Parameters<T> parameters;
  Optimizer<T>* optimizer = nullptr;  // none: the step ends with the gradients
  // Records the cost, a function of batch and parameters alone.
  Function<Node<T>(Tape<T>&, const Batch&)> cost;
};

using Facts = std::map<std::string, std::string>;  // about the run: seed, epoch, ...

// Watches steps. It copies parameters and the optimizer's state before each and checks every
// gradient and parameter after it; the tape runs as usual.
template <class T = double>
class StepGuard {
 public:
  // Throws DataError when the file could not be written: no such folder, a folder itself.
  StepGuard(TrainingStep<T> step, std::string path);

  // Cost, backward, optimizer. Returns the cost. When it, a gradient or a new parameter is not
  // finite: restores parameters and optimizer, repeats the step with every number checked, writes
  // the file (whole or not at all) and throws NonFiniteError.
  T take(const Batch& batch, const Facts& facts = {});

  // Its parts, for a custom loop: before the cost is recorded, ...
  void before();
  // ... after add_to_parameters(), and after the optimizer's step: is everything finite?
  bool gradients_are_finite() const;
  bool parameters_are_finite() const;
  // ... and when something is not. `more` may add to the file.
  [[noreturn]] void fail(const Batch& batch, const Facts& facts,
                         const Function<void(Safetensors&)>& more = {});

 private:
  TrainingStep<T> step_;
  std::string path_;
  Kept<T> kept_;
  std::vector<ParameterState<T>> states_;
  Tape<T> tape_{Keep::parameters};
};

struct FailedStep {
  Safetensors file;
  std::string source;   // what errors call it
  bool single = false;  // numbers are float32
  double rate = 0;
  std::string explanation;  // as reported when it failed
  std::string snapshot;     // JSON (show/json/json.hpp) of the failed step
  Facts facts;
  Batch batch;
};
// Throws DataError: no such file, damaged, not of a failed step.
FailedStep read_failed_step(const std::string& path);

struct StepReplay {
  bool same = false;       // every value, upstream and updated parameter, to the bit
  std::string difference;  // the first one that is not: "the value of node 12, exp, is another"
  std::size_t nodes = 0;
  std::optional<NonFinite> found;  // with its line, where it is known
  Snapshot shot;
};
// Sets parameters and optimizer to the state before the step, repeats it, and restores that state.
// Throws DataError when the file is of another model or number type, or TapeError or DataError for
// another optimizer.
template <class T>
StepReplay replay_step(const FailedStep& failed, const TrainingStep<T>& step);

}  // namespace glassgrad
