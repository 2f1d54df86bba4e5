// A sum over what broadcasting stretched is said to be one, in every form that shows what is sent;
// and statistics over the whole range of numbers.
#include <gtest/gtest.h>

#include "glassgrad/show/picture/svg.hpp"
#include "show/nets.hpp"

namespace glassgrad {
namespace {

using namespace nets;

bool has(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

TEST(Summed, IsSaidByTraceDotAndSvg) {
  VectorisedOrGate net;
  net.run();
  for (const bool fold : {false, true}) {
    const Snapshot shot = snapshot(net.C, {.fold = fold});
    EXPECT_TRUE(has(Trace(shot).text(), ", summed to (1, 1)")) << Trace(shot).text();
    EXPECT_TRUE(has(to_dot(shot), "\\nsummed to (1, 1)"));
    EXPECT_TRUE(has(to_svg(shot), ", summed to (1, 1)"));
  }
}

TEST(Summed, IsSaidByTheFormulaOfAnAdjoint) {
  Tape tape;
  const auto a = tape.input("a", {{1.0, 2}, {3, 4}});
  std::vector<double> numbers(12, 0.5);
  const Shape shape{3, 2, 2};
  const auto b = tape.constant("b", View<const double>(numbers.data(), &shape));
  const auto y = name("y", matmul(a, b));
  const auto cost = sum(y);
  tape.backward(cost);
  const Snapshot shot = snapshot(cost);
  EXPECT_EQ(shot.nodes[2].inputs[0].local_formula, "sum(upstream . b^T, to (2, 2))");
  EXPECT_EQ(shot.nodes[2].inputs[0].slot_formula, "sum(upstream . b^T, to (2, 2))");
  EXPECT_EQ(to_json(parse_snapshot(to_json(shot))), to_json(shot));
}

TEST(Summary, OfNumbersWhoseSquaresAreOutOfRange) {
  Tape tape;
  const Snapshot large = snapshot(tape.input("x", {3e200, -4e200}));
  EXPECT_DOUBLE_EQ(large.nodes[0].value.norm, 5e200);
  EXPECT_DOUBLE_EQ(large.nodes[0].value.deviation, 3.5e200);
  const Snapshot small = snapshot(tape.input("x", {3e-200, 4e-200}));
  EXPECT_DOUBLE_EQ(small.nodes[0].value.norm, 5e-200);
  const Snapshot huge = snapshot(tape.input("x", {1.5e308, 1.5e308}));
  EXPECT_DOUBLE_EQ(huge.nodes[0].value.mean, 1.5e308);
  EXPECT_EQ(huge.nodes[0].value.deviation, 0);
}

}  // namespace
}  // namespace glassgrad
