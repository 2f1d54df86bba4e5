// Equal scopes in a row: what counts as one, what they are called in every output, and the run of
// them as one box.
#include <gtest/gtest.h>

#include <glassgrad/show/picture/dot.hpp>
#include <glassgrad/show/picture/svg.hpp>
#include <glassgrad/show/snapshot/blocks.hpp>

#include "show/adds_up.hpp"
#include "show/nets.hpp"

namespace glassgrad {
namespace {

using nets::box;

// h <- tanh(w h + 0.1) + h, `count` times; with `odd` the block of that number is another one.
struct Blocks {
  Tape<> tape;
  Node<> cost;
  explicit Blocks(int count, int odd = 0) {
    Node<> h = tape.constant("x", {0.3, -0.2});
    for (int i = 1; i <= count; ++i)
      h = box(tape, "block" + std::to_string(i), [&] {
        const auto w = tape.input("w" + std::to_string(i), 0.1 * i);
        return i == odd ? sin(w * h + 0.1) + h : tanh(w * h + 0.1) + h;
      });
    cost = name("cost", sum(square(h)));
    tape.backward(cost);
  }
};

std::vector<int> times(const Snapshot& shot) {
  std::vector<int> all;
  for (const RepeatedScope& block : repeated_scopes(shot)) all.push_back(block.times);
  return all;
}

TEST(Blocks, AreThreeOrMoreEqualScopesInARow) {
  EXPECT_EQ(times(snapshot(Blocks(2).cost)), (std::vector{1, 1, 1}));
  EXPECT_EQ(times(snapshot(Blocks(3).cost)), (std::vector{1, 3, 3, 3}));
  EXPECT_EQ(times(snapshot(Blocks(7, 4).cost)), (std::vector{1, 3, 3, 3, 1, 3, 3, 3}));
  const auto blocks = repeated_scopes(snapshot(Blocks(7, 4).cost));
  EXPECT_EQ(blocks[6].first, 5);
  EXPECT_EQ(blocks[6].place, 2);
}

TEST(Blocks, AreNotJoinedAcrossAnOpOfTheirParent) {
  Tape tape;
  Node<> h = tape.input("x", 0.5);
  for (int i = 1; i <= 4; ++i) {
    h = box(tape, "b" + std::to_string(i), [&] { return tanh(sin(h)); });
    if (i == 3) h = h * 2;
  }
  EXPECT_EQ(times(snapshot(h)), (std::vector{1, 3, 3, 3, 1}));
}

TEST(Blocks, OfOtherNamesOrOfSingleOpsAreNone) {
  Tape tape;
  Node<> h = tape.input("x", 0.5);
  for (const char* called : {"up1", "down1", "up2"})
    h = box(tape, called, [&] { return tanh(sin(h)); });
  for (int i = 0; i < 3; ++i) h = box(tape, "one", [&] { return tanh(h); });
  EXPECT_EQ(times(snapshot(h)), (std::vector{1, 1, 1, 1, 1, 1, 1}));
}

TEST(Blocks, SayInEveryOutputWhichTheyAre) {
  Blocks net(12);
  EXPECT_NE(trace(net.cost).text().find("\n  block3, 3 of 12 equal:\n"), std::string::npos);
  EXPECT_NE(to_dot(snapshot(net.cost)).find("label=\"block3, 3 of 12 equal\""), std::string::npos);
  EXPECT_NE(to_svg(snapshot(net.cost)).find(">block12, 12 of 12 equal</text>"), std::string::npos);
}

TEST(Blocks, FoldIntoOneBoxWithOneLocalGradientPerInput) {
  Blocks net(12);
  const Snapshot shot = snapshot(net.cost, {.fold = Fold::at_blocks()});
  expect_adds_up(shot);
  std::vector<std::string> ops;
  for (const SnapshotNode& node : shot.nodes)
    if (node.kind == SnapshotKind::op) ops.push_back(node.op);
  EXPECT_EQ(ops, (std::vector<std::string>{"block x12", "square", "sum"}));
  const SnapshotNode& all = shot.nodes[shot.nodes.size() - 3];
  EXPECT_EQ(all.folded, 12 * 4);
  EXPECT_EQ(all.inputs.size(), 13u);  // the twelve weights and x
  EXPECT_NE(trace(net.cost, {.fold = Fold::at_blocks()}).text().find("block x12"),
            std::string::npos);
  // what is not a run of equal scopes stays as it is
  EXPECT_EQ(snapshot(Blocks(2).cost, {.fold = Fold::at_blocks()}).nodes.size(),
            snapshot(Blocks(2).cost).nodes.size());
}

TEST(Blocks, InsideOthersFoldWithTheOutermostRun) {
  Tape tape;
  Node<> h = tape.input("x", 0.5);
  for (int i = 0; i < 3; ++i)
    h = box(tape, "outer", [&] {
      for (int j = 0; j < 3; ++j) h = box(tape, "inner", [&] { return tanh(sin(h)); });
      return h;
    });
  tape.backward(h);
  const Snapshot shot = snapshot(h, {.fold = Fold::at_blocks()});
  ASSERT_EQ(shot.nodes.size(), 2u);
  EXPECT_EQ(shot.nodes[1].op, "outer x3");
  EXPECT_EQ(shot.nodes[1].folded, 18);
}

}  // namespace
}  // namespace glassgrad
