// Folded boxes in DOT and JSON.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "show/nets.hpp"

namespace glassgrad {
namespace {

using namespace nets;
using Json = nlohmann::json;

std::vector<std::string> edges(const std::string& dot) {
  std::vector<std::string> found;
  std::istringstream lines(dot);
  for (std::string line; std::getline(lines, line);)
    if (line.find(" -> ") != std::string::npos) found.push_back(line.substr(2));
  return found;
}

TEST(FoldedDot, LabelsEveryEdgeWithItsQuotient) {
  VectorisedOrGate gate;
  gate.run();
  const SnapshotOptions folded{.limit = 16, .fold = true};
  const std::string dot = to_dot(snapshot(gate.C, folded), {.decimals = 4});
  EXPECT_EQ(
      edges(dot),
      (std::vector<std::string>{
          R"(n2 -> n4 [label="dZ/dW = X^T"];)", "n0 -> n4;",
          R"dot(n3 -> n4 [label="dZ/db = 1\nsummed to (1, 1)"];)dot",
          R"(n4 -> n5 [label="dYhat/dZ = Yhat * (1 - Yhat)\n= [[0.25 0.2288 0.2494 0.2217]]"];)",
          "n1 -> n6;",
          R"(n5 -> n6 [label="dC/dYhat = -(Y - Yhat) / 4\n= [[0.125 -0.0886 -0.1188 -0.083]]"];)"}));
  EXPECT_NE(dot.find("rankdir=LR;"), std::string::npos);
  EXPECT_NE(dot.find("Yhat = sigmoid(Z)"), std::string::npos);
  EXPECT_EQ(dot.find("subgraph"), std::string::npos);
  EXPECT_EQ(dot.find("it is a constant"), std::string::npos);
  EXPECT_NE(to_dot(snapshot(gate.C, folded), {.downwards = true}).find("rankdir=TB;"),
            std::string::npos);
  EXPECT_NE(to_dot(snapshot(gate.C)).find("subgraph"), std::string::npos);
}

TEST(FoldedDot, ShowsTheJacobianOfSoftmaxRowByRow) {
  ThreeOfThree net(false);
  const std::string dot = to_dot(snapshot(net.L, {.limit = 16, .fold = true}));
  EXPECT_NE(dot.find(R"([label="dp/dz3 =\n[0.1591 -0.05663 -0.1024]\n[-0.05663 0.2039 -0.1473]\n)"
                     R"([-0.1024 -0.1473 0.2497]"])"),
            std::string::npos)
      << dot;
}

TEST(BoxesInJson, StandBesideTheNodesInside) {
  VectorisedOrGate gate;
  gate.run();
  const Json json = Json::parse(to_json(snapshot(gate.C, {.boxes = true})));
  ASSERT_EQ(json["scopes"].size(), 3u);
  const Json& C = json["scopes"][2];
  EXPECT_EQ(C["name"], "C");
  EXPECT_EQ(C["formula"], "sum((Y - v3)^2) / 8");
  ASSERT_EQ(C["inputs"].size(), 2u);
  EXPECT_EQ(json["nodes"][C["inputs"][0]["node"].get<int>()]["name"], "Y");
  EXPECT_FALSE(C["inputs"][0].contains("local"));
  EXPECT_EQ(C["inputs"][1]["local"]["kind"], "elementwise");
  EXPECT_EQ(C["inputs"][1]["local"]["formula"], "-(Y - v3) / 4");
  EXPECT_EQ(C["inputs"][1]["local"]["value"]["values"][0], 0.125);
  const Json& Z = json["scopes"][0];
  EXPECT_EQ(Z["inputs"][0]["local"],
            Json::parse(R"({"kind": "pullback", "formula": "upstream . X^T"})"));
  EXPECT_NEAR(Z["inputs"][0]["contribution"]["values"][0].get<double>(), -0.048006462916, 1e-12);
  const Json without = Json::parse(to_json(snapshot(gate.C)));
  for (const Json& scope : without["scopes"]) EXPECT_FALSE(scope.contains("inputs"));
}

TEST(BoxesInJson, SmallJacobiansAreDense) {
  ThreeOfThree net(false);
  const Json json = Json::parse(to_json(snapshot(net.L, {.boxes = true})));
  const Json& local = json["scopes"][5]["inputs"][0]["local"];
  EXPECT_EQ(local["kind"], "dense");
  EXPECT_EQ(local["value"]["shape"], (std::vector<int>{3, 3}));
  EXPECT_NEAR(local["value"]["values"][4].get<double>(), 0.203927751681, 1e-12);
}

TEST(BoxesInJson, AScopeOfTwoOutputsHasNone) {
  Tape tape;
  const auto x = tape.input("x", 0.5);
  Node<> a, b;
  {
    const auto guard = tape.scope("two");
    a = exp(x);
    b = sin(x);
  }
  const Json json = Json::parse(to_json(snapshot(a * b, {.boxes = true})));
  EXPECT_FALSE(json["scopes"][0].contains("inputs"));
}

TEST(FoldedJson, HasOneNodeForEachBox) {
  OrGate gate;
  gate.run(true);
  const Json json = Json::parse(to_json(snapshot(gate.L, {.fold = true})));
  std::vector<std::string> ops;
  for (const Json& node : json["nodes"])
    if (node["kind"] == "op")
      ops.push_back(node["op"].get<std::string>() + ": " + node["formula"].get<std::string>());
  EXPECT_EQ(ops, (std::vector<std::string>{"z: w1 * x1 + w2 * x2 + b", "yhat: sigmoid(z)",
                                           "L: (y - yhat)^2 / 2"}));
  EXPECT_EQ(json["nodes"].back()["inputs"][1]["local"]["formula"], "-(y - yhat)");
}

}  // namespace
}  // namespace glassgrad
