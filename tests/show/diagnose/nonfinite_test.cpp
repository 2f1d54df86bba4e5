// The first number that is not finite on a tape, word for word; stopping there, and its line.
#include <gtest/gtest.h>

#include <limits>
#include <thread>

#include "glassgrad/glassgrad.hpp"
#include "support/error_of.hpp"

namespace {  // a program that uses the library: not in its namespace

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
using glassgrad::Node;
using glassgrad::Tape;

int line_of_log = 0;
Node<> cost_of(Tape<>& tape, double first) {
  const auto x = tape.input("x", {first, 2.0});
  line_of_log = __LINE__ + 1;
  const auto logarithm = log(x);
  return sum(logarithm * 2);
}
int line_of_root = 0;
Node<> root_of_sum(Tape<>& tape) {
  const auto x = tape.input("x", {0.0, 0.0});
  const auto squares = sum(x * x);
  line_of_root = __LINE__ + 1;
  return sqrt(squares);
}

int line_of_inlined = 0;
[[gnu::always_inline]] inline Node<> inlined_log(Tape<>& tape) {
  const auto x = tape.input("x", {3.0});
  line_of_inlined = __LINE__ + 1;
  return log(x);
}

// A name that is a type to those who take it for a mangled one.
[[gnu::noinline]] Node<> f(Tape<>& tape) { return log(tape.input("x", {3.0})) * 2; }

bool ends_with_line(const std::optional<glassgrad::SourceLine>& line, int number) {
  return line && line->file.ends_with("tests/show/diagnose/nonfinite_test.cpp") &&
         line->line == number;
}

}  // namespace

namespace glassgrad {
namespace {

TEST(FindNonfinite, AnEmptyAndAHealthyTape) {
  Tape tape;
  EXPECT_FALSE(find_nonfinite(tape));
  tape.backward(cost_of(tape, 1));
  EXPECT_FALSE(find_nonfinite(tape));
}

TEST(FindNonfinite, ForwardInAllDetail) {
  Tape tape;
  Parameter<> w("w", {{1.0, 0.0}, {3.0, 4.0}});
  const auto scope = tape.scope("net");
  const auto v = tape(w), k = tape.constant("k", {1.0, 2.0}), x = name("x", v * k);
  const auto cost = name("cost", sum(log(x)));
  tape.backward(cost);
  const NonFinite found = find_nonfinite(tape).value();
  EXPECT_EQ(found.kind, ProblemKind::infinity);
  EXPECT_EQ(found.pass, Pass::forward);
  EXPECT_TRUE(found.error);
  EXPECT_EQ(found.node, 3U);
  EXPECT_EQ(found.element, (std::vector<std::int64_t>{0, 1}));
  EXPECT_EQ(found.number, -infinity);
  ASSERT_EQ(found.operands.size(), 1U);
  EXPECT_EQ(found.operands[0].node, 2U);
  EXPECT_EQ(found.operands[0].number, 0);
  EXPECT_EQ(found.from, (std::vector<std::uint32_t>{0, 2, 3}));
  EXPECT_EQ(found.path, (std::vector<std::uint32_t>{3, 4}));
  EXPECT_EQ(found.text(),
            "infinite forward at net/v1, node 3 of the tape\n"
            "  log(x) is -Infinity at (0, 1): x is 0\n"
            "  operand x: (2, 2) from 0 to 8\n"
            "  made from: w -> x -> v1\n"
            "  leads to: v1 -> cost\n"
            "  to do: Keep x away from 0, for instance by adding 1e-12.\n");
}

// What met is told however large the arrays are.
TEST(FindNonfinite, BackwardInLargeArraysAndBehindWhere) {
  const std::vector<double> numbers = [] {
    std::vector<double> all(6000, 4.0);
    all[2 * 60 + 7] = 0;
    return all;
  }();
  const Shape shape{100, 60};
  for (const Keep keep : {Keep::all, Keep::parameters}) {
    Tape tape(keep);
    const auto x = tape.input("x", View<const double>{numbers.data(), &shape});
    const auto mask = x > 0, root = sqrt(x), cost = sum(where(mask, root, 0));
    EXPECT_FALSE(find_nonfinite(tape));  // there was no backward
    tape.backward(cost);
    const NonFinite found = find_nonfinite(tape).value();
    EXPECT_EQ(found.pass, Pass::backward);
    EXPECT_EQ(found.kind, ProblemKind::nan);
    EXPECT_EQ(found.element, (std::vector<std::int64_t>{2, 7}));
    EXPECT_EQ(found.upstream, 0);
    EXPECT_EQ(found.local, infinity);
    EXPECT_EQ(found.receiver, 0U);
    EXPECT_EQ(found.text(),
              "NaN backward at v2, node 3 of the tape\n"
              "  what it sends to x is NaN at (2, 7): upstream 0 x local Infinity, x is 0; a where "
              "further on leaves this entry out, but 0 x Infinity is NaN all the same\n"
              "  operand x: (100, 60) from 0 to 4\n"
              "  made from: x -> v2\n"
              "  sent back: v2 -> x\n"
              "  to do: Use a where before sqrt, too: sqrt(where(mask, x, 1)).\n");
  }
}

TEST(FindNonfinite, TheNormOfZero) {
  Tape tape(Keep::parameters);
  const auto cost = root_of_sum(tape);
  tape.backward(cost);
  const NonFinite found = find_nonfinite(tape).value();
  EXPECT_EQ(found.message,
            "what it sends to v2 is Infinity: upstream 1 x local Infinity, v2 is 0; from v1 to x "
            "it meets a slope of 0, and 0 x Infinity is NaN");
  EXPECT_EQ(found.fix, "Keep v2 away from there, for instance by sqrt(v2 + 1e-12)");
  EXPECT_EQ(found.from_labels, (std::vector<std::string>{"x", "v1", "v2", "v3"}));
}

// An op whose slope is no factor per entry: the entry of its Jacobian that met.
TEST(FindNonfinite, BackwardThroughAProduct) {
  Tape tape;
  const auto a = tape.input("a", {{1e200, 1.0}});
  const auto cost = sum(matmul(a, tape.input("b", {{1e-200}, {1.0}})) * 1e300);
  tape.backward(cost);
  const NonFinite found = find_nonfinite(tape).value();
  EXPECT_EQ(found.op, "matmul");
  EXPECT_EQ(found.upstream, 1e300);
  EXPECT_EQ(found.local, 1e200);
  EXPECT_EQ(found.message,
            "what it sends to b is Infinity at (0, 0): upstream 1e+300 at (0, 0) x local 1e+200");
}

TEST(FindNonfinite, MaskedNumbersAreHarmlessAndComeLast) {
  Tape tape;
  const auto x = tape.constant("x", {0.0, 1.0});
  const auto w = tape.input("w", 0.0);
  const auto l = log(x), mask = x > 0, chosen = sum(where(mask, l, 0)), cost = chosen + sqrt(w);
  NonFinite found = find_nonfinite(tape).value();
  EXPECT_TRUE(found.harmless());
  EXPECT_EQ(found.text(),
            "infinite forward, harmless at v1, node 2 of the tape\n"
            "  log(x) is -Infinity at (0): x is 0, but the cost is finite: v3 leaves it out\n"
            "  operand x: (2) from 0 to 1\n"
            "  made from: x -> v1\n"
            "  to do: Keep x away from 0, for instance by adding 1e-12.\n");
  tape.backward(cost);
  found = find_nonfinite(tape).value();
  EXPECT_FALSE(found.harmless());
  EXPECT_EQ(found.op, "sqrt");
}

TEST(FindNonfinite, InsideACheckpoint) {
  Tape tape;
  const auto x = tape.input("x", {0.0, 2.0});
  const auto cost = checkpoint([](const Node<>& a) { return sum(exp(log(a) * 2)); }, x);
  tape.backward(cost);  // exp(-inf) is 0, and its slope as well
  const NonFinite found = find_nonfinite(tape).value();
  EXPECT_EQ(found.message, "what it sends to x is NaN at (0): upstream 0 x local Infinity, x is 0");
  EXPECT_EQ(found.op, "log");
  EXPECT_EQ(found.path_labels.back(), "x");
}

// What the cost does not depend on is on the tape, too.
TEST(FindNonfinite, BesideTheCost) {
  Tape tape;
  const auto x = tape.input("x", 0.0);
  const auto aside = name("aside", 1 / x);
  const auto cost = x * x;
  tape.backward(cost);
  EXPECT_FALSE(find_nonfinite(cost));
  EXPECT_EQ(find_nonfinite(tape)->label, "aside");
  EXPECT_EQ(find_nonfinite(aside)->label, "aside");
}

TEST(StopAtNonfinite, ForwardWithTheLineThatRecordsIt) {
  Tape tape;
  stop_at_nonfinite(tape);
  cost_of(tape, 1);
  tape.clear();
  try {
    cost_of(tape, 0);
    FAIL();
  } catch (const NonFiniteError& error) {
    EXPECT_TRUE(ends_with_line(error.found().line, line_of_log)) << error.what();
    // how much of its name is known depends on the debug information
    EXPECT_NE(error.found().line->function.find("cost_of"), std::string::npos);
    EXPECT_EQ(error.what(), join("[log] v1: log(x) is -Infinity at (0): x is 0, recorded at ",
                                 error.found().line->text(),
                                 ". Keep x away from 0, for instance by adding 1e-12."));
  }
  EXPECT_EQ(tape.size(), 1U);
  go_on_at_nonfinite(tape);
  EXPECT_EQ(cost_of(tape, 0).item(), -infinity);
}

TEST(StopAtNonfinite, BackwardBeforeItIsPassedOn) {
  for (const Keep keep : {Keep::all, Keep::parameters}) {
    Tape tape(keep);
    stop_at_nonfinite(tape);
    const auto cost = root_of_sum(tape);
    EXPECT_EQ(error_of([&] { tape.backward(cost); }),
              "[sqrt] v3: what it sends to v2 is Infinity: upstream 1 x local Infinity, v2 is 0. "
              "Keep v2 away from there, for instance by sqrt(v2 + 1e-12).");
    EXPECT_EQ(cost.upstream()[0], 1);
  }
  const auto found = explain_step<double>([](Tape<>& tape) { return root_of_sum(tape); });
  EXPECT_TRUE(ends_with_line(found->line, line_of_root));
  EXPECT_FALSE(explain_step<double>([](Tape<>& tape) { return cost_of(tape, 1); }));
}

TEST(StopAtNonfinite, WhatIsMeantIsLetThrough) {
  Tape tape;
  stop_at_nonfinite(tape);
  const auto x = tape.input("x", {1.0, 2.0});
  const auto mask = tape.constant("mask", {-infinity, 0.0});
  const auto cost = sum(exp(x + mask));
  tape.backward(cost);
  EXPECT_EQ(x.upstream()[0], 0);
  EXPECT_EQ(error_of([&] {
              tape.input("missing", {1.0, not_a_number});
            }).substr(0, 43),
            "[input] missing: the input is NaN at (1), r");
  EXPECT_EQ(error_of([&] { mask - mask; }).substr(0, 69),
            "[sub] v1: mask - mask is NaN at (0): mask is -Infinity, mask is -Infi");
  stop_at_nonfinite(tape, {.infinity = false});
  EXPECT_EQ((1 / tape.constant(0.0)).item(), infinity);
  EXPECT_EQ(error_of([&] { sqrt(tape.constant(-1.0)); }).substr(0, 22), "[sqrt] v1: sqrt(-1) is");
}

TEST(StopAtNonfinite, WhatAHookWrote) {
  Tape tape;
  stop_at_nonfinite(tape);
  const auto x = tape.input("x", {1.0, 2.0});
  const auto y = name("y", x * x);
  tape.on_upstream(y, [](View<double> u) { u[1] = not_a_number; });
  EXPECT_EQ(error_of([&] { tape.backward(sum(y)); }),
            "[mul] y: its upstream is NaN at (1), which no node sent: a hook wrote it, or it was "
            "given to backward. Look at the hooks of this node and at what backward was given.");
}

TEST(SourceLine, OfANodeByItsNumber) {
  const auto step = [](Tape<>& tape) { cost_of(tape, 3); };
  const auto line = line_of_node<double>(1, step);
  EXPECT_TRUE(ends_with_line(line, line_of_log)) << (line ? line->text() : "none");
  EXPECT_FALSE(line_of_node<double>(99, step));
}

TEST(SourceLine, OfACallThatIsInlined) {
  const auto line = line_of_node<double>(1, [](Tape<>& tape) { inlined_log(tape); });
  EXPECT_TRUE(ends_with_line(line, line_of_inlined)) << (line ? line->text() : "none");
}

TEST(SourceLine, HasTheFunctionsWholeName) {
  const auto line = line_of_node<double>(1, [](Tape<>& tape) { f(tape); });
  ASSERT_TRUE(line);
  EXPECT_EQ(line->function, "(anonymous namespace)::f(glassgrad::Tape<double>&)");
}

TEST(SourceLine, InAWorkerAsWell) {
  std::optional<SourceLine> line;
  std::thread([&] { line = line_of_node<double>(1, [](Tape<>& t) { cost_of(t, 3); }); }).join();
  EXPECT_TRUE(ends_with_line(line, line_of_log)) << (line ? line->text() : "none");
}

TEST(SourceLine, WithoutDebugInformation) {
  SourceLine line;
  line.module = "./model", line.offset = 0x12ab;
  EXPECT_EQ(line.text(), "an unknown function, +0x12ab in ./model, compiled without -g");
  line.function = "step(double)";
  EXPECT_EQ(line.text(), "step(double), +0x12ab in ./model, compiled without -g");
  line.file = "model.cpp", line.line = 12;
  EXPECT_EQ(line.text(), "model.cpp:12, in step(double)");
}

}  // namespace
}  // namespace glassgrad
