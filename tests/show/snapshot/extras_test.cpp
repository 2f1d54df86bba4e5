// What a snapshot holds beside its graph, there and back, and as the schema wants it.
#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "glassgrad/show/diagnose/problems.hpp"
#include "show/nets.hpp"
#include "support/error_of.hpp"
#include "support/schema.hpp"

namespace glassgrad {
namespace {

using Json = nlohmann::ordered_json;

SnapshotArray array_of(const std::vector<double>& numbers) {
  SnapshotArray array;
  array.shape = Shape{std::int64_t(numbers.size())};
  array.numbers = numbers, array.whole = true;
  return array;
}

// The OR gate with every part that a file may have.
Snapshot everything() {
  nets::VectorisedOrGate gate;
  gate.run();
  Snapshot shot = snapshot(gate.C);
  shot.title = "OR <gate>";
  shot.run = {{"seed", "1", true}, {"phase", "train", false}, {"deterministic", "true", true}};
  shot.dropped = {"Nothing that matters."};
  shot.nodes[4].check = SnapshotCheck{false, 0.5, 1e-6};
  add_problems(shot, {.vanishing = 1e-9});
  shot.stack = Stack{0, true, {{"output", "sigmoid", 2, 5, 3, 4}}};
  shot.update = AppliedUpdate{"w - 1 * g", {{3, array_of({0.125})}}};
  TrainingRecord& training = shot.training.emplace();
  training.unit = "epoch", training.step = {0, 10};
  training.curves = {{"z last", {0.5, 0.25}}, {"accuracy", {1, std::nan("")}}};
  training.gradient_norms = {{"W", {0.5, 0}}};
  training.replays = {{0, {{3, array_of({0.5}), {}, {}}, {5, {}, array_of({1, 2}), {{}}}}, {}}};
  training.replays[0].nodes[1].inputs[0].local = array_of({3});
  training.field = Field{.columns = 2,
                         .rows = 1,
                         .frames = {{0, {0, 1}}, {10, {51 / 255., 1}}},
                         .points = {{0, 1, 1}}};
  training.confusion = Confusion{{"no", "yes"}, {{1, 0}, {2, 3}}};
  training.examples = {{7, "yes", "no", 2.5, 0.08, 2, 1, {0, 1}},
                       {-1, "no", "yes", std::numeric_limits<double>::infinity(), {}, 0, 0, {}}};
  return shot;
}

TEST(Extras, ComeBackAndAreWrittenTheSame) {
  const Snapshot shot = everything();
  const std::string json = to_json(shot);
  const Snapshot again = parse_snapshot(json);
  EXPECT_EQ(to_json(again), json);
  EXPECT_EQ(again.title, "OR <gate>");
  EXPECT_EQ(again.problems.size(), shot.problems.size());
  EXPECT_EQ(again.thresholds->vanishing, 1e-9);
  EXPECT_EQ(again.stack->layers[0].activation, "sigmoid");
  EXPECT_EQ(again.training->curves[0].name, "z last");
  EXPECT_EQ(again.training->field->frames[1].values, (std::vector<double>{51 / 255., 1}));
  EXPECT_EQ(again.training->replays[0].nodes[1].inputs[0].local->numbers, std::vector<double>{3});
}

TEST(Extras, FitTheSchema) {
  const std::string fault = schema_fault(to_json(everything()));
  if (fault == "skip") GTEST_SKIP() << "no jsonschema for Python";
  EXPECT_EQ(fault, "");
  Json wrong = Json::parse(to_json(everything()));
  wrong["training"]["step"] = "ten";
  EXPECT_NE(schema_fault(wrong.dump()), "");
}

TEST(Extras, UnknownKeysAreKept) {
  Json json = Json::parse(to_json(everything()));
  json["nodes"][3]["source"] = {{"file", "or.cpp"}, {"line", 31}};
  json["forward"] = {4, 5};
  json["note"] = "kept";
  const std::string text = to_json(parse_snapshot(json.dump()));
  const Json again = Json::parse(text);
  EXPECT_EQ(again["nodes"][3]["source"], json["nodes"][3]["source"]);
  EXPECT_EQ(again["forward"], json["forward"]);
  EXPECT_EQ(again["note"], "kept");
  EXPECT_EQ(to_json(parse_snapshot(text)), text);
}

TEST(Extras, WhatIsDamagedIsRefused) {
  const auto refusal = [](const std::string& pointer, const Json& by) {
    Json json = Json::parse(to_json(everything()));
    json[Json::json_pointer(pointer)] = by;
    return error_of([&] { parse_snapshot(json.dump(), "f.json"); });
  };
  const std::string schema = ". docs/snapshot.schema.json says what may stand there.";
  EXPECT_EQ(refusal("/training/curves/accuracy", {1}),
            "[read_json] f.json: training.curves.accuracy has 1 numbers for 2 steps" + schema);
  EXPECT_EQ(refusal("/training/field/frames/0/values", {1}),
            "[read_json] f.json: training.field.frames[0].values has 1 numbers for 2 x 1" + schema);
  EXPECT_EQ(refusal("/problems/0/kind", "odd"),
            "[read_json] f.json: problems[0].kind is \"odd\", not one of nan, infinity, vanishing, "
            "exploding, dead, check" +
                schema);
  EXPECT_EQ(
      refusal("/stack/layers/0/weight", 99),
      "[read_json] f.json: stack.layers[0].weight is 99, not a whole number from 0 to 11" + schema);
  EXPECT_EQ(
      refusal("/training/examples/0/image/values", {1}),
      "[read_json] f.json: training.examples[0].image.values has 1 numbers for 2 x 1" + schema);
  EXPECT_EQ(refusal("/training/step/1", 1.5),
            "[read_json] f.json: training.step[1] is 1.5, not a whole number" + schema);
}

TEST(Extras, WholeNumbersAreThoseOfJavaScript) {
  const auto with_step = [](const Json& by) {
    Json json = Json::parse(to_json(everything()));
    json["training"]["step"][1] = by;
    return json.dump();
  };
  constexpr std::int64_t most = 9007199254740992;
  for (const std::int64_t number : {most, -most})
    EXPECT_EQ(parse_snapshot(with_step(number)).training->step.at(1), number);
  for (const Json& beyond : {Json(most + 1), Json(-most - 1), Json(std::uint64_t(-1))})
    EXPECT_EQ(error_of([&] { parse_snapshot(with_step(beyond), "f.json"); }),
              "[read_json] f.json: training.step[1] is " + beyond.dump() +
                  ", not a whole number. docs/snapshot.schema.json says what may stand there.");
}

TEST(Extras, SurviveEveryByteChanged) {
  const std::string whole = to_json(everything());
  constexpr std::string_view bytes = "09\"[},-\xff";
  for (std::size_t at = whole.find("\"cost\":"); at < whole.size(); ++at) {
    std::string damaged = whole;
    damaged[at] = bytes[at % bytes.size()];
    try {
      const Snapshot shot = parse_snapshot(damaged);
      EXPECT_FALSE(to_json(shot).empty());
    } catch (const DataError&) {
    }
  }
}

}  // namespace
}  // namespace glassgrad
