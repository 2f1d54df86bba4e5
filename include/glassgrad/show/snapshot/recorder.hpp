// Recorder: a training run for the views, collected in bounded memory: curves, gradient norms, the
// graph's numbers at some steps, a decision field over time. Deterministic: at a limit every second
// entry is dropped, and from then on every second step skipped.
//
//   Recorder recorder({.every = 10});
//   for (step ...) { ...; tape.backward(cost); recorder.record(step, cost); ... }
//   Snapshot shot = snapshot(cost);        // before the last step is taken
//   recorder.finish(shot);
//   write_html(shot, "report.html");
#pragma once

#include <span>
#include <string>
#include <vector>

#include "glassgrad/show/snapshot/snapshot.hpp"

#include "glassgrad/array/setting.hpp"

namespace glassgrad {

struct RecorderOptions {
  std::string unit = "step";  // what a step is called: "step", "epoch"
  Setting<"recorder", "every", std::int64_t, 1> every = 1;  // steps between two records, at first
  std::vector<std::string> keep = {};  // whose numbers replays hold (pattern.hpp); {}: all
  Setting<"recorder", "samples", std::int64_t, 1> samples = 500;  // points of a curve, at most
  Setting<"recorder", "replays", std::int64_t, 1> replays =
      12;  // recorded graphs and field frames, at most
  Setting<"recorder", "bytes", std::int64_t, 1> bytes = 8
                                                        << 20;  // of the replays' numbers, at most
  Setting<"recorder", "limit", std::int64_t, 0> limit =
      256;  // arrays up to so many numbers are replayed whole
};

struct Measure {
  std::string name;
  double value = 0;
};

class Recorder {
 public:
  using Step = Setting<"recorder", "the step">;
  explicit Recorder(RecorderOptions options = {});

  // Everything of one step after its backward: the cost as a curve, the norm of each parameter's
  // upstream, and when it is due a replay. Throws as snapshot() and the functions below do.
  template <class T>
  void record(Step step, const Node<T>& cost);

  // The parts of record(). A step that is not due is skipped. Throw Error for steps that do not
  // rise, and for names or a graph unlike the first.
  void sample(Step step, std::span<const Measure> curves,
              std::span<const Measure> gradient_norms = {},
              std::span<const Measure> clipped_norms = {},
              std::span<const Measure> update_ratios = {});
  // A snapshot taken with boxes gives the folded scopes' local gradients at that step, too.
  void replay(Step step, const Snapshot& shot);
  // Sets what the frames are of; then a frame for every step that wants_replay().
  void set_field(Field field);
  void frame(Step step, std::vector<double> values);
  // A classifier's mistakes, found by the caller.
  void set_confusion(Confusion confusion) { training_.confusion = std::move(confusion); }
  void set_examples(std::vector<WorstExample> worst_first) {
    training_.examples = std::move(worst_first);
  }

  bool wants_sample(Step step) const;
  bool wants_replay(Step step) const;
  std::int64_t bytes() const { return bytes_; }  // held by replays

  // Moves all of it into a snapshot of the same graph, with a sentence per omission.
  void finish(Snapshot& shot) const;

 private:
  void thin_replays();

  RecorderOptions options_;
  TrainingRecord training_;
  std::vector<std::string> ops_;     // of the replayed graph
  std::vector<std::int64_t> sizes_;  // of the replays, in bytes
  std::int64_t sample_every_, replay_every_, first_ = 0, bytes_ = 0;
  bool started_ = false, too_large_ = false;
};

// The norm of every parameter's upstream, in the order of the nodes.
std::vector<Measure> gradient_norms(const Snapshot& shot);

// A SnapshotArray of numbers on no tape, such as a parameter after its step.
SnapshotArray snapshot_array(View<const double> numbers,
                             Setting<"snapshot_array", "limit", std::int64_t, 0> limit = 256);

// The layers that a chain of Dense layers recorded, for the neuron view: found by the names that
// Dense gives ("<name>.W", "<name>.z"), each reading the one before. None when there is no such
// chain.
std::optional<Stack> find_stack(const Snapshot& shot);

}  // namespace glassgrad
