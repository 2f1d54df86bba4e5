// train --report: what the page and the JSON of a run say, held against the run's other files.
#include <algorithm>
#include <cmath>

#include "command.hpp"
#include "glassgrad/data/csv.hpp"
#include "glassgrad/io/model_parts.hpp"
#include "glassgrad/show/json/json.hpp"
#include "support/schema.hpp"

namespace glassgrad {
namespace {

using testing_cli::Command;
using testing_cli::two_classes;

const std::vector<double>* curve(const TrainingRecord& training, const std::string& name) {
  for (const Series& series : training.curves)
    if (series.name == name) return &series.values;
  return nullptr;
}

TEST_F(Command, ReportKeepsTheArraysThatAreChosen) {
  ASSERT_EQ(run("train DIGITS --epochs 2 --layers 4,relu --keep '**.b' --report r.json").code, 0);
  const Snapshot shot = parse_snapshot(text("r.json"));
  int biases = 0;
  for (const SnapshotNode& node : shot.nodes)
    if (node.value.shape.rank() > 0 && node.kind != SnapshotKind::constant) {
      EXPECT_EQ(node.value.whole, node.name.ends_with(".b")) << node.label;
      biases += node.value.whole;
    }
  EXPECT_EQ(biases, 2);
  for (const Replay& replay : shot.training->replays) EXPECT_EQ(replay.nodes.size(), 2U);
  EXPECT_NE(std::find(shot.dropped.begin(), shot.dropped.end(),
                      "Replays hold the nodes that \"**.b\" chose."),
            shot.dropped.end());
}

TEST_F(Command, ReportOfDigits) {
  const auto outcome =
      run("train DIGITS --epochs 3 --layers 16,relu --metrics m.csv --save m.safetensors "
          "--report r.html --report r.json");
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_TRUE(outcome.out.ends_with("wrote r.html\nwrote r.json\n")) << outcome.out;
  const std::string json = text("r.json");
  EXPECT_EQ(text("r.html"), page_of(json));
  const Snapshot shot = parse_snapshot(json);
  EXPECT_EQ(to_json(shot), json);
  EXPECT_EQ(shot.title, "digits: 16,relu");

  const TrainingRecord& training = shot.training.value();
  EXPECT_EQ(training.unit, "epoch");
  EXPECT_EQ(training.step, (std::vector<std::int64_t>{1, 2, 3}));
  const Table table = read_csv(folder / "m.csv", {.missing = Missing::keep});
  const std::pair<const char*, std::int64_t> columns[] = {
      {"loss", 3}, {"accuracy", 4}, {"held-out loss", 8}, {"held-out accuracy", 9}};
  for (const auto& [name, column] : columns) {
    const std::vector<double>* values = curve(training, name);
    ASSERT_NE(values, nullptr) << name;
    for (std::int64_t i = 0; i < 3; ++i)
      EXPECT_NEAR((*values)[std::size_t(i)], table.numbers(i, column), 1e-9) << name;
  }
  // the norms of all parameters together are the gradient's
  ASSERT_EQ(training.gradient_norms.size(), 4U);
  double squares = 0;
  for (const Series& norm : training.gradient_norms) squares += norm.values[2] * norm.values[2];
  EXPECT_NEAR(std::sqrt(squares), table.numbers(2, 5), 1e-9);
  EXPECT_EQ(training.replays.size(), 3U);

  std::int64_t right = 0, all = 0;
  for (std::size_t i = 0; i < 10; ++i)
    for (std::size_t k = 0; k < 10; ++k) {
      const std::int64_t count = training.confusion->counts[i][k];
      all += count, right += i == k ? count : 0;
    }
  EXPECT_EQ(all, 359);
  EXPECT_NE(outcome.out.find("(" + std::to_string(right) + " of 359)"), std::string::npos);
  ASSERT_EQ(training.examples.size(), 12U);
  for (std::size_t i = 0; i < 12; ++i) {
    const WorstExample& example = training.examples[i];
    EXPECT_EQ(example.width, 8);
    EXPECT_EQ(example.picture.size(), 64U);
    EXPECT_NEAR(example.probability.value(), std::exp(-example.loss), 1e-15);
    if (i > 0) {
      EXPECT_LE(example.loss, training.examples[i - 1].loss);
    }
  }

  ASSERT_EQ(shot.stack->layers.size(), 2U);
  EXPECT_EQ(shot.stack->layers[0].activation, "relu");
  EXPECT_EQ(shot.nodes[shot.stack->layers[1].output].label, "layer2.z");
  EXPECT_TRUE(
      shot.update->rule.starts_with("m = 0.9 * m + 0.1 * g; s = 0.999 * s + 0.001 * g^2; w = "))
      << shot.update->rule;
  const std::string fault = schema_fault(json);
  if (fault == "skip") GTEST_SKIP() << "no jsonschema for Python";
  EXPECT_EQ(fault, "");
}

TEST_F(Command, ReportOfTwoInputsHasTheDecisionField) {
  write("t.csv", two_classes());
  const std::string train =
      "train t.csv --layers 3,tanh --epochs 40 --optimizer gradient_descent --rate 0.1 ";
  ASSERT_EQ(run(train + "--save m.safetensors --report r.json").code, 0);
  const Snapshot shot = read_json((folder / "r.json").string());
  const Field& field = shot.training->field.value();
  EXPECT_EQ(field.x_name, "a");
  EXPECT_EQ(field.points.size(), 48U);
  ASSERT_EQ(field.frames.size(), shot.training->replays.size());
  for (std::size_t i = 0; i < field.frames.size(); ++i)
    EXPECT_EQ(field.frames[i].step, shot.training->replays[i].step);
  // "below" is the second class in the order of names, and lies below
  const std::vector<double>& last = field.frames.back().values;
  EXPECT_GT(last[47], 0.5);
  EXPECT_LT(last[47 * 48], 0.5);
  EXPECT_EQ(shot.update->rule, "w = w - 0.1 * g");

  // the parameters after the update are the model's; before it minus 0.1 times the gradient
  const Safetensors model = read_safetensors(folder / "m.safetensors");
  for (const UpdatedParameter& parameter : shot.update->parameters) {
    const SnapshotNode& node = shot.nodes[parameter.node];
    EXPECT_EQ(numbers_of(model.tensor(node.name)), parameter.value.numbers) << node.name;
    for (std::size_t i = 0; i < parameter.value.numbers.size(); ++i)
      EXPECT_NEAR(parameter.value.numbers[i],
                  node.value.numbers[i] - 0.1 * node.upstream->numbers[i], 1e-15);
  }
  // the same again, and the same model without a report
  const std::string first = text("r.json"), weights = text("m.safetensors");
  ASSERT_EQ(run(train + "--save m.safetensors").code, 0);
  EXPECT_EQ(text("m.safetensors"), weights);
  ASSERT_EQ(run(train + "--report r.json").code, 0);
  EXPECT_EQ(text("r.json"), first);
}

TEST_F(Command, ReportOfNumbersHasCurvesOnly) {
  std::string csv = "a,b,y\n";
  for (int i = 0; i < 40; ++i)
    csv +=
        std::to_string(i) + "," + std::to_string(i * 7 % 11) + "," + std::to_string(3 * i) + "\n";
  write("t.csv", csv);
  const auto outcome =
      run("train t.csv --layers none --loss mean_squared_error --epochs 5 --schedule cosine "
          "--patience 3 --report r.json");
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const Snapshot shot = read_json((folder / "r.json").string());
  EXPECT_NE(curve(*shot.training, "validation R2"), nullptr);
  EXPECT_NE(curve(*shot.training, "learning rate"), nullptr);
  EXPECT_FALSE(shot.training->field);
  EXPECT_FALSE(shot.training->confusion);
  EXPECT_TRUE(shot.training->examples.empty());
}

TEST_F(Command, ReportOfARunThatDivergesShowsTheBatch) {
  write("t.csv", two_classes());
  const auto outcome = run("train t.csv --optimizer gradient_descent --rate 1e300 --report r.json");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_TRUE(outcome.err.starts_with("[train] training diverged: the loss is ")) << outcome.err;
  EXPECT_TRUE(outcome.out.ends_with("wrote r.json\n")) << outcome.out;
  const Snapshot shot = read_json((folder / "r.json").string());
  ASSERT_FALSE(shot.problems.empty());
  EXPECT_TRUE(shot.problems[0].error);
  EXPECT_EQ(shot.problems[0].pass, Pass::forward);
}

TEST_F(Command, ReportsThatCannotBeAreRefused) {
  write("t.csv", two_classes());
  expect_refused("train t.csv --report r.txt",
                 "[train] the form of r.txt is not known. End its name in .html or .json.");
  expect_refused("train t.csv --report nowhere/r.html",
                 "[train] nowhere/r.html cannot be written: there is no folder nowhere. Make the "
                 "folder, or give another path.");
  expect_refused("train missing.csv --report r.html",
                 run("train missing.csv").err.substr(0, run("train missing.csv").err.size() - 1));
}

TEST_F(Command, ExplainPrintsProblems) {
  const auto outcome = run("explain 'sum(log(x))' 'x=[1,0]' --json e.json --svg e.svg");
  EXPECT_NE(
      outcome.out.find("problems\n  ! infinite at v1: log(x) is -Infinity at (1): x is 0. Keep "
                       "x away from 0, for instance by adding 1e-12.\n"),
      std::string::npos)
      << outcome.out;
  EXPECT_EQ(read_json((folder / "e.json").string()).problems.size(), 1U);
  EXPECT_NE(text("e.svg").find("\u221e infinite"), std::string::npos);
}

}  // namespace
}  // namespace glassgrad
