// However deep and however long: chains of 10^5 nodes, 10^5 scopes in each other, 10^5 terms of a
// formula. Nothing calls itself per level, and no text grows faster than what it shows.
#include <gtest/gtest.h>

#include <memory>

#include "glassgrad/glassgrad.hpp"
#include "support/error_of.hpp"

namespace glassgrad {
namespace {

constexpr int many = 100000;

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != text.npos; at += part.size()) ++count;
  return count;
}

TEST(Depth, AFormulaOfAHundredThousandTermsIsWrittenCountedReplacedAndDropped) {
  const Formula x = Formula::symbol("x");
  Formula sum = x, deep = x;
  for (int i = 1; i < many; ++i) {
    sum = Formula::infix(" + ", strength::sum, sum, x);
    deep = Formula::call("f", {deep});
  }
  EXPECT_EQ(leaves(sum), many);
  EXPECT_EQ(occurrences(sum, "x"), many);
  EXPECT_EQ(sum.text().size(), std::size_t(4 * many - 3));
  EXPECT_EQ(deep.text().size(), std::size_t(3 * (many - 1) + 1));
  const std::string ys = substituted(deep, {{"x", Formula::symbol("y")}}).text();
  EXPECT_EQ(count_of(ys, "y"), 1u);
  EXPECT_EQ(count_of(ys, "x"), 0u);
  // what is too long to be read stays as it is
  EXPECT_EQ(simplified(deep).text(), deep.text());
  EXPECT_EQ(tidied(sum).text(), sum.text());
  EXPECT_EQ(plain_vectors(deep).text(), deep.text());
  EXPECT_EQ(count_of(with_signs(sum, {{" + ", " - "}}).text(), " - "), std::size_t(many - 1));
}

TEST(Depth, AFormulaThatSharesItsPartsIsCutWhereNobodyReads) {
  Formula doubled = Formula::symbol("x");
  for (int i = 0; i < 60; ++i) doubled = Formula::infix(" + ", strength::sum, doubled, doubled);
  const std::string text = doubled.text();
  EXPECT_LT(text.size(), std::size_t(1100000));
  EXPECT_TRUE(text.ends_with("..."));
  EXPECT_EQ(leaves(doubled), 1000000);
}

TEST(Depth, ACallOfVeryManyArgumentsShowsTheFirstAndTheLast) {
  std::vector<Formula> in;
  for (int i = 0; i < 70000; ++i) in.push_back(Formula::symbol("x" + std::to_string(i)));
  EXPECT_EQ(Formula::call("concat", in).text(),
            "concat(x0, x1, x2, x3, x4, x5, x6, x7, x8, x9, x10, x11, x12, x13, x14, x15, ... and "
            "69983 more, x69999)");
  in.erase(in.begin() + 32, in.end());
  EXPECT_EQ(count_of(Formula::call("concat", in).text(), ","), 31u);
}

// Every op reads the one before it, and x: x is read 20,000 times.
Node<> long_chain(Tape<>& tape, int ops) {
  const Node<> x = tape.input("x", 1e-3);
  Node<> sum = x;
  for (int i = 1; i < ops; ++i) sum = sum + x;
  return sum;
}

TEST(Depth, AChainIsShownInEveryForm) {
  Tape tape;
  const Node<> cost = long_chain(tape, 20000);
  tape.backward(cost);
  const Snapshot shot = snapshot(cost, {.boxes = true});
  const std::string trace = Trace(shot).text();
  EXPECT_EQ(count_of(trace, "\n"), std::size_t(1 + 20000 + 1 + 1 + 2 * 19999));
  EXPECT_NE(trace.find(" = 1, in sum 2e+04\n"), std::string::npos);
  EXPECT_EQ(count_of(to_dot(shot), " -> "), std::size_t(2 * 19999));
  const std::string json = to_json(shot);
  EXPECT_EQ(to_json(parse_snapshot(json)), json);
  EXPECT_EQ(error_of([&] { to_svg(shot); }),
            "[write_svg] the picture would have 20000 boxes, more than 2000. Fold scopes, or use "
            "write_html, whose page folds by itself.");
}

TEST(Depth, TheChainRuleOfALongPathIsCutInTheMiddle) {
  Tape tape;
  const auto x = tape.input("x", 0.5);
  Node<> y = x;
  for (int i = 0; i < 1000; ++i) y = sin(y);
  tape.backward(y);
  const Chain of = chain(y, x);
  EXPECT_EQ(of.paths, 1u);
  EXPECT_LT(of.text.size(), std::size_t(20000));
  EXPECT_NE(of.text.find("x ... 968 more ... x"), std::string::npos);
  const auto rows = tape.input("rows", {{0.1, 0.2}, {0.3, 0.4}});
  Node<> z = rows;
  for (int i = 0; i < 60; ++i) z = tanh(transpose(z));
  const Node<> cost = sum(z);
  tape.backward(cost);
  EXPECT_LT(chain(cost, rows).text.size(), std::size_t(60000));
}

TEST(Depth, AHundredThousandScopesInEachOther) {
  Tape tape;
  Node<> y = tape.input("x", 0.5);
  {
    using Guard = decltype(tape.scope(""));
    std::vector<std::unique_ptr<Guard>> open;
    for (int i = 0; i < many; ++i) {
      open.emplace_back(new Guard(tape.scope("s")));
      if (i % 1000 == 0) y = sin(y);
    }
    y = name("inner", y * 2);
    while (!open.empty()) open.pop_back();
  }
  const Node<> cost = y + 1;
  tape.backward(cost);
  const Snapshot shot = snapshot(cost, {.boxes = true});
  const std::string dot = to_dot(shot);
  EXPECT_EQ(count_of(dot, "subgraph"), std::size_t(many));
  EXPECT_EQ(count_of(dot, "{"), count_of(dot, "}"));
  EXPECT_LT(dot.size(), std::size_t(many * 200));
  const std::string trace = Trace(shot).text();
  EXPECT_LT(trace.size(), std::size_t(300000));
  EXPECT_NE(trace.find("  .../s/s/"), std::string::npos);
  const std::string json = to_json(shot);
  EXPECT_EQ(to_json(parse_snapshot(json)), json);
  EXPECT_EQ(shot.scope_path(many).size(), std::size_t(2 * many - 1));
  EXPECT_TRUE(to_svg(snapshot(cost, {.fold = true})).ends_with("</svg>\n"));
  EXPECT_FALSE(find_nonfinite(tape));
}

// 200 columns, each the sum of all before it: 20,000 wires between 400 boxes.
TEST(Depth, APictureOfVeryManyWiresIsRefused) {
  Tape tape;
  std::vector<Node<>> nodes{tape.input("x", {0.1})};
  {
    const auto guard = tape.scope("dense");
    for (int i = 1; i < 200; ++i) {
      const Node<> all = concat(std::span<const Node<>>(nodes), 0);
      nodes.push_back(reshape(sum(all), {1}));
    }
  }
  const Node<> cost = sum(nodes.back());
  tape.backward(cost);
  EXPECT_EQ(error_of([&] { to_svg(snapshot(cost)); }),
            "[write_svg] the picture would have 20299 wires, more than 10000. Fold scopes, or use "
            "write_html, whose page folds by itself.");
  EXPECT_TRUE(to_svg(snapshot(cost, {.fold = true})).ends_with("</svg>\n"));
}

// Two boxes with 20,000 edges between them: each edge is looked up, none is searched for.
TEST(Depth, ABoxOfVeryManyEdges) {
  Tape tape;
  const Node<> x = tape.input("x", 0.1);
  std::vector<Node<>> between;
  {
    const auto guard = tape.scope("first");
    for (int i = 0; i < 2000; ++i) between.push_back(x * double(i));
  }
  Node<> cost;
  {
    const auto guard = tape.scope("second");
    Node<> sum = between[0];
    for (int turn = 0; turn < 10; ++turn)
      for (const Node<>& one : between) sum = sum + one;
    cost = sum;
  }
  tape.backward(cost);
  const Snapshot shot = snapshot(cost, {.fold = true});
  ASSERT_EQ(shot.nodes.size(), 2002u);
  EXPECT_EQ(shot.nodes.back().inputs.size(), 2000u);
  EXPECT_EQ(shot.nodes.back().inputs[7].local->numbers.at(0),
            shot.nodes.back().inputs[7].node == 1 ? 11 : 10);
  EXPECT_EQ(shot.nodes[0].upstream->numbers.at(0), 19990000.0);
}

// An op of 20,000 inputs has as many local gradients, each written in a line.
TEST(Depth, AnOpOfVeryManyInputs) {
  Tape tape;
  const Node<> x = tape.input("x", {1.0});
  std::vector<Node<>> parts;
  for (int i = 0; i < 1000; ++i) parts.push_back(x * double(i));
  const Node<> cost = sum(concat(std::span<const Node<>>(parts), 0));
  tape.backward(cost);
  const Snapshot shot = snapshot(cost);
  const SnapshotNode& wide = shot.nodes[shot.nodes.size() - 2];
  ASSERT_EQ(wide.op, "concat");
  EXPECT_EQ(wide.inputs[999].contribution->numbers, std::vector<double>{1});
  EXPECT_LT(wide.formula.size(), std::size_t(300));
  const std::string json = to_json(shot);
  EXPECT_EQ(to_json(parse_snapshot(json)), json);
  EXPECT_LT(Trace(shot).text().size(), std::size_t(1000 * 3 * 200));
}

}  // namespace
}  // namespace glassgrad
