// Each part of a file that follows from others is found again, and held to what stands there.
#include "show/diagnose/identity_statements.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>

#include "glassgrad/array/printable.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/show/diagnose/problems.hpp"
#include "glassgrad/show/snapshot/recorder.hpp"
#include "show/diagnose/identity_boxes.hpp"
#include "show/snapshot/derived.hpp"

namespace glassgrad::detail {
namespace {

// What a problem is told apart by.
auto key_of(const Problem& problem) {
  return std::make_tuple(problem.kind, problem.error, problem.pass, problem.node, problem.path,
                         problem.element);
}
using ProblemKey = decltype(key_of(Problem()));
std::set<ProblemKey> keys_of(const std::vector<Problem>& problems) {
  std::set<ProblemKey> keys;
  for (const Problem& problem : problems) keys.insert(key_of(problem));
  return keys;
}

class Statements {
 public:
  explicit Statements(const Snapshot& shot) : shot_(shot) {}

  std::vector<std::string> wrong() {
    for (std::uint32_t i = 0; i < shot_.nodes.size(); ++i) check_node(i);
    for (std::string& line : wrong_inputs(shot_)) wrong_.push_back(std::move(line));
    check_problems();
    check_stack();
    if (shot_.update) check_update(*shot_.update);
    if (shot_.training) check_training(*shot_.training);
    return std::move(wrong_);
  }

 private:
  template <class... Parts>
  void say(const Parts&... parts) {
    wrong_.push_back(join(parts...));
  }
  std::string called(std::uint32_t i) const { return "\"" + shown_name(shot_.path_of(i)) + "\""; }

  void check_node(std::uint32_t i) {
    const SnapshotNode& node = shot_.nodes[i];
    if (node.kind != SnapshotKind::op) check_leaf(i);
    for (const SnapshotInput& input : node.inputs) {
      const std::string edge = called(i) + " to " + called(input.node) + ": ";
      const bool box = node.folded > 0;
      if (box ? input.symbol != shot_.nodes[input.node].label
              : !node.symbolic.empty() && !mentions(node.symbolic, input.symbol))
        say(edge, "its slot is \"", shown_name(input.symbol), "\", which its formula ",
            box ? "does not call it" : "does not have");
      if (input.elementwise && mentions(input.slot_formula, "upstream"))
        say(edge, "its local gradient is elementwise, and its formula has an upstream");
      check_dead(edge, node, input);
      check_gain(edge, node, input);
    }
    const auto& check = node.check;
    if (check && check->error && check->tolerance &&
        check->ok != (*check->error <= *check->tolerance))
      say(called(i), ": its check is ", check->ok ? "ok" : "not ok", ", of error ",
          to_text(*check->error), " and tolerance ", to_text(*check->tolerance));
  }

  void check_leaf(std::uint32_t i) {
    const SnapshotNode& node = shot_.nodes[i];
    constexpr std::string_view kinds[] = {"op", "input", "parameter", "constant"};
    const std::string_view kind = kinds[std::size_t(node.kind)];
    const bool positions = node.kind == SnapshotKind::constant && node.op == "indices";
    if (node.op != kind && !positions)
      say(called(i), ": its kind is ", kind, ", its op \"", shown_name(node.op), "\"");
    if (!node.inputs.empty()) say(called(i), ": its kind is ", kind, ", and it has inputs");
    if (node.folded > 0) say(called(i), ": its kind is ", kind, ", and it is folded");
  }

  void check_dead(const std::string& edge, const SnapshotNode& node, const SnapshotInput& input) {
    if (input.dead_columns == 0 && input.dead_rows == 0 && !input.local) return;
    if (node.inputs.size() != 1 || node.value.shape.rank() != 2) {
      if (input.dead_columns || input.dead_rows)
        say(edge, "it has dead columns or rows, and is no unary op of a matrix");
      return;
    }
    if (!input.local || !input.local->whole || input.local->shape != node.value.shape) return;
    const auto rows = std::size_t(node.value.shape[0]), columns = std::size_t(node.value.shape[1]);
    std::vector<char> row(rows, 1), column(columns, 1);
    for (std::size_t at = 0; at < rows * columns; ++at)
      if (input.local->numbers[at] != 0) row[at / columns] = column[at % columns] = 0;
    const auto dead_rows = std::count(row.begin(), row.end(), 1);
    const auto dead_columns = std::count(column.begin(), column.end(), 1);
    if (rows * columns == 0 || node.folded > 0) return;
    if (dead_rows != input.dead_rows || dead_columns != input.dead_columns)
      say(edge, "it says ", input.dead_columns, " dead columns and ", input.dead_rows,
          " dead rows, its slopes have ", dead_columns, " and ", dead_rows);
  }

  void check_gain(const std::string& edge, const SnapshotNode& node, const SnapshotInput& input) {
    if (!input.gain) return;
    const std::optional<double> found = gain(node, input);
    constexpr double slack = 1e-6;  // of a program that sums in float32
    if (!found || !(std::abs(*found - *input.gain) <= slack * std::abs(*found)))
      say(edge, "its gain is ", to_text(*input.gain), ", by the norms it is ",
          found ? to_text(*found) : "none");
  }

  void check_problems() {
    for (const Problem& problem : shot_.problems) {
      if (!problem.path.empty() && problem.path[0] != problem.node)
        say(called(problem.node), ": the path of its problem begins at ", called(problem.path[0]));
      const Shape& shape = shot_.nodes[problem.node].value.shape;
      bool inside = problem.element.empty() || std::int64_t(problem.element.size()) == shape.rank();
      for (int k = 0; inside && k < shape.rank() && !problem.element.empty(); ++k) {
        const std::int64_t at = problem.element[std::size_t(k)];
        inside = at >= 0 && at < shape[k];
      }
      if (!inside) say(called(problem.node), ": its problem has a place outside it");
    }
    if (!shot_.thresholds) return;
    const std::vector<Problem> found = find_problems(shot_, *shot_.thresholds);
    const std::set<ProblemKey> known = keys_of(found), listed = keys_of(shot_.problems);
    for (const Problem& problem : shot_.problems)
      if (!known.contains(key_of(problem)))
        say(called(problem.node), ": its problem is not found in its numbers");
    for (const Problem& problem : found)
      if (!listed.contains(key_of(problem)))
        say(called(problem.node), ": its numbers have a problem that is not listed");
  }

  void check_stack() {
    if (!shot_.stack) return;
    const std::optional<Stack> found = find_stack(shot_);
    if (!found) return;  // of a network whose nodes have other names
    const Stack& said = *shot_.stack;
    if (said.input != found->input || said.columns != found->columns)
      say("stack: its input is ", called(said.input), ", the layers read ", called(found->input));
    for (const StackLayer& layer : said.layers) {
      const auto is = [&](const StackLayer& other) {
        return layer.name == other.name && layer.weight == other.weight &&
               layer.bias == other.bias && layer.before == other.before &&
               layer.output == other.output && layer.activation == other.activation;
      };
      if (std::none_of(found->layers.begin(), found->layers.end(), is))
        say("stack: layer \"", shown_name(layer.name), "\" is not what its nodes are");
    }
  }

  void check_update(const AppliedUpdate& update) {
    std::set<std::uint32_t> seen;
    for (const UpdatedParameter& parameter : update.parameters) {
      const SnapshotNode& node = shot_.nodes[parameter.node];
      if (!seen.insert(parameter.node).second)
        say("update: ", called(parameter.node), " is listed twice");
      if (node.kind != SnapshotKind::parameter)
        say("update: ", called(parameter.node), " is no parameter");
      if (parameter.value.shape != node.value.shape)
        say("update: ", called(parameter.node), " becomes ", to_text(parameter.value.shape),
            " from ", to_text(node.value.shape));
    }
  }

  template <class Steps>
  void check_rising(const Steps& all, std::string_view what) {
    for (std::size_t i = 1; i < all.size(); ++i)
      if (all[i] <= all[i - 1]) say("training: ", what, " ", all[i], " comes after ", all[i - 1]);
  }

  void check_training(const TrainingRecord& training) {
    check_rising(training.step, "step");
    std::vector<std::int64_t> replays, frames;
    for (const Replay& replay : training.replays) replays.push_back(replay.step), check(replay);
    check_rising(replays, "the replay of step");
    if (training.field)
      for (const FieldFrame& frame : training.field->frames) frames.push_back(frame.step);
    check_rising(frames, "the field of step");
    if (training.confusion) check(*training.confusion);
    for (std::size_t i = 1; i < training.examples.size(); ++i)
      if (training.examples[i].loss > training.examples[i - 1].loss)
        say("training: example ", i, " is worse than the one before it");
  }

  // Nodes and scopes once, with arrays of their shapes; constants as they are.
  void check(const Replay& replay) {
    std::set<std::uint32_t> seen, scopes;
    const std::string where = join(shot_.training->unit, " ", replay.step, ": ");
    for (const ReplayedNode& of : replay.nodes) {
      const SnapshotNode& node = shot_.nodes[of.node];
      if (!seen.insert(of.node).second) say(where, called(of.node), " is listed twice");
      if (!of.inputs.empty() && of.inputs.size() != node.inputs.size())
        say(where, called(of.node), " has ", of.inputs.size(), " inputs, not ", node.inputs.size());
      for (const auto* array : {&of.value, &of.upstream})
        if (*array && (*array)->shape != node.value.shape)
          say(where, called(of.node), " has the shape ", to_text((*array)->shape), ", not ",
              to_text(node.value.shape));
    }
    for (const ReplayedScope& scope : replay.scopes)
      if (!scopes.insert(scope.scope).second)
        say(where, "box \"", shown_name(shot_.scope_path(scope.scope)), "\" is listed twice");
  }

  void check(const Confusion& confusion) {
    const std::size_t classes = confusion.classes.size();
    bool square = confusion.counts.size() == classes;
    for (const auto& row : confusion.counts) square = square && row.size() == classes;
    if (!square) say("training: the confusion has other rows or columns than its classes");
    if (std::set<std::string>(confusion.classes.begin(), confusion.classes.end()).size() != classes)
      say("training: a class of the confusion is listed twice");
    for (const WorstExample& example : shot_.training->examples)
      for (const std::string& name : {example.truth, example.predicted})
        if (std::find(confusion.classes.begin(), confusion.classes.end(), name) ==
            confusion.classes.end())
          say("training: an example is of class \"", shown_name(name),
              "\", which the confusion does not have");
  }

  const Snapshot& shot_;
  std::vector<std::string> wrong_;
};

}  // namespace

std::vector<std::string> wrong_statements(const Snapshot& shot) { return Statements(shot).wrong(); }

}  // namespace glassgrad::detail
