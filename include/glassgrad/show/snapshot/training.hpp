// The training that led to a Snapshot: curves, gradient norms, the same graph at earlier steps, the
// decision field, a classifier's mistakes; the neuron view's layers and what the optimizer did.
// Plain data; Recorder (recorder.hpp) fills the first of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "glassgrad/show/snapshot/snapshot_array.hpp"

namespace glassgrad {

struct Series {
  std::string name;
  std::vector<double> values;
};

struct ReplayedInput {
  std::optional<SnapshotArray> local, contribution;
};
// A node's numbers at another step. What is absent was not kept, and need not equal the snapshot's.
struct ReplayedNode {
  std::uint32_t node = 0;
  std::optional<SnapshotArray> value, upstream;
  std::vector<ReplayedInput> inputs;  // as many as the node has
};
// The local gradients of a scope read as one box, at that step.
struct ReplayedScope {
  std::uint32_t scope = 0;                           // position in Snapshot::scopes
  std::vector<std::optional<SnapshotArray>> locals;  // one per input of the scope
};
struct Replay {
  std::int64_t step = 0;
  std::vector<ReplayedNode> nodes;
  std::vector<ReplayedScope> scopes;
};

// A two-input model's output over a grid of columns x rows cells; row 0 is the lowest y.
struct FieldFrame {
  std::int64_t step = 0;
  std::vector<double> values;  // rounded to 255ths of low..high by the recorder
};
struct FieldPoint {
  double x = 0, y = 0;
  int label = 0;  // 0 or 1
};
struct Field {
  double x_low = 0, x_high = 1, y_low = 0, y_high = 1;
  std::string x_name = "x1", y_name = "x2";
  std::int64_t columns = 48, rows = 48;
  double level = 0.5;        // where the boundary is
  double low = 0, high = 1;  // of the output
  std::vector<FieldFrame> frames;
  std::vector<FieldPoint> points;
};

struct Confusion {
  std::vector<std::string> classes;
  std::vector<std::vector<std::int64_t>> counts;  // a row per true class, a column per answer
};
struct WorstExample {
  std::optional<std::int64_t> index;  // none: not known
  std::string truth, predicted;
  double loss = 0;
  std::optional<double> probability;   // what the model gave the true class
  std::int64_t width = 0, height = 0;  // of its picture; 0: there is none
  std::vector<double> picture;         // 0 to 1
};

struct TrainingRecord {
  std::string unit = "step";
  std::vector<std::int64_t> step;              // where the curves were sampled, rising
  std::vector<Series> curves, gradient_norms;  // each as long as step
  // Norms of each parameter's step (Optimizer::norms): its gradient after clipping, and |change| /
  // |parameter|.
  std::vector<Series> clipped_norms, update_ratios;
  std::vector<Replay> replays;
  std::optional<Field> field;
  std::optional<Confusion> confusion;
  std::vector<WorstExample> examples;  // worst first
};

// A chain of dense layers. All members are positions in Snapshot::nodes.
struct StackLayer {
  std::string name, activation;
  std::uint32_t weight = 0, output = 0;
  std::optional<std::uint32_t> bias, before;
};
struct Stack {
  std::uint32_t input = 0;
  bool columns = false;  // an example is a column (W x), not a row (x W)
  std::vector<StackLayer> layers;
};

// What an optimizer did after this backward.
struct UpdatedParameter {
  std::uint32_t node = 0;
  SnapshotArray value;  // after it
};
struct AppliedUpdate {
  std::string rule;
  std::vector<UpdatedParameter> parameters;
};

}  // namespace glassgrad
