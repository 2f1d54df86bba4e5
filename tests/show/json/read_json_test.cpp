// A JSON read back: the same JSON, trace, DOT and page; and files that are no snapshot, word for
// word.
#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "glassgrad/io/file.hpp"
#include "glassgrad/show/picture/svg.hpp"
#include "show/nets.hpp"

namespace glassgrad {
namespace {

using namespace nets;
using Json = nlohmann::ordered_json;

void expect_the_same(const Snapshot& shot) {
  const std::string json = to_json(shot, "t");
  const Snapshot again = parse_snapshot(json);
  EXPECT_EQ(to_json(again, "t"), json);
  EXPECT_EQ(Trace(again).text(true), Trace(shot).text(true));
  EXPECT_EQ(to_dot(again), to_dot(shot));
  EXPECT_EQ(to_html(again, "t"), to_html(shot, "t"));
}
template <class T>
void expect_the_same(const Node<T>& cost) {
  for (const std::int64_t limit : {2, 16, 256}) {
    expect_the_same(snapshot(cost, limit));
    expect_the_same(snapshot(cost, {.limit = limit, .fold = true}));
    expect_the_same(snapshot(cost, {.limit = limit, .fold = Fold::at_names()}));
    expect_the_same(snapshot(cost, {.limit = limit, .boxes = true}));
  }
}

TEST(ReadJson, GivesBackTheSlidesNetworks) {
  OrGate gate;
  gate.run(true);
  expect_the_same(gate.L);
  VectorisedOrGate vectorised;
  vectorised.run();
  expect_the_same(vectorised.C);
  expect_the_same(TwoTwoTwo().E);
  expect_the_same(ThreeOfThree(false).L);
  expect_the_same(ThreeOfThree(true).L);
  expect_the_same(Notes().L);
}

TEST(ReadJson, GivesBackFloatsNamesAndWhatIsNotFinite) {
  Tape<float> tape;
  const auto x = tape.input("y</script>\"\n\\ \u00df", 0.1f), same = tape.input("x", 0.5f);
  const auto twice = tape.input("x", {0.0f, std::numeric_limits<float>::infinity(), -1.0f});
  const auto far = tape.constant(std::numeric_limits<float>::quiet_NaN());
  const auto cost = sum(log(x * same * twice * 0.3f)) + far + sum(stop_gradient(x));
  expect_the_same(snapshot(cost));
  tape.backward(cost);
  expect_the_same(snapshot(cost));
  const auto odd = exp(tape.input("\xff", 0.5f));  // what is no UTF-8 is replaced
  EXPECT_EQ(parse_snapshot(to_json(snapshot(odd))).nodes[0].label, "\xef\xbf\xbd");
  Tape<double> values(Keep::parameters);
  const auto w = values.input("w", 2.0);
  const auto square = w * w;
  values.backward(square);
  expect_the_same(snapshot(square));
}

TEST(ReadJson, KeepsEveryNumberOfTheSnapshot) {
  ThreeOfThree net(false);
  const Snapshot shot = snapshot(net.L), again = parse_snapshot(to_json(shot));
  ASSERT_EQ(again.nodes.size(), shot.nodes.size());
  for (std::size_t i = 0; i < shot.nodes.size(); ++i) {
    const SnapshotNode &a = shot.nodes[i], &b = again.nodes[i];
    EXPECT_EQ(a.value.numbers, b.value.numbers);
    EXPECT_EQ(a.value.norm, b.value.norm);
    EXPECT_EQ(a.label, b.label);
    ASSERT_EQ(a.inputs.size(), b.inputs.size());
    for (std::size_t k = 0; k < a.inputs.size(); ++k) {
      EXPECT_EQ(a.inputs[k].local_formula, b.inputs[k].local_formula);
      ASSERT_EQ(a.inputs[k].contribution.has_value(), b.inputs[k].contribution.has_value());
      if (a.inputs[k].contribution) {
        EXPECT_EQ(a.inputs[k].contribution->numbers, b.inputs[k].contribution->numbers);
      }
    }
  }
}

TEST(ReadJson, ReadsNumbersInBase64) {
  // 0.1 and 0.6 as little-endian float64; 0.5 as float32; 0, 128, 255 spread over -1..1
  const Snapshot shot = parse_snapshot(R"({"format": "glassgrad.trace", "version": 1, "nodes": [
    {"op": "input", "kind": "input", "value": {"shape": [2], "values":
      {"type": "f64", "base64": "mpmZmZmZuT8zMzMzMzPjPw=="}}},
    {"op": "input", "kind": "input", "value": {"shape": [1], "values":
      {"type": "f32", "base64": "AAAAPw=="}}},
    {"op": "input", "kind": "input", "value": {"shape": [3], "values":
      {"type": "u8", "base64": "AID/", "low": -1, "high": 1}}}]})");
  EXPECT_EQ(shot.nodes[0].value.numbers, (std::vector<double>{0.1, 0.6}));
  EXPECT_EQ(shot.nodes[1].value.numbers, (std::vector<double>{0.5}));
  EXPECT_EQ(shot.nodes[2].value.numbers, (std::vector<double>{-1, -1 + 256.0 / 255, 1}));
}

std::string refusal(const std::string& text) {
  try {
    parse_snapshot(text, "f.json");
  } catch (const DataError& error) {
    return error.what();
  }
  return "read";
}

// The OR gate's file with one place changed.
std::string changed(const std::string& pointer, const std::string& by) {
  OrGate gate;
  gate.run(false);
  Json json = Json::parse(to_json(snapshot(gate.L)));
  json[Json::json_pointer(pointer)] = Json::parse(by);
  return json.dump();
}
constexpr auto schema = ". docs/snapshot.schema.json says what may stand there.";

TEST(ReadJson, RefusesWhatIsNoSnapshot) {
  EXPECT_EQ(refusal(""), "[read_json] f.json ends in the middle, after 0 bytes. Write it again.");
  EXPECT_EQ(refusal("a,b\n1,2\n"),
            "[read_json] f.json is no JSON: byte 1 is not expected. Give what write_json wrote.");
  EXPECT_EQ(refusal("[1, 2]"), std::string("[read_json] f.json is [1,2], not an object") + schema);
  EXPECT_EQ(refusal("{}"),
            "[read_json] f.json is no snapshot: its \"format\" is not \"glassgrad.trace\". "
            "Give what write_json wrote.");
  EXPECT_EQ(refusal(changed("/version", "2")),
            "[read_json] f.json is of version 2. This glassgrad reads version 1.");
  const std::string whole = changed("/title", "\"t\"");
  EXPECT_EQ(refusal(whole), "read");
  EXPECT_EQ(refusal(whole.substr(0, 1000)),
            "[read_json] f.json ends in the middle, after 1000 bytes. Write it again.");
  for (std::size_t size = 0; size < whole.size(); size += 7)  // nothing half read
    EXPECT_NE(refusal(whole.substr(0, size)), "read") << size;
  EXPECT_EQ(
      refusal(std::string(200000, '[')),
      "[read_json] f.json is nested deeper than 512, at byte 513. Give what write_json wrote.");
  EXPECT_EQ(refusal("{\"version\": 1e999}"),
            "[read_json] f.json has a number that is too large for float64. "
            "Write \"Infinity\", in quotes.");
  EXPECT_THROW(read_json("nowhere.json"), DataError);
}

TEST(ReadJson, RefusesPlacesOutside) {
  const auto expect = [](const std::string& pointer, const std::string& by,
                         const std::string& problem) {
    EXPECT_EQ(refusal(changed(pointer, by)), "[read_json] f.json: " + problem + schema);
  };
  expect("/nodes", "[]", "nodes is empty, a snapshot has a node");
  expect("/nodes/4/inputs/1/node", "4",
         "nodes[4].inputs[1].node is 4, not a whole number from 0 to 3");
  expect("/nodes/4/inputs/1/node", "-1",
         "nodes[4].inputs[1].node is -1, not a whole number from 0 to 3");
  expect("/nodes/0/inputs", "[{\"node\": 0}]",
         "nodes[0].inputs[0].node is 0, and there is nothing");
  expect("/nodes/3/scope", "3", "nodes[3].scope is 3, not a whole number from 0 to 2");
  expect("/scopes/1/parent", "1", "scopes[1].parent is 1, not a whole number from 0 to 0");
  expect("/cost", "13", "cost is 13, not a whole number from 0 to 12");
  expect("/nodes/2/op", "7", "nodes[2].op is 7, not text");
  expect("/nodes/2/kind", "\"leaf\"",
         "nodes[2].kind is \"leaf\", not one of op, input, parameter, constant");
  expect("/nodes/2/value", "\"0.5\"", "nodes[2].value is \"0.5\", not a number");
  expect("/nodes/2/value", "{\"shape\": [2], \"values\": [1, 2, 3]}",
         "nodes[2].value.values has 3 numbers, the shape is (2)");
  expect("/nodes/2/value", "{\"shape\": [65536, 65536], \"values\": []}",
         "nodes[2].value.shape is that of more than 2147483648 numbers");
  expect("/nodes/2/value", "{\"shape\": [1e30], \"values\": []}",
         "nodes[2].value.shape[0] is 1e+30, not a whole number from 0 to 2147483648");
  expect("/nodes/2/value", "{\"shape\": [1,1,1,1,1,1,1,1,1], \"values\": [1]}",
         "nodes[2].value.shape has 9 axes, more than 8");
  expect("/nodes/2/value", "{\"shape\": [3]}", "nodes[2].value has no \"stats\"");
  const std::string stats = R"("min": 0, "max": 1, "mean": 0.5, "std": 0.5, "norm": 1)";
  const auto value = [&](const std::string& more) {
    return R"({"shape": [3], "stats": {)" + stats + more + "}}";
  };
  expect("/nodes/2/value", value(R"(, "nan": 1)"),
         "nodes[2].value.stats has no \"first_not_finite\", and not all numbers are finite");
  EXPECT_EQ(refusal(changed("/nodes/2/value", value(""))), "read");
  EXPECT_EQ(refusal(changed("/nodes/2/value", value(R"(, "nan": 1, "first_not_finite": 2)"))),
            "read");
  expect("/nodes/10/upstream_state", "\"none\"",
         "nodes[10] has an upstream, and its upstream_state is not \"computed\"");
  expect("/nodes/10/inputs/0/local/kind", "\"dense\"",
         "nodes[10].inputs[0].local.value has the shape (), a Jacobian has two axes");
}

TEST(ReadJson, SurvivesEveryByteChanged) {
  OrGate gate;
  gate.run(false);
  const std::string whole = to_json(snapshot(gate.L, {.boxes = true}));
  constexpr std::string_view bytes = "09\"[},-\xff";
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string damaged = whole;
    damaged[at] = bytes[at % bytes.size()];
    try {
      const Snapshot shot = parse_snapshot(damaged);
      EXPECT_FALSE(Trace(shot).text().empty());
      EXPECT_FALSE(to_dot(shot).empty());
      EXPECT_FALSE(to_svg(shot).empty());
    } catch (const DataError&) {
    }
  }
}

}  // namespace
}  // namespace glassgrad
