// Each pass on its own, seen in what describe() prints.
#include <gtest/gtest.h>

#include <vector>

#include "../../src/program/last_grad.hpp"
#include "../../src/program/passes/passes.hpp"
#include "glassgrad/engine/fed.hpp"
#include "glassgrad/glassgrad.hpp"
#include "program/recorded.hpp"

namespace glassgrad {
namespace {

using program::Graph;

TEST(Passes, DeadCodeIsDropped) {
  Recorded on;
  const auto y = on.x * 2.0;
  tanh(y);
  exp(on.x);
  auto graph = on.graph({y});
  EXPECT_EQ(graph.code.size(), 3u);
  program::remove_dead(graph);
  EXPECT_EQ(program::describe(graph), "%2 = mul(input0, 2)  (3)\n");
}

TEST(Passes, SettingsAreDescribed) {
  Tape<double> tape;
  const std::vector<double> numbers(6, 1.0);
  const Shape shape{2, 3};
  const auto x = tape.input(View<const double>{numbers.data(), &shape});
  const auto a = clamp(x, -1, 2), b = leaky_relu(x, 0.3);
  const auto y = apply(Matmul{false, true}, a, pow(b, 3));
  const auto z = slice(x, 1, 0, 2);
  const std::vector<program::Id> outputs{sum(y, 0).index(), sum(y).index(), z.index()};
  EXPECT_EQ(program::describe(program::graph_of(tape, outputs)),
            "%1 = clamp(input0, -1, 2)  (2, 3)\n"
            "%2 = leaky_relu(input0, 0.3)  (2, 3)\n"
            "%3 = power(%2) = %2^3  (2, 3)\n"
            "%4 = matmul(%1, %3^T)  (2, 2)\n"
            "%5 = slice(input0) = input0[:, 0:2]  (2, 2)\n"
            "%6 = sum(%4, axis 0)  (2)\n"
            "%7 = sum(%4)  ()\n");
}

TEST(Passes, CommonSubexpressionsAreComputedOnce) {
  Recorded on;
  const auto once = tanh(on.x * 2.0), again = tanh(on.x * 2.0), other = tanh(on.x * 3.0);
  auto graph = on.graph({once + again + other});
  program::merge_common(graph);
  EXPECT_EQ(program::describe(graph),
            "%2 = mul(input0, 2)  (3)\n"
            "%3 = tanh(%2)  (3)\n"
            "%8 = mul(input0, 3)  (3)\n"
            "%9 = tanh(%8)  (3)\n"
            "%10 = add(%3, %3)  (3)\n"
            "%11 = add(%10, %9)  (3)\n");
}

// A tape that compile records with: no numbers, and the last gradient by backward's own kernels.
struct Recording {
  Tape<double> tape{Keep::program};
  Parameter<double> w{"w", {{1.0, 2.0}, {3.0, 4.0}}};
  Node<double> x = fed(tape, Shape{3, 2});
  Graph<double> graph(const Node<double>& cost) {
    const Node<double> learning[] = {tape(w)};
    auto graph = program::graph_of(
        tape, {cost.index(), program::last_grad<double>(cost, learning)[0].index()}, x.index() + 1);
    program::remove_dead(graph);
    program::fold_constants(graph);
    program::clean_algebra(graph);
    return graph;
  }
};

TEST(Passes, ALastGradientPullsByKernelsWhereThoseAreFewer) {
  Recording on;
  const auto w = on.tape(on.w);
  auto graph = on.graph(sum(w * tanh(w)));
  EXPECT_EQ(program::describe(graph),
            "%2 = tanh(parameter1)  (2, 2)\n"
            "%3 = mul(parameter1, %2)  (2, 2)\n"
            "%4 = sum(%3)  ()\n"
            "%10 = tanh'(parameter1, %2, parameter1)  (2, 2)\n"
            "%11 = add(%2, %10)  (2, 2)\n");
}

// The second product adds its share to the first one's.
TEST(Passes, SharesAreAddedWhereTheyAreKept) {
  Recording on;
  const auto w = on.tape(on.w);
  const auto y = matmul(matmul(on.x, w), w);
  auto graph = on.graph(sum(y * y));
  const std::size_t before = graph.code.size();
  program::accumulate(graph);
  EXPECT_EQ(graph.code.size(), before - 1);
  const std::string text = program::describe(graph);
  EXPECT_NE(text.find(" = matmul'1(input0, _, _, %"), std::string::npos) << text;
  EXPECT_NE(text.find(" onto %"), std::string::npos) << text;
}

// The rows of 3 A B added up: a sum of A's rows, a product of one row, a factor on what is left.
TEST(Passes, SumsGoBeforeProductsAndFactors) {
  Recorded on;
  const auto a = on.tape.input({{1.0, 2.0}, {3.0, 4.0}, {5.0, 6.0}});
  const auto b = on.tape.input({{1.0, 2.0, 3.0, 4.0}, {5.0, 6.0, 7.0, 8.0}});
  auto rows = on.graph({sum(3.0 * matmul(a, b), 0)});
  program::sums_first(rows);
  EXPECT_EQ(program::describe(rows),
            "%8 = sum(input1, axis -2)  (1, 2)\n"
            "%9 = matmul(%8, input2)  (1, 4)\n"
            "%6 = mul(3, %9)  (4)\n");
  auto columns = on.graph({sum(matmul(a, b), Axes{1}, true)});
  program::remove_dead(columns);
  program::sums_first(columns);
  EXPECT_EQ(program::describe(columns),
            "%9 = sum(input2, axis -1)  (2, 1)\n"
            "%10 = matmul(input1, %9)  (3, 1)\n");
  EXPECT_EQ(columns.watched, (std::vector<program::Id>{9, 10}));
}

// Not a product that others read, nor all of a product, nor a factor that is an array.
TEST(Passes, OtherSumsStayWhereTheyAre) {
  Recorded on;
  const auto a = on.tape.input({{1.0, 2.0}, {3.0, 4.0}});
  const auto product = matmul(a, a);
  auto graph = on.graph({sum(product, 0), sum(a * a, 0), sum(matmul(a, transpose(a))), product});
  const std::string before = program::describe(graph);
  program::sums_first(graph);
  EXPECT_EQ(program::describe(graph), before);
}

// What needs a run and cannot join it goes after it, and ends it for those who need that.
TEST(Passes, NeighboursOfOneShapeAreFused) {
  Recorded on;
  const auto a = tanh(on.x * on.tape(on.w));
  const auto total = sum(square(a));
  auto graph = on.graph({exp(a) / total + on.x});
  program::fuse(graph);
  EXPECT_EQ(program::describe(graph),
            "run 1\n"
            "  %2 = mul(input0, parameter1)  (3)\n"
            "  %3 = tanh(%2)  (3)\n"
            "  %4 = square(%3)  (3)\n"
            "  %6 = exp(%3)  (3)\n"
            "%5 = sum(%4)  ()\n"
            "run 2\n"
            "  %7 = div(%6, %5)  (3)\n"
            "  %8 = add(%7, input0)  (3)\n");
}

// A broadcast_to before elementwise instructions is left out, where another operand gives the
// shape: of an upstream too.
TEST(Passes, ElementwiseInstructionsStretchWhatTheyRead) {
  Recorded on;
  const auto row = broadcast_to(on.x * 2.0, Shape{2, 3}),
             full = on.tape.input({{1.0, 2.0, 3.0}, {4.0, 5.0, 6.0}});
  auto graph = on.graph({row * full, exp(row)});
  program::unstretch(graph);
  EXPECT_EQ(program::describe(graph),
            "%2 = mul(input0, 2)  (3)\n"
            "%3 = broadcast_to(%2)  (2, 3)\n"
            "%5 = mul(%2, input4)  (2, 3)\n"
            "%6 = exp(%3)  (2, 3)\n");

  Recording last;
  const auto w = last.tape(last.w);
  auto pulls = last.graph(sum(square(sum(tanh(w), 1))));
  program::unstretch(pulls);
  program::remove_dead(pulls);
  const std::string text = program::describe(pulls);
  EXPECT_EQ(text.find("broadcast_to"), std::string::npos) << text;
  EXPECT_NE(text.find("tanh'(parameter1, %2, %"), std::string::npos) << text;
}

// A product of transposes reads what they turn; of the others nothing changes.
TEST(Passes, TransposesBecomeFlagsOfTheProduct) {
  Recorded on;
  const auto a = on.tape.input({{1.0, 2.0}, {3.0, 4.0}, {5.0, 6.0}});
  const auto b = on.tape.input({{1.0, 2.0}, {3.0, 4.0}});
  const auto right = transpose(matmul(b, transpose(a)));  // first, whatever order calls have
  auto graph = on.graph({matmul(transpose(a), right)});
  program::fold_transposes(graph);
  program::remove_dead(graph);
  EXPECT_EQ(program::describe(graph),
            "%4 = matmul(input2, input1^T)  (2, 3)\n"
            "%7 = matmul(input1^T, %4^T)  (2, 2)\n");
  const auto flags = [&](std::size_t i) {
    const auto& op = *static_cast<const Matmul*>(graph.code[i].attributes);
    return std::pair(op.transpose_a, op.transpose_b);
  };
  EXPECT_EQ(flags(0), std::pair(false, true));
  EXPECT_EQ(flags(1), std::pair(true, true));
}

// Sums over the first axis of a large run are taken on the way; a small one keeps the tape's order.
TEST(Passes, SumsEndARunThatIsLarge) {
  for (const std::int64_t rows : {4, 4096}) {
    Recorded on;
    const Shape shape{rows, 5};
    const std::vector<double> numbers(std::size_t(shape.count()), 0.5);
    const auto a = tanh(on.tape.input(View<const double>{numbers.data(), &shape}) * 2.0);
    auto graph = on.graph({sum(a), sum(a, 0), sum(a, 1)});
    program::fuse(graph);
    const std::vector<std::uint32_t> small{1, 1, 0, 0, 0}, large{1, 1, 1, 1, 0};
    EXPECT_EQ(graph.run, rows == 4 ? small : large);
  }
}

// What every matrix of a batch goes through is one run, and what needs all of them comes after it.
// Of a small batch nothing changes.
TEST(Passes, WhatGoesRowByRowIsJoined) {
  for (const std::int64_t n : {4, 64}) {
    Recorded on;
    const Shape shape{n, 30, 40};
    const std::vector<double> numbers(std::size_t(shape.count()), 0.5);
    const auto x = on.tape.input(View<const double>{numbers.data(), &shape});
    const auto product = matmul(x, transpose(x, {0, 2, 1}));
    const auto whole = softmax(product, 0), rows = softmax(tanh(product * 2.0));
    auto graph = on.graph({whole, sum(rows, 1)});
    program::fuse(graph);
    program::join_rows(graph);
    const std::vector<std::uint32_t> fused{0, 0, 0, 1, 1, 0, 0}, joined{1, 1, 1, 1, 1, 1, 0};
    EXPECT_EQ(graph.run, n == 4 ? fused : joined) << program::describe(graph);
    EXPECT_EQ(graph.code[n == 4 ? 2 : 6].rule->name, "softmax");
  }
}

// Of the ops on single numbers those of one kind come in a row as far as they need nothing else.
TEST(Passes, NumbersAreOrderedByOp) {
  Recorded on;
  const auto a = on.tape.input(2.0), b = on.tape.input(3.0);
  const auto first = a * b + a, second = a * a + b;
  auto graph = on.graph({first * second});
  program::schedule(graph);
  EXPECT_EQ(program::describe(graph),
            "%3 = mul(input1, input2)  ()\n"
            "%5 = mul(input1, input1)  ()\n"
            "%4 = add(%3, input1)  ()\n"
            "%6 = add(%5, input2)  ()\n"
            "%7 = mul(%4, %6)  ()\n");
}

// Two products of one number of rows, each worth a thread of its own.
TEST(Passes, WhatIsReadyStandsSideBySide) {
  Recorded on;
  const Shape shape{80, 80};
  const std::vector<double> numbers(std::size_t(shape.count()), 0.5);
  const auto x = on.tape.input(View<const double>{numbers.data(), &shape});
  const auto first = matmul(x, x), bent = tanh(first), second = matmul(x, transpose(x));
  auto graph = on.graph({bent + second});
  program::fold_transposes(graph);
  program::remove_dead(graph);
  program::fuse(graph);
  program::schedule(graph);
  EXPECT_EQ(program::describe(graph),
            "at the same time\n"
            "  %2 = matmul(input1, input1)  (80, 80)\n"
            "  %5 = matmul(input1, input1^T)  (80, 80)\n"
            "run 1\n"
            "  %3 = tanh(%2)  (80, 80)\n"
            "  %6 = add(%3, %5)  (80, 80)\n");
}

TEST(Passes, AReshapeOfARunEndsIt) {
  Recorded on;
  const auto a = tanh(on.x) * 2.0;
  auto graph = on.graph({reshape(a, Shape{3, 1}) * on.tape.constant({{1.0}, {2.0}, {3.0}})});
  program::fuse(graph);
  EXPECT_EQ(graph.run, (std::vector<std::uint32_t>{1, 1, 0}));
}

}  // namespace
}  // namespace glassgrad
