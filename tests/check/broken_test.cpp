// Rules that are wrong on purpose, and kinks: what the checks must catch, name and excuse.
#include <gtest/gtest.h>

#include <xtensor/xarray.hpp>

#include "check/broken_ops.hpp"
#include "glassgrad/check/gradients.hpp"
#include "glassgrad/check/nodes.hpp"
#include "glassgrad/glassgrad.hpp"

namespace glassgrad {
namespace {

using N = Node<double>;

TEST(BrokenOps, ARightOneOfOnesOwnPasses) {
  EXPECT_TRUE(check_gradients([](const N& x) { return apply(RightCube{}, x); }, {{0.5, -2.0}}).ok);
}

TEST(BrokenOps, ASignIsCaught) {
  const GradientReport report =
      check_gradients([](const N& x) { return apply(WrongSign{}, x); }, {{"x", {0.5, 0.0, -2.0}}});
  EXPECT_FALSE(report.ok);
  EXPECT_EQ(report.wrong, 2);  // at 0 both slopes are 0
  EXPECT_EQ(report.compared, 9);
  ASSERT_EQ(report.entries.size(), 5u);
  const GradientEntry& worst = report.entries[0];
  EXPECT_EQ(worst.input, "x");
  EXPECT_EQ(worst.number, 0);
  EXPECT_EQ(worst.element, "(2)");
  EXPECT_EQ(worst.output, "(2)");
  EXPECT_EQ(worst.verdict, Verdict::wrong);
  EXPECT_EQ(worst.analytic, -12);
  EXPECT_EQ(worst.forward, -12);
  EXPECT_NEAR(worst.numeric, 12, 1e-6);
  EXPECT_NEAR(worst.error, 2, 1e-6);
  EXPECT_EQ(report.entries[1].element, "(0)");
  EXPECT_EQ(report.text().substr(0, report.text().find(", numeric")),
            "gradients are WRONG: 2 of 9 slopes of 1 input\n"
            "  WRONG  x at (2) to output (2): reverse -12, forward -12");
}

TEST(BrokenOps, AFactorASmallFactorAndASwapAreCaught) {
  EXPECT_EQ(check_gradients([](const N& x) { return apply(WrongFactor{}, x); }, {2.0}).wrong, 1);
  EXPECT_EQ(check_gradients([](const N& x) { return apply(SlightlyWrong{}, x); }, {2.0}).wrong, 1);
  const GradientReport swapped = check_gradients(
      [](const N& a, const N& b) { return apply(Swapped{}, a, b); }, {3.0, {"b", 0.5}});
  EXPECT_EQ(swapped.wrong, 2);
  EXPECT_EQ(swapped.entries[0].input, "input 0");  // 9 where 3 is right, then 3 for 9
  EXPECT_EQ(swapped.entries[1].input, "b");
}

TEST(BrokenOps, ReverseAndForwardMustAgreeEvenWhereReverseIsRight) {
  const GradientReport report =
      check_gradients([](const N& x) { return apply(WrongPush{}, x); }, {2.0});
  EXPECT_EQ(report.wrong, 1);
  EXPECT_EQ(report.entries[0].analytic, 4);
  EXPECT_EQ(report.entries[0].forward, 6);
  EXPECT_NEAR(report.entries[0].numeric, 4, 1e-8);
}

TEST(BrokenOps, OneElementOfALargeArrayIsFound) {
  xt::xarray<double> x = xt::sin(xt::arange<double>(0, 9000));
  x.reshape({90, 100});
  x(42, 17) = 2.5;
  const GradientReport report =
      check_gradients([](const N& a) { return sum(apply(WrongBeyondTwo{}, a)) / 10; }, {{"x", x}});
  EXPECT_FALSE(report.ok);
  EXPECT_EQ(report.entries[0].element, "(42, 17)");
  EXPECT_EQ(report.entries[0].analytic, 0);
  EXPECT_NEAR(report.entries[0].numeric, 1.875, 1e-6);
}

TEST(BrokenNodes, TheWrongNodeIsNamedInTheMiddleOfAGraph) {
  Tape tape;
  const auto x = tape.input("x", {0.5, 1.0});
  const auto net = tape.scope("net");
  const auto layer = tape.scope("layer1");
  const auto h = name("h", tanh(x));
  const auto bad = name("bad", apply(Swapped{}, h, tape.input("w", {2.0, 3.0})));
  sum(sigmoid(bad));
  const std::uint32_t size = tape.size();
  const NodeReport report = check_nodes(tape);
  EXPECT_EQ(tape.size(), size);
  EXPECT_FALSE(report.ok);
  EXPECT_EQ(report.nodes, 4);
  EXPECT_EQ(report.wrong, 4);
  EXPECT_EQ(report.compared, 4 + 8 + 4 + 2);
  for (int i = 0; i < 4; ++i) {
    const NodeEntry& entry = report.entries[std::size_t(i)];
    EXPECT_EQ(entry.verdict, Verdict::wrong);
    EXPECT_EQ(entry.name, "bad");
    EXPECT_EQ(entry.op, "swapped");
    EXPECT_EQ(entry.scope, "net/layer1");
    EXPECT_EQ(entry.index, bad.index());
    EXPECT_EQ(entry.input_name, entry.input == 0 ? "h" : "w");
    EXPECT_EQ(entry.element, entry.output);
  }
  const NodeEntry& worst = report.entries[0];  // b = 2: a^2 where 2 a b is right
  EXPECT_EQ(worst.input, 0);
  EXPECT_EQ(worst.element, "(0)");
  const double t = std::tanh(0.5);
  EXPECT_NEAR(worst.analytic, t * t, 1e-12);
  EXPECT_NEAR(worst.numeric, 2 * t * 2, 1e-8);
  const std::string text = report.text();
  EXPECT_EQ(text.substr(0, text.find(": local ")),
            "local gradients are WRONG: 4 of 18 slopes of 4 nodes\n"
            "  WRONG  \"bad\", swapped, node 3 in net/layer1, input 0 (h) at (0) to output (0)");
}

TEST(BrokenNodes, AGraphThatIsRightPasses) {
  Parameter W("W", {{0.1, 0.6}, {-0.4, 0.2}}), b("b", {{0.3}, {0.1}});
  Tape tape;
  const auto x = tape.constant({{1.0, -2.0, 0.5}, {0.3, 0.7, -0.2}});
  const auto z = matmul(tape(W), x) + tape(b);
  const auto p = softmax(concat({tanh(z), relu(z)}), 0);
  const auto cost = -mean(log(rows(transpose(p), tape.indices({0, 2, 2}))));
  tape.backward(cost);
  const NodeReport report = check_nodes(tape);
  EXPECT_TRUE(report.ok) << report.text();
  EXPECT_EQ(report.text().substr(0, 23), "local gradients agree: ");
  EXPECT_NO_THROW(z.upstream());
}

TEST(BrokenNodes, LargeNodesAndFloat) {
  Tape<float> tape;
  const auto x = tape.input(xt::cos(xt::arange<double>(0, 5000)));
  sum(sigmoid(x) * x);
  const NodeReport report = check_nodes(tape);
  EXPECT_TRUE(report.ok) << report.text();
}

TEST(BrokenNodes, AnArgumentOfAnOpUsedTwiceWithOneNode) {
  Tape tape;
  const auto x = tape.input("x", 3.0);
  apply(Swapped{}, x, x);
  const NodeReport report = check_nodes(tape);
  EXPECT_EQ(report.wrong, 2);
  EXPECT_EQ(report.entries[0].input + report.entries[1].input, 1);
  for (const NodeEntry& entry : report.entries)  // 2 a b and a^2
    EXPECT_NEAR(entry.numeric, entry.input == 0 ? 18 : 9, 1e-6);
}

TEST(BrokenNodes, AChangedParameterIsNamed) {
  Parameter W("W", 1.0);
  Tape tape;
  square(tape(W));
  W.change()[0] = 2;
  try {
    check_nodes(tape);
    FAIL();
  } catch (const TapeError& error) {
    EXPECT_STREQ(error.what(),
                 "[check_nodes] parameter \"W\" has changed since it was recorded. Record the "
                 "computation again on a cleared tape, or read it before the update.");
  }
}

TEST(Kinks, AreSaidAndDoNotFail) {
  const GradientReport at_zero = check_gradients([](const N& x) { return relu(x); }, {{"x", 0.0}});
  EXPECT_TRUE(at_zero.ok);
  EXPECT_EQ(at_zero.kinks, 1);
  EXPECT_EQ(at_zero.entries[0].verdict, Verdict::kink);
  EXPECT_EQ(at_zero.entries[0].analytic, 0);
  EXPECT_NEAR(at_zero.entries[0].left, 0, 1e-9);
  EXPECT_NEAR(at_zero.entries[0].right, 1, 1e-9);
  EXPECT_EQ(at_zero.text(),
            "gradients agree: 1 slopes of 1 input, 1 at a kink\n"
            "  kink   x: reverse 0, forward 0, which lies between its one-sided slopes 0 and 1\n");
  const GradientReport absolute = check_gradients([](const N& x) { return abs(x); }, {{1.0, 0.0}});
  EXPECT_TRUE(absolute.ok);
  EXPECT_EQ(absolute.kinks, 1);
  EXPECT_EQ(absolute.entries[0].element, "(1)");
}

TEST(Kinks, TiesOfMaximumMaxAndClamp) {
  for (const GradientReport& report :
       {check_gradients([](const N&a, const N&b) { return maximum(a, b); }, {1.5, 1.5}),
        check_gradients([](const N&a, const N&b) { return minimum(a, b); }, {1.5, 1.5}),
        check_gradients([](const N&x) { return max(x); }, {{2.0, 1.0, 2.0}}),
        check_gradients([](const N&x) { return clamp(x, -1, 1); }, {{1.0, 0.5, -1.0}})}) {
    EXPECT_TRUE(report.ok) << report.text();
    EXPECT_EQ(report.kinks, 2);
  }
  // maximum(x, x) is x: no kink
  EXPECT_EQ(check_gradients([](const N& x) { return maximum(x, x); }, {1.5}).kinks, 0);
}

TEST(Kinks, AWrongSlopeAtAKinkIsStillWrong) {
  EXPECT_FALSE(check_gradients_by_hand([](const N& x) { return relu(x); }, {0.0}, {1.5}).ok);
  EXPECT_FALSE(check_gradients_by_hand([](const N& x) { return relu(x); }, {0.0}, {-0.5}).ok);
  EXPECT_TRUE(check_gradients_by_hand([](const N& x) { return relu(x); }, {0.0}, {1.0}).ok);
  // a bend is no kink: the slope of x^2 at 1 is not 2 - 1e-5, though that lies between its sides
  EXPECT_FALSE(
      check_gradients_by_hand([](const N& x) { return 10 * x * x; }, {1.0}, {20.00004}).ok);
}

TEST(Kinks, NearbyKinksAreSeenThrough) {
  // 1e-6 lies within the first step and outside the second
  EXPECT_TRUE(check_gradients([](const N& x) { return relu(x); }, {1e-6}).ok);
  EXPECT_EQ(check_gradients([](const N& x) { return relu(x); }, {1e-6}).kinks, 0);
}

TEST(Kinks, InTheNodesOfAGraphAndInLargeArrays) {
  Tape tape;
  sum(name("r", relu(tape.input("x", {1.0, 0.0, -1.0}))));
  const NodeReport report = check_nodes(tape);
  EXPECT_TRUE(report.ok);
  EXPECT_EQ(report.kinks, 1);
  EXPECT_EQ(report.entries[0].name, "r");
  EXPECT_EQ(report.entries[0].element, "(1)");
  xt::xarray<double> x = xt::cos(xt::arange<double>(0, 5000));
  x(77) = 0;
  const GradientReport large = check_gradients([](const N& a) { return sum(relu(a)); }, {x});
  EXPECT_TRUE(large.ok) << large.text();
}

TEST(Undefined, IsSaidWhereTheFunctionEnds) {
  const GradientReport report = check_gradients([](const N& x) { return sqrt(x); }, {{"x", 0.0}});
  EXPECT_FALSE(report.ok);
  EXPECT_EQ(report.undefined, 1);
  EXPECT_EQ(report.wrong, 0);
  EXPECT_EQ(report.text().substr(0, report.text().find('\n')),
            "gradients cannot be told: 1 of 1 slopes of 1 input");
}

}  // namespace
}  // namespace glassgrad
