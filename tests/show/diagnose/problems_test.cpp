// Every kind of problem on the smallest graph that has it, word for word, and where it is marked.
#include <gtest/gtest.h>

#include <limits>

#include "glassgrad/check/nodes.hpp"
#include "glassgrad/nn/dense.hpp"
#include "glassgrad/show/diagnose/problems.hpp"
#include "glassgrad/show/picture/svg.hpp"
#include "show/nets.hpp"

namespace glassgrad {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

std::vector<std::string> texts(const Node<>& cost, const Thresholds& thresholds = {}) {
  const Snapshot shot = snapshot(cost);
  std::vector<std::string> all;
  for (const Problem& problem : find_problems(shot, thresholds))
    all.push_back((problem.error ? "error: " : "warning: ") + to_text(problem, shot));
  return all;
}
using Texts = std::vector<std::string>;

TEST(Problems, NoneInAHealthyRun) {
  nets::VectorisedOrGate gate;
  gate.run();
  EXPECT_EQ(texts(gate.C), Texts());
  EXPECT_FALSE(find_nonfinite(gate.C));
}

TEST(Problems, LogarithmOfZeroIsTheFirstCulprit) {
  Tape tape;
  const auto x = tape.input("x", {1.0, 0.0, 2.0});
  const auto cost = name("cost", sum(log(x) * 2));
  tape.backward(cost);
  EXPECT_EQ(texts(cost), Texts{"error: v1: log(x) is -Infinity at (1): x is 0. Keep x away from 0, "
                               "for instance by adding 1e-12."});
  const Problem problem = find_nonfinite(cost).value();
  EXPECT_EQ(problem.kind, ProblemKind::infinity);
  EXPECT_EQ(problem.pass, Pass::forward);
  EXPECT_EQ(problem.element, std::vector<std::int64_t>{1});
  EXPECT_EQ(problem.path, (std::vector<std::uint32_t>{1, 3, 4}));  // the 2 is node 2
}

TEST(Problems, AdviceFollowsTheNumbersThatMet) {
  Tape tape;
  const auto x = tape.input("x", -4.0), y = tape.input("y", 0.0), z = tape.input("z", 1000.0);
  EXPECT_EQ(texts(sqrt(x)),
            Texts{"error: v1: sqrt(x) is NaN: x is -4. Keep x above 0, for instance "
                  "by maximum(x, 1e-12)."});
  EXPECT_EQ(texts(x / y),
            Texts{"error: v1: x / y is -Infinity: x is -4, y is 0. Keep y away from 0, "
                  "for instance by adding 1e-12."});
  EXPECT_EQ(texts(exp(z)),
            Texts{"error: v1: exp(z) is Infinity: z is 1000. Keep z small, for instance by "
                  "clamp(z, -80, 80); of an exponential, subtract the largest entry first, as "
                  "softmax does."});
  const auto data = tape.input("data", {{1.0, 2.0}, {nan, 4.0}});
  EXPECT_EQ(texts(sum(data)),
            Texts{"error: data: the input is NaN at (1, 0). Look at where it comes "
                  "from: a missing value, a division by 0."});
  Parameter<> w("w", {nan});
  EXPECT_EQ(
      texts(sum(tape(w))),
      Texts{"error: w: the parameter is NaN at (0). Go back to the parameters before the last "
            "step; lower the rate or clip gradients."});
}

TEST(Problems, ZeroTimesInfinityBehindWhere) {
  Tape tape;
  const auto x = tape.input("x", {0.0, 4.0});
  const auto root = name("root", sqrt(x));
  const auto cost = sum(where(x > 0, root, 0));
  tape.backward(cost);
  EXPECT_EQ(
      texts(cost),
      Texts{"error: root: what it sends to x is NaN at (0): upstream 0 x local Infinity, x is "
            "0; a where further on leaves this entry out, but 0 x Infinity is NaN all the same. "
            "Use a where before sqrt, too: sqrt(where(mask, x, 1))."});
  Snapshot shot = snapshot(cost);
  add_problems(shot);
  EXPECT_NE(Trace(shot).text().find("root = sqrt(x) = [0 2]  ! NaN backward\n"), std::string::npos);
  EXPECT_EQ(find_nonfinite(cost)->pass, Pass::backward);
  const auto mended = sum(where(x > 0, sqrt(where(x > 0, x, 1)), 0));
  tape.backward(mended);
  EXPECT_FALSE(find_nonfinite(mended));
  EXPECT_EQ(mended.item(), cost.item());
}

std::string joined(const Texts& texts) {
  std::string all;
  for (const std::string& text : texts) all += text + "\n";
  return all;
}

// The infinity is the logarithm's, though it is the product that sends 0 times it.
TEST(Problems, ZeroTimesInfinityIsKeptFromWhereTheInfinityIsMade) {
  Tape tape;
  const auto x = tape.input("x", {0.0, 2.0});
  const auto cost = sum(where(x > 0, name("product", name("l", log(x)) * x), 0));
  tape.backward(cost);
  const Texts found = texts(cost);
  ASSERT_FALSE(found.empty());
  const std::string all = joined(found);
  EXPECT_NE(all.find("Use a where before log, too: log(where(mask, x, 1))."), std::string::npos)
      << all;
  EXPECT_EQ(all.find("mul(where"), std::string::npos) << all;
  const auto mended = sum(where(x > 0, log(where(x > 0, x, 1)) * x, 0));
  tape.backward(mended);
  EXPECT_FALSE(find_nonfinite(mended));
  EXPECT_EQ(mended.item(), cost.item());
  EXPECT_EQ(x.upstream()[0], 0);
}
TEST(Problems, ADivisionBehindWhereIsGivenAnotherDivisor) {
  Tape tape;
  const auto x = tape.input("x", {0.0, 2.0}), y = tape.input("y", {3.0, 4.0});
  const auto cost = sum(where(x > 0, name("q", y / x) * y, 0));
  tape.backward(cost);
  const std::string all = joined(texts(cost));
  EXPECT_NE(all.find("Use a where before div, too: where(mask, x, 1) in place of x."),
            std::string::npos)
      << all;
  const auto mended = sum(where(x > 0, y / where(x > 0, x, 1) * y, 0));
  tape.backward(mended);
  EXPECT_FALSE(find_nonfinite(mended));
}

TEST(Problems, NormOfZero) {
  Tape tape;
  const auto x = tape.input("x", {0.0, 0.0});
  const auto square = sum(x * x);
  const auto cost = sqrt(square);
  tape.backward(cost);
  EXPECT_EQ(
      texts(cost),
      Texts{"error: v3: what it sends to v2 is Infinity: upstream 1 x local Infinity, v2 is 0; "
            "from v1 to x it meets a slope of 0, and 0 x Infinity is NaN. Keep v2 away from "
            "there, for instance by sqrt(v2 + 1e-12)."});
  const auto mended = sqrt(square + 1e-12);
  tape.backward(mended);
  EXPECT_FALSE(find_nonfinite(mended));
}

TEST(Problems, MaskedValuesAreWarnings) {
  Tape tape;
  const auto x = tape.constant("x", {0.0, 1.0}), w = tape.input("w", 2.0);
  const auto l = name("l", log(x)), chosen = name("chosen", where(x > 0, l, 0));
  const auto cost = sum(chosen * w);
  tape.backward(cost);
  EXPECT_EQ(texts(cost),
            Texts{"warning: l: log(x) is -Infinity at (0): x is 0, but the cost is "
                  "finite: chosen leaves it out. Keep x away from 0, for instance by adding "
                  "1e-12."});
}

// Five sigmoids after each other, weights of 0.01: each layer passes back at most a 400th.
TEST(Problems, VanishingByThresholdsThatOneCanSet) {
  Tape tape;
  auto y = tape.constant("x", {{1.0, -1.0}});
  Parameter<> first("first", {{0.01, 0.01}, {0.01, 0.02}}),
      last("last", {{0.01, 0.01}, {0.01, 0.02}});
  y = sigmoid(matmul(y, tape(first)));
  for (int i = 0; i < 3; ++i) y = sigmoid(matmul(y, tape.constant({{0.01, 0.0}, {0.0, 0.01}})));
  const auto cost = sum(sigmoid(matmul(y, tape(last))));
  tape.backward(cost);
  const Snapshot shot = snapshot(cost);
  const auto norm = [&](const char* label) {
    for (const SnapshotNode& node : shot.nodes)
      if (node.label == label) return node.upstream->norm;
    return nan;
  };
  const double share = norm("first") / norm("last");
  EXPECT_GT(share, 1e-10);
  EXPECT_LT(share, 1e-8);
  const auto found = find_problems(shot);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].kind, ProblemKind::vanishing);
  EXPECT_FALSE(found[0].error);
  const std::string text = to_text(found[0], shot);
  EXPECT_EQ(text,
            "first: the norm of its upstream is " + to_text(norm("first"), 4) + ", " +
                to_text(share, 4) +
                " of that of last; the weakest edge on the way is v7 -> v6, gain 0.01. Use "
                "activations that do not flatten, wider first weights, or fewer layers between "
                "it and the cost.");
  EXPECT_EQ(found[0].path.front(), found[0].node);
  EXPECT_EQ(found[0].path.back(), shot.cost);
  EXPECT_TRUE(find_problems(shot, {.vanishing = 1e-11}).empty());
}

TEST(Problems, Exploding) {
  Tape tape;
  auto y = tape.input("x", 1.0);
  for (int i = 0; i < 3; ++i) y = y * 50;
  tape.backward(y);
  EXPECT_EQ(texts(y),
            Texts{"warning: x: the norm of its upstream is 1.25e+05, 1.25e+05 times that of "
                  "v3; the strongest edge on the way is v1 -> x, gain 50. Clip the "
                  "gradient, lower the first weights, or scale the data."});
  EXPECT_EQ(texts(y, {.exploding = 2e5}), Texts());
}

TEST(Problems, DeadUnits) {
  Tape tape;
  const auto x = tape.input("x", {{-1.0, 2.0, -1.0}, {-3.0, 1.0, 5.0}});
  const auto cost = sum(relu(x));
  tape.backward(cost);
  EXPECT_EQ(texts(cost),
            Texts{"warning: v1: the slope is 0 for all 2 examples in 1 of 3 units, which "
                  "pass nothing back in this batch. If they stay dead, lower the rate or "
                  "use leaky_relu."});
  EXPECT_EQ(texts(cost, {.examples = 3}), Texts());
  const std::vector<double> below(400, -1);  // not whole, and counted all the same
  const Shape shape{40, 10};
  const auto big = sum(relu(tape.input("big", View<const double>{below.data(), &shape})));
  tape.backward(big);
  EXPECT_EQ(texts(big), Texts{"warning: v1: the slope is 0 for all 40 examples in 10 of 10 units, "
                              "which pass nothing back in this batch. If they stay dead, lower the "
                              "rate or use leaky_relu."});
}

TEST(Problems, FailedCheck) {
  Tape tape;
  const auto cost = square(tape.input("x", 1.0));
  tape.backward(cost);
  Snapshot shot = snapshot(cost);
  shot.nodes[1].check = SnapshotCheck{false, 0.25, 1e-6};
  const auto found = find_problems(shot);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(to_text(found[0], shot),
            "v1: its local gradient differs from finite differences by "
            "0.25. Look at the local gradient of square.");
}

TEST(Problems, AreMarkedInWordsAndShapes) {
  Tape tape;
  const auto cost = name("cost", log(tape.input("x", 0.0)));
  tape.backward(cost);
  Snapshot shot = snapshot(cost);
  add_problems(shot);
  EXPECT_NE(Trace(shot).text().find("  cost = log(x) = -inf  ! infinite\n"), std::string::npos);
  EXPECT_NE(Trace(shot).text().find("problems\n  ! infinite at cost: log(x) is -Infinity: x is 0. "
                                    "Keep x away from 0, for instance by adding 1e-12.\n"),
            std::string::npos);
  const std::string dot = to_dot(shot), svg = to_svg(shot);
  EXPECT_NE(dot.find("peripheries=2"), std::string::npos);
  EXPECT_NE(dot.find("<B>\u221e infinite</B>"), std::string::npos);
  EXPECT_NE(svg.find(">\u221e infinite</text>"), std::string::npos);
  EXPECT_NE(svg.find("class=\"box back ill\""), std::string::npos);
  const Snapshot again = parse_snapshot(to_json(shot));
  EXPECT_EQ(Trace(again).text(), Trace(shot).text());
  EXPECT_EQ(to_dot(again), dot);
  EXPECT_EQ(to_svg(again), svg);
}

TEST(Problems, PathsAreDrawn) {
  Tape tape;
  const auto x = tape.input("x", 0.0), w = tape.input("w", 2.0);
  const auto cost = name("cost", name("l", log(x)) * w);
  tape.backward(cost);
  Snapshot shot = snapshot(cost);
  EXPECT_EQ(to_svg(shot).find("class=\"way\""), std::string::npos);
  add_problems(shot);
  const std::string dot = to_dot(shot), svg = to_svg(shot);
  EXPECT_NE(dot.find("n2 -> n3 [label=\"local w\\n= 2\" penwidth=3];"), std::string::npos) << dot;
  EXPECT_EQ(dot.find("penwidth=3"), dot.rfind("penwidth=3"));
  EXPECT_EQ(svg.find("class=\"way\""), svg.rfind("class=\"way\""));
  EXPECT_NE(svg.find("class=\"way\""), std::string::npos);
}

TEST(Problems, GainOfAnEdge) {
  Tape tape;
  const auto x = tape.input("x", {3.0, 4.0});
  const auto cost = sum(x * 2);
  tape.backward(cost);
  const Snapshot shot = snapshot(cost);
  EXPECT_DOUBLE_EQ(gain(shot.nodes[2], shot.nodes[2].inputs[0]).value(), 2);
  EXPECT_DOUBLE_EQ(gain(shot.nodes[3], shot.nodes[3].inputs[0]).value(), std::sqrt(2.0));
  EXPECT_FALSE(gain(shot.nodes[2], shot.nodes[2].inputs[1]));  // the constant 2
}

}  // namespace
}  // namespace glassgrad
