// Folding beyond the slides: nested scopes, several outputs, names as boxes, long formulas, and
// that what the boxes pass on adds up to every upstream.
#include <gtest/gtest.h>

#include "show/adds_up.hpp"
#include "show/nets.hpp"

namespace glassgrad {
namespace {

using namespace nets;

std::vector<std::string> labels(const Snapshot& shot) {
  std::vector<std::string> all;
  for (const SnapshotNode& node : shot.nodes)
    if (node.kind == SnapshotKind::op) all.push_back(node.label);
  return all;
}
using Labels = std::vector<std::string>;

template <class F>
std::string message(F f) {
  try {
    f();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(Fold, AddsUpToEveryUpstream) {
  for (const Fold& fold : {Fold(true), Fold(false), Fold::at_names()}) {
    OrGate gate;
    gate.run(true);
    expect_adds_up(snapshot(gate.L, {.fold = fold}));
    VectorisedOrGate all;
    all.run();
    expect_adds_up(snapshot(all.C, {.fold = fold}));
    TwoTwoTwo two;
    expect_adds_up(snapshot(two.E, {.fold = fold}));
    Notes notes;
    expect_adds_up(snapshot(notes.L, {.fold = fold}));
    expect_adds_up(snapshot(ThreeOfThree(true).L, {.fold = fold}));
  }
}

struct Nested {
  Parameter<> w{"w", 0.5}, v{"v", 2.0};
  Tape<> tape;
  Node<> cost;
  Nested() {
    const auto x = tape.constant("x", 3.0);
    const auto y = box(tape, "net", [&] {
      const auto h = box(tape, "layer1", [&] { return tanh(tape(w) * x); });
      return box(tape, "layer2", [&] { return tape(v) * h + 1; });
    });
    cost = name("cost", square(y));
    tape.backward(cost);
  }
};

TEST(Fold, NestedScopesFoldAtTheDepthAskedFor) {
  Nested net;
  const Snapshot outer = snapshot(net.cost, {.fold = true});
  EXPECT_EQ(labels(outer), (Labels{"net", "cost"}));
  EXPECT_EQ(outer.nodes[outer.nodes.size() - 2].formula, "v * tanh(w * x) + 1");
  EXPECT_EQ(outer.nodes[outer.nodes.size() - 2].folded, 4);
  expect_adds_up(outer);
  const Snapshot inner = snapshot(net.cost, {.fold = Fold::at_depth(2)});
  EXPECT_EQ(labels(inner), (Labels{"layer1", "layer2", "cost"}));
  expect_adds_up(inner);
  const Snapshot one = snapshot(net.cost, {.fold = "net/layer1"});
  EXPECT_EQ(labels(one), (Labels{"layer1", "v1", "v2", "cost"}));
  EXPECT_EQ(snapshot(net.cost, {.fold = {"layer1", "layer2"}}).nodes.size(), inner.nodes.size());
  EXPECT_EQ(trace(net.cost, {.fold = Fold::at_depth(2)}).text(), R"(forward
  x (constant) = 3
  net:
    w (parameter) = 0.5
    layer1 = tanh(w * x) = 0.9051
    v (parameter) = 2
    layer2 = v * layer1 + 1 = 2.81
  cost = layer2^2 = 7.898
backward
  cost: upstream 1
  cost -> layer2: upstream 1 x local (2 * layer2 = 5.621) = 5.621
  net:
    layer2: upstream 5.621 x local layer1 = 0.9051 -> v: 5.087
    layer2: upstream 5.621 x local v = 2 -> layer1: 11.24
    layer1: upstream 11.24 x local (1 - layer1^2) * x = 0.5421 -> w: 6.094
)");
}

// A recurrent cell: the new state is read outside and by the other output.
TEST(Fold, AScopeOfSeveralOutputsHasALocalForEach) {
  Tape tape;
  const auto x = tape.input("x", 0.5), state = tape.input("c0", 0.25);
  Node<> c, h;
  {
    const auto cell = tape.scope("cell");
    c = name("c", state * sigmoid(x) + tanh(x));
    h = name("h", sigmoid(x) * tanh(c));
  }
  const auto cost = name("L", c * h);
  tape.backward(cost);
  const Snapshot shot = snapshot(cost, {.fold = true});
  EXPECT_EQ(labels(shot), (Labels{"c", "h", "L"}));
  expect_adds_up(shot);
  EXPECT_EQ(trace(cost, {.fold = true}).text(), R"(forward
  x (input) = 0.5
  c0 (input) = 0.25
  c = c0 * sigmoid(x) + tanh(x) = 0.6177
  h = sigmoid(x) * tanh(c) = 0.3421
  L = c * h = 0.2113
backward
  L: upstream 1
  L -> c: upstream 1 x local (h = 0.3421) = 0.3421
  L -> h: upstream 1 x local (c = 0.6177) = 0.6177
  h: upstream 0.6177 x local tanh(c) * sigmoid(x) * (1 - sigmoid(x)) = 0.1291 -> x: 0.07978
  h: upstream 0.6177 x local sigmoid(x) * (1 - tanh(c)^2) = 0.4345 -> c: 0.2684, in sum 0.6105
  c: upstream 0.6105 x local sigmoid(x) = 0.6225 -> c0: 0.38
  c: upstream 0.6105 x local c0 * sigmoid(x) * (1 - sigmoid(x)) + 1 - tanh(x)^2 = 0.8452 -> x: 0.516, in sum 0.5957
)");
}

TEST(Fold, NamesAloneAreBoxesToo) {
  Tape tape;
  const auto w = tape.input("w", 0.5), x = tape.constant("x", 2.0);
  const auto z = name("z", w * x + 1);
  const auto L = name("L", square(z - 3) / 2);
  tape.backward(L);
  EXPECT_EQ(trace(L, {.fold = Fold::at_names()}).text(), R"(forward
  w (input) = 0.5
  x (constant) = 2
  z = w * x + 1 = 2
  L = (z - 3)^2 / 2 = 0.5
backward
  L: upstream 1
  L: upstream 1 x local z - 3 = -1 -> z: -1
  z: upstream -1 x local x = 2 -> w: -2
)");
}

TEST(Fold, AFormulaThatIsTooLongGivesWayToNumbers) {
  Tape tape;
  const auto long_name = tape.input("a rather long name of an input", 0.5);
  const auto y = box(tape, "y", [&] {
    Node<> sum = long_name;
    for (int i = 0; i < 4; ++i) sum = sin(sum) * long_name;
    return sum;
  });
  tape.backward(y);
  const Snapshot shot = snapshot(y, {.fold = true});
  EXPECT_EQ(shot.nodes[1].formula, "y(a rather long name of an input)");
  EXPECT_EQ(shot.nodes[1].inputs[0].local_formula, "");
  EXPECT_NEAR(shot.nodes[1].inputs[0].local->numbers[0], long_name.upstream()[0], 1e-15);
  const std::string text = trace(y, {.fold = true}).text();
  EXPECT_NE(text.find("y: upstream 1 x local 0.2876 -> a rather long name"), std::string::npos)
      << text;
}

// 400 ops in one scope, every one read twice: as a tree the formula would never end.
TEST(Fold, ADeepScopeTakesNoLongerThanItsOps) {
  Tape tape;
  const auto x = tape.input("x", 0.5);
  const auto y = box(tape, "y", [&] {
    Node<> z = x;
    for (int i = 0; i < 200; ++i) z = tanh(z + z) * 0.5;
    return z;
  });
  tape.backward(y);
  const Snapshot shot = snapshot(y, {.fold = true});
  EXPECT_EQ(labels(shot), Labels{"y"});
  EXPECT_EQ(shot.nodes.back().formula, "y(x)");
  expect_adds_up(shot);
}

TEST(Fold, ProductsWithItselfKeepBothEdgesUnfoldedAndAreOneFolded) {
  Tape tape;
  const auto x = tape.input("x", 3.0);
  const auto y = box(tape, "y", [&] { return x * x; });
  tape.backward(y);
  EXPECT_EQ(snapshot(y).nodes.back().inputs.size(), 2u);
  const Snapshot folded = snapshot(y, {.fold = true});
  ASSERT_EQ(folded.nodes.back().inputs.size(), 1u);
  EXPECT_EQ(folded.nodes.back().inputs[0].local_formula, "2 * x");
}

TEST(Fold, AStretchedInputIsSummedBack) {
  Tape tape;
  const auto X = tape.constant("X", {{1, 2}, {3, 4}});
  const auto b = tape.input("b", {{1, 1}});
  const auto y = box(tape, "y", [&] { return 2 * (X * b); });
  tape.backward(name("s", sum(y)));
  const Snapshot shot = snapshot(tape.records().node(tape.size() - 1), {.fold = true});
  expect_adds_up(shot);
  const std::string text = trace(tape.records().node(tape.size() - 1), {.fold = true}).text();
  EXPECT_NE(text.find("y: upstream [[1 1]; [1 1]] x local 2 * X = [[2 4]; [6 8]], summed to (1, 2) "
                      "-> b: [[8 12]]"),
            std::string::npos)
      << text;
}

TEST(Fold, BeforeBackwardSaysSo) {
  Tape tape;
  const auto x = tape.input("x", 3.0);
  const auto y = box(tape, "y", [&] { return exp(x); });
  const std::string text = trace(y, {.fold = true}).text();
  EXPECT_NE(text.find("not computed yet: call backward(y)"), std::string::npos) << text;
  const Snapshot shot = snapshot(y, {.fold = true});
  EXPECT_EQ(shot.nodes.back().inputs[0].local_formula, "y");
  EXPECT_FALSE(shot.nodes.back().inputs[0].contribution);
}

TEST(Fold, WithoutScopesChangesNothing) {
  Tape tape;
  const auto x = tape.input("x", 3.0);
  const auto y = name("y", exp(x) + x);
  tape.backward(y);
  EXPECT_EQ(trace(y, {.fold = true}).text(), trace(y).text());
}

TEST(FoldErrors, AreExact) {
  Nested net;
  EXPECT_EQ(message([&] {
              trace(net.cost, {.fold = {"layer1", "layer9"}});
            }),
            "[fold] no scope is called \"layer9\". Give one of net, layer1, layer2.");
  EXPECT_EQ(message([] { Fold::at_depth(0); }),
            "[fold] the depth is 0, outside 1 to 2147483647. Use one in that range.");
  Tape tape;
  EXPECT_EQ(message([&] { trace(exp(tape.input(1.0)), {.fold = "z"}); }),
            "[fold] no scope is called \"z\". Open one with tape.scope(name), or use "
            "Fold::at_names().");
}

}  // namespace
}  // namespace glassgrad
