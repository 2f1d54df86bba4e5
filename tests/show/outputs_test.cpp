// The five outputs of one snapshot say the same numbers: what the JSON holds is looked for in the
// trace, the DOT and the SVG of every node and edge, and the page holds the JSON itself.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "glassgrad/array/text.hpp"
#include "glassgrad/show/picture/svg.hpp"
#include "show/nets.hpp"

namespace glassgrad {
namespace {

using namespace nets;
using Json = nlohmann::json;

double number_of(const Json& json) {
  if (json.is_number()) return json.get<double>();
  return json == "NaN" ? std::nan("") : json == "Infinity" ? INFINITY : -INFINITY;
}
// "0.5", "[[0.1 0.6]]": 4 significant digits, as people read them.
std::string text_of(const Json& tensor) {
  if (!tensor.is_object()) return to_text(number_of(tensor), 4);
  const auto shape = tensor["shape"].get<std::vector<std::size_t>>();
  std::size_t next = 0;
  const auto write = [&](auto&& self, std::size_t axis) -> std::string {
    if (axis == shape.size()) return to_text(number_of(tensor["values"][next++]), 4);
    std::string text = "[";
    for (std::size_t i = 0; i < shape[axis]; ++i)
      text += (i ? axis + 1 == shape.size() ? " " : "; " : "") + self(self, axis + 1);
    return text + "]";
  };
  return write(write, 0);
}

// The part of a text from one mark to the next.
std::string between(const std::string& text, const std::string& from, const std::string& to) {
  const std::size_t start = text.find(from);
  if (start == text.npos) return "nothing";
  return text.substr(start, text.find(to, start + from.size()) - start);
}
// The numbers that a box says, with its line breaks closed.
std::string joined(std::string text) {
  for (const std::string mark : {"</TD></TR><TR><TD ALIGN=\"LEFT\">", "</FONT>"})
    for (std::size_t at; (at = text.find(mark)) != text.npos;) text.erase(at, mark.size());
  return text;
}

bool stands_in_formula(const SnapshotNode& node) {
  return node.kind == SnapshotKind::constant && node.name.empty() && node.value.shape.count() == 1;
}

int expect_the_same_numbers(const Snapshot& shot) {
  const std::string text = to_json(shot), trace = Trace(shot).text(), dot = to_dot(shot),
                    svg = to_svg(shot), page = to_html(shot);
  const Json json = Json::parse(text);
  std::string inside = text;
  for (std::size_t at; (at = inside.find('<')) != inside.npos;) inside.replace(at, 1, "\\u003c");
  EXPECT_NE(page.find(inside), std::string::npos);
  int compared = 0;
  for (std::size_t i = 0; i < shot.nodes.size(); ++i) {
    const SnapshotNode& node = shot.nodes[i];
    if (stands_in_formula(node)) continue;
    const std::string id = "n" + std::to_string(i), value = text_of(json["nodes"][i]["value"]);
    const std::string line = between(trace.substr(0, trace.find("backward\n")),
                                     " " + node.label + (node.inputs.empty() ? " (" : " = "), "\n");
    EXPECT_TRUE(line.ends_with("= " + value)) << line << " | " << value;
    const std::string box = joined(between(dot, "  " + id + " [", "];\n"));
    EXPECT_NE(box.find("value " + value), std::string::npos) << box << " | " << value;
    const std::string group = between(svg, "<g id=\"" + id + "\"", "</g>");
    EXPECT_NE(group.find("= " + value), std::string::npos) << group << " | " << value;
    ++compared;
    if (node.upstream) {
      const std::string upstream = text_of(json["nodes"][i]["upstream"]);
      EXPECT_NE(box.find("upstream " + upstream), std::string::npos) << box << " | " << upstream;
      EXPECT_NE(group.find("upstream " + upstream), std::string::npos) << group << upstream;
      ++compared;
    }
    for (std::size_t k = 0; k < node.inputs.size(); ++k) {
      if (!node.inputs[k].contribution || node.folded) continue;
      const std::string sent = text_of(json["nodes"][i]["inputs"][k]["contribution"]);
      const std::string from = shot.nodes[node.inputs[k].node].label;
      EXPECT_NE(trace.find(node.label + " -> " + from + ": "), std::string::npos);
      bool said = false;  // x * x has two lines
      for (std::size_t at = 0;
           (at = trace.find(" " + node.label + " -> " + from + ": ", at)) != trace.npos; ++at) {
        const std::string arrow = trace.substr(at, trace.find('\n', at) - at);
        said |= arrow.find("= " + sent) != arrow.npos;
      }
      EXPECT_TRUE(said) << node.label << " -> " << from << " " << sent;
      EXPECT_NE(svg.find("sends back " + sent), std::string::npos) << sent;
      ++compared;
    }
  }
  return compared;
}

TEST(Outputs, SayTheSameNumbers) {
  OrGate gate;
  gate.run(true);
  EXPECT_GT(expect_the_same_numbers(snapshot(gate.L, 16)), 20);
  VectorisedOrGate vectorised;
  vectorised.run();
  EXPECT_GT(expect_the_same_numbers(snapshot(vectorised.C, 16)), 20);
  EXPECT_GT(expect_the_same_numbers(snapshot(TwoTwoTwo().E, 16)), 60);
  EXPECT_GT(expect_the_same_numbers(snapshot(vectorised.C, {.limit = 16, .fold = true})), 8);
}

TEST(Outputs, SayTheSameWhereNumbersAreNotFinite) {
  Tape tape;
  const auto x = tape.input("x", {0.0, 4.0, -1.0});
  const auto root = name("root", sqrt(x));
  const auto cost = name("cost", sum(root / x));
  tape.backward(cost);
  EXPECT_GT(expect_the_same_numbers(snapshot(cost, 16)), 6);
}

}  // namespace
}  // namespace glassgrad
