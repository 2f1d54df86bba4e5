// Every number and every text of a snapshot's JSON is changed, one at a time, and `glassgrad check`
// must notice: but for what says nothing a second time, which is listed here with the reason.
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "glassgrad/show/diagnose/identities.hpp"
#include "glassgrad/show/diagnose/problems.hpp"
#include "glassgrad/show/snapshot/recorder.hpp"
#include "show/nets.hpp"

namespace glassgrad {
namespace {

using namespace nets;
using Json = nlohmann::ordered_json;

// What may be changed unnoticed, and why.
const std::map<std::string, std::string> free_fields{
    {"title", "a name"},
    {"producer.name", "a name"},
    {"producer.dtype", "widens or narrows what counts as equal"},
    {"run.seed", "nothing else depends on it in the file"},
    {"limits.full", "a limit of the writer"},
    {"limits.preview", "a limit of the writer"},
    {"limits.nodes_total", "what was left out is not there"},
    {"scopes[].name", "a name"},
    {"scopes[].formula", "a text for people"},
    {"scopes[].parent", "of a scope whose ops are folded away"},
    {"nodes[].inputs[].elementwise", "stands where no local gradient was formed"},
    {"scopes[].inputs[].elementwise", "stands where no local gradient was formed"},
    {"scopes[].inputs[].local.formula", "a text for people"},
    {"nodes[].op", "the name of an op"},
    {"nodes[].name", "a name"},
    {"nodes[].formula", "a text for people"},
    {"nodes[].why", "a text for people"},
    {"nodes[].folded", "the ops are not there"},
    {"nodes[].scope", "of a leaf: boxes read it from wherever it was recorded"},
    {"nodes[].inputs[].node", "of an argument without a gradient"},
    {"nodes[].inputs[].dead.columns", "the slopes of a large array are not there"},
    {"nodes[].inputs[].dead.rows", "as its columns"},
    {"nodes[].inputs[].local.formula", "a text for people"},
    {"nodes[].value", "ops are not computed again: only where a local gradient reads it"},
    {"nodes[].value.values[]", "as nodes[].value"},
    {"nodes[].check.tolerance", "a setting"},
    {"problems[].message", "a text for people"},
    {"problems[].fix", "a text for people"},
    {"thresholds.vanishing", "a setting that finds the same problems"},
    {"thresholds.exploding", "a setting that finds the same problems"},
    {"thresholds.examples", "a setting that finds the same problems"},
    {"update.rule", "a text for people"},
    {"update.parameters[].value.values[]", "of the step after this one nothing is there"},
    {"training.unit", "a name"},
    {"training.step[]", "as long as they rise"},
    {"training.curves.*[]", "measured on other examples"},
    {"training.gradient_norms.*[]", "measured on other examples"},
    {"training.replays[].step", "as long as they rise"},
    {"training.replays[].nodes[].value", "as nodes[].value"},
    {"training.replays[].nodes[].value.values[]", "as nodes[].value"},
    {"training.replays[].nodes[].inputs[].contribution.stats.zeros",
     "of one of several: of a sum's terms only mean and norm follow"},
    {"training.field.x[]", "of the plane nothing else is there"},
    {"training.field.y[]", "as its x"},
    {"training.field.level", "as its x"},
    {"training.field.names[]", "a name"},
    {"training.field.frames[].step", "as long as they rise"},
    {"training.field.frames[].values.low", "as its x"},
    {"training.field.frames[].values.high", "as its x"},
    {"training.field.frames[].values.base64", "as its x"},
    {"training.field.points[][]", "as its x"},
    {"training.confusion.classes[]", "a name, where no example has it"},
    {"training.confusion.counts[][]", "the examples are not there"},
    {"training.examples[].index", "the examples are not there"},
    {"training.examples[].loss", "as long as they fall"},
    {"training.examples[].probability", "the examples are not there"},
};

// Layers, units that are dead, large arrays, scopes, every step; or the last one folded.
Snapshot trained(bool fold) {
  Random random(3);
  Parameter<> W("l.W", {{0.3, -0.2, -5.0}, {0.1, 0.4, -5.0}}), b("l.b", {{0.05, 0.1, -1.0}});
  Parameter<> V("m.W", {{0.2}, {-0.4}, {0.3}});
  Recorder recorder({.unit = "epoch", .limit = 16});
  Tape tape;
  Snapshot shot;
  std::vector<double> points(60);
  for (double& x : points) x = std::abs(random.normal(0, 1));
  for (int epoch = 0; epoch < 3; ++epoch) {
    tape.clear();
    const Shape shape{30, 2};
    const auto X = tape.constant("X", View<const double>(points.data(), &shape));
    Node<> z, a, out;
    {
      const auto net = tape.scope("net");
      a = box(tape, "l", [&] {
        z = name("l.z", matmul(X, tape(W)) + tape(b));
        return name("l.a", relu(z));
      });
      out = box(tape, "m", [&] { return name("m.z", matmul(a, tape(V))); });
    }
    const auto C = box(tape, "C", [&] {
      const auto two = tape.constant("Y", {{0.25, 0.5}});
      const auto small = softmax(two * sum(out) / 30, 1);
      return name("C", mean(square(out)) + sum(square(small * two)));
    });
    tape.backward(C);
    recorder.record(epoch, C);
    if (fold) return snapshot(C, {.limit = 16, .fold = true, .boxes = true});
    shot = snapshot(C, {.limit = 16, .boxes = true});
    tape.add_to_parameters();
    GradientDescent(0.1).step(W, b, V);
  }
  Field field;
  field.columns = field.rows = 2;
  field.points = {{0.5, 0.25, 1}};
  recorder.set_field(field);
  recorder.frame(1, {0, 0.5, 0.75, 1}), recorder.frame(2, {0.5, 0, 0.75, 1});
  recorder.finish(shot);
  shot.training->confusion = Confusion{{"cat", "dog", "owl"}, {{3, 1, 0}, {0, 2, 0}, {0, 0, 2}}};
  shot.training->examples = {{3, "cat", "dog", 2.5, 0.125, 0, 0, {}},
                             {5, "dog", "cat", 1.5, 0.25, 0, 0, {}}};
  shot.run = {{"seed", "7", true}};
  shot.title = "layers";
  shot.stack = find_stack(shot);
  for (std::uint32_t i = 0; i < shot.nodes.size(); ++i)
    if (shot.nodes[i].name == "m.W")
      shot.update = AppliedUpdate{"w - 0.1 * upstream", {{i, shot.nodes[i].value}}};
  shot.nodes.back().check = SnapshotCheck{true, 1e-9, 1e-6};
  add_problems(shot);
  return shot;
}

// The place of a field, without its numbers: "nodes[].inputs[].node".
std::string kind_of(const std::string& pointer) {
  std::string kind = std::regex_replace(pointer.substr(1), std::regex("/[0-9]+(?=/|$)"), "[]");
  kind = std::regex_replace(kind, std::regex("/"), ".");
  return std::regex_replace(
      kind, std::regex("^(training\\.(curves|[a-z]+_(norms|ratios)))\\..*(\\[\\])$"), "$1.*[]");
}

// Another of the same type: in base64 the last byte of the first number, its sign and exponent.
Json changed(const Json& json, bool base64) {
  if (json.is_boolean()) return !json.get<bool>();
  if (json.is_number_unsigned() || json.is_number_integer()) return json.get<std::int64_t>() + 1;
  if (json.is_number()) return json.get<double>() * 1.5 + 0.5;
  std::string text = json.get<std::string>();
  if (!base64) return text + "x";
  text[4] = text[4] == 'Q' ? 'P' : 'Q';
  return text;
}

bool is_noticed(const Json& json) {
  try {
    return !check_identities(parse_snapshot(json.dump())).hold();
  } catch (const DataError&) {
    return true;
  }
}

struct Seen {
  std::set<std::string> all, unnoticed;
};

void change_each(const Json& json, Seen& seen) {
  const Identities whole = check_identities(parse_snapshot(json.dump()));
  ASSERT_TRUE(whole.hold()) << whole.violations[0];
  std::map<std::string, std::vector<std::string>> all;  // the places of every kind of field
  const Json flat = json.flatten();
  for (const auto& [pointer, value] : flat.items())
    if (!value.is_null() && !value.is_structured()) all[kind_of(pointer)].push_back(pointer);
  for (const auto& [kind, places] : all) {
    seen.all.insert(kind);
    constexpr std::size_t most = 6;  // of each kind, from the first to the last
    const std::size_t tried = std::min(most, places.size());
    for (std::size_t k = 0; k < tried; ++k) {
      const std::string& place = places[tried == 1 ? 0 : k * (places.size() - 1) / (tried - 1)];
      const Json::json_pointer pointer(place);
      Json spoilt = json;
      spoilt[pointer] = changed(json[pointer], place.ends_with("/base64"));
      if (is_noticed(spoilt)) continue;
      seen.unnoticed.insert(kind);
      EXPECT_TRUE(free_fields.contains(kind)) << place << " = " << json[pointer];
    }
  }
}

TEST(Statements, EveryChangeIsNoticedOrFree) {
  Seen seen;
  for (const bool fold : {true, false}) change_each(Json::parse(to_json(trained(fold))), seen);
  EXPECT_GT(seen.all.size(), 100U);
  for (const auto& [kind, reason] : free_fields)
    EXPECT_TRUE(seen.all.contains(kind)) << kind << " is not in the file";
  for (const auto& [kind, reason] : free_fields)
    EXPECT_TRUE(seen.unnoticed.contains(kind)) << kind << " is noticed, so not free: " << reason;
}

// Exact texts of the faults that were passed over.
TEST(Statements, SayWhatIsWrong) {
  Json json = Json::parse(to_json(trained(false)));
  json.erase("training");
  const auto said = [&](const char* place, const Json& instead) {
    Json spoilt = json;
    const Json::json_pointer pointer(place);
    if (instead.is_null())
      spoilt[pointer.parent_pointer()].erase(std::stoul(pointer.back()));
    else
      spoilt[pointer] = instead;
    try {
      const auto found = check_identities(parse_snapshot(spoilt.dump(), "a.json")).violations;
      return found.empty() ? std::string("nothing") : found[0];
    } catch (const DataError& error) {
      return std::string(error.what());
    }
  };
  const auto expect_begin = [](const std::string& text, const std::string& begin) {
    EXPECT_TRUE(text.starts_with(begin)) << text;
  };
  EXPECT_EQ(said("/scopes/1/inputs/1", nullptr),
            "[check] box \"net/l\" to \"net/l/l.W\": it is read inside, and not listed");
  EXPECT_EQ(said("/scopes/1/inputs/1/slot", "W"),
            "[check] box \"net/l\" to \"net/l/l.W\": its slot is \"W\"");
  EXPECT_EQ(said("/nodes/2/value/preview", "zz"),
            "[read_json] a.json: nodes[2].value.preview is \"zz\", not an object. "
            "docs/snapshot.schema.json says what may stand there.");
  expect_begin(
      said("/nodes/2/value/preview", {{"rows", 2}, {"columns", 3}, {"values", {9, 9, 9, 9, 9, 9}}}),
      "[check] \"net/l/l.W\", value: its preview's number is 9, its numbers have ");
  EXPECT_EQ(said("/nodes/2/value/preview",
                 {{"rows", 1}, {"columns", 1}, {"values", {{"type", "f32"}, {"base64", "zz"}}}}),
            "[read_json] a.json: nodes[2].value.preview.values.base64 is no base64 of numbers of 4 "
            "bytes. docs/snapshot.schema.json says what may stand there.");
  expect_begin(
      said("/nodes/2/value/stats", {{"min", 9}, {"max", 9}, {"mean", 9}, {"std", 0}, {"norm", 22}}),
      "[check] \"net/l/l.W\", value: its min is 9, its numbers have -5");
  EXPECT_EQ(said("/limits/nodes_written", 3),
            "[read_json] a.json: limits.nodes_written is 3, the nodes are 20. "
            "docs/snapshot.schema.json says what may stand there.");
}

}  // namespace
}  // namespace glassgrad
