// JSON that nobody should have to read: nested without end, of very many keys, with a byte order
// mark, with bytes changed at random. It is read, or refused in a sentence.
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <random>

#include "glassgrad/glassgrad.hpp"
#include "support/error_of.hpp"

namespace glassgrad {
namespace {

std::string small_json() {
  Tape tape;
  const auto x = tape.input("x", {0.5, -1.0});
  const auto guard = tape.scope("z");
  const auto cost = sum(sigmoid(x) * 2);
  tape.backward(cost);
  Snapshot shot = snapshot(cost, {.boxes = true});
  add_problems(shot);
  return to_json(shot, "t");
}
std::string nested(std::size_t deep, const char* open = "[", const char* close = "]") {
  std::string text;
  for (std::size_t i = 0; i < deep; ++i) text += open;
  text += "1";
  for (std::size_t i = 0; i < deep; ++i) text += close;
  return text;
}
std::string with(const std::string& key, const std::string& value) {
  return "{\"" + key + "\":" + value + "," + small_json().substr(1);
}
std::string refusal(const std::string& json) {
  return error_of([&] { parse_snapshot(json, "f.json"); });
}

TEST(JsonLimits, NestingIsRefusedByItsNumberBeforeAnythingIsParsed) {
  for (const std::size_t deep : {512u, 100000u, 1000000u})
    for (const char* key : {"extra", "version", "nodes", "run"})
      EXPECT_EQ(refusal(with(key, nested(deep))),
                "[read_json] f.json is nested deeper than 512, at byte " +
                    std::to_string(4 + std::string(key).size() + 512) +
                    ". Give what write_json wrote.")
          << key;
  EXPECT_TRUE(refusal(with("extra", nested(100000, "{\"a\":", "}")))
                  .starts_with("[read_json] f.json is nested deeper than 512, at byte "));
  // one less is kept as it stands
  const Snapshot shot = parse_snapshot(with("extra", nested(511)));
  EXPECT_EQ(shot.more, "{\"extra\":" + nested(511) + "}");
  EXPECT_NE(to_json(shot).find("\"extra\":" + nested(511)), std::string::npos);
  // brackets in a text are no brackets
  EXPECT_EQ(parse_snapshot(with("extra", "\"\\\"" + std::string(5000, '[') + "\"")).nodes.size(),
            parse_snapshot(small_json()).nodes.size());
}

TEST(JsonLimits, WhatIsSetByHandIsLookedAtToo) {
  Snapshot shot = parse_snapshot(small_json());
  shot.run.push_back({"deep", nested(100000), true});
  EXPECT_NE(to_json(shot).find("\"deep\":\"[[["), std::string::npos);  // a text
  shot.more = "{\"a\":" + nested(100000) + "}";
  EXPECT_EQ(error_of([&] { to_json(shot); }),
            "[to_json] what a snapshot holds in `more` is no JSON object that can be written. "
            "Leave it empty, or give the text of an object.");
  shot.more = "{";
  EXPECT_NE(error_of([&] { to_json(shot); }), "no error");
}

// Nodes and scopes stand two brackets deep in what is written.
TEST(JsonLimits, NothingIsWrittenThatIsNotReadAgain) {
  const std::function<std::string&(Snapshot&)> places[] = {
      [](Snapshot& shot) -> std::string& { return shot.more; },
      [](Snapshot& shot) -> std::string& { return shot.nodes[0].more; },
      [](Snapshot& shot) -> std::string& { return shot.scopes[1].more; },
  };
  for (const auto& place : places) {
    Snapshot shot = parse_snapshot(small_json());
    const std::size_t around = &place(shot) == &shot.more ? 0 : 2;
    place(shot) = "{\"a\":" + nested(511 - around) + "}";
    const std::string json = to_json(shot);
    EXPECT_EQ(refusal(json), "no error") << around;
    Snapshot again = parse_snapshot(json);
    EXPECT_EQ(place(again), place(shot));
    place(shot) = "{\"a\":" + nested(512 - around) + "}";
    EXPECT_EQ(error_of([&] { to_json(shot); }),
              "[to_json] what a snapshot holds in `more` is no JSON object that can be written. "
              "Leave it empty, or give the text of an object.")
        << around;
  }
}

TEST(JsonLimits, AHundredThousandKeysAreReadAndWritten) {
  std::string run = "{", extras;
  for (int i = 0; i < 100000; ++i) {
    run += (i ? ",\"k" : "\"k") + std::to_string(i) + "\":" + std::to_string(i);
    extras += "\"e" + std::to_string(i) + "\":0,";
  }
  const Snapshot shot = parse_snapshot("{\"run\":" + run + "}," + extras + small_json().substr(1));
  EXPECT_EQ(shot.run.size(), 100000u);
  EXPECT_EQ(shot.run[99999].value, "99999");
  const std::string json = to_json(shot);
  EXPECT_EQ(to_json(parse_snapshot(json)), json);
}

TEST(JsonLimits, AByteOrderMarkIsNoPartOfTheText) {
  const std::string json = small_json(), marked = "\xef\xbb\xbf" + json;
  EXPECT_EQ(to_json(parse_snapshot(marked)), to_json(parse_snapshot(json)));
  EXPECT_EQ(page_of(marked), page_of(json));
}

TEST(JsonLimits, AThresholdThatIsNotFiniteComesBack) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  Snapshot shot = parse_snapshot(small_json());
  shot.thresholds = Thresholds{0, infinity, 2};
  shot.nodes[0].check = SnapshotCheck{false, infinity, infinity};
  const std::string json = to_json(shot);
  EXPECT_NE(json.find("\"exploding\":\"Infinity\""), std::string::npos);
  EXPECT_EQ(json.find("null"), std::string::npos);
  const Snapshot again = parse_snapshot(json);
  EXPECT_EQ(again.thresholds->exploding, infinity);
  EXPECT_EQ(again.nodes[0].check->tolerance, infinity);
  EXPECT_EQ(to_json(again), json);
}

TEST(JsonLimits, WhatIsWrongIsSaidAsItIs) {
  EXPECT_EQ(refusal(R"({"format": "glassgrad.trace", "version": "1", "nodes": []})"),
            "[read_json] f.json has the version \"1\", a text. Write it as a number: \"version\": "
            "1.");
  EXPECT_EQ(refusal(R"({"format": "glassgrad.trace", "nodes": []})"),
            "[read_json] f.json has no version. This glassgrad reads version 1.");
  EXPECT_EQ(refusal(R"({"format": "glassgrad.trace", "version": 1, "nodes": []})"),
            "[read_json] f.json: nodes is empty, a snapshot has a node. docs/snapshot.schema.json "
            "says what may stand there.");
  EXPECT_EQ(refusal(R"({"format": "glassgrad.trace", "version": 1})"),
            "[read_json] f.json has no \"nodes\". docs/snapshot.schema.json says what may stand "
            "there.");
  // the advice
  EXPECT_EQ(refusal(small_json()), "no error");
  EXPECT_NE(refusal("{\"a\": \"\\ud800\"}"), "no error");  // half a character
}

// Any change of a byte gives a snapshot that all forms can be written of, or an Error.
TEST(JsonLimits, ChangedBytesAreReadOrRefused) {
  const std::string json = small_json();
  std::mt19937 random(20261130);
  int read = 0;
  for (int turn = 0; turn < 3000; ++turn) {
    std::string changed = json;
    for (int k = 0; k <= turn % 4; ++k) {
      const std::size_t at = random() % changed.size();
      constexpr std::string_view likely = "{}[],:\"\\0123456789-eE.ntf ";
      if (turn % 3 == 0)
        changed.erase(at, 1 + random() % 4);
      else if (turn % 3 == 1)
        changed[at] = likely[random() % likely.size()];
      else
        changed[at] = char(random());
    }
    try {
      const Snapshot shot = parse_snapshot(changed);
      ++read;
      Trace(shot).text(), to_dot(shot), to_svg(shot);
      const std::string again = to_json(shot);
      EXPECT_EQ(to_json(parse_snapshot(again)), again) << changed;
    } catch (const Error&) {
    }
  }
  EXPECT_GT(read, 150);
}

}  // namespace
}  // namespace glassgrad
