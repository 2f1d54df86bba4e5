// A second that says whether the engine stands: node, backward, grad, trace, compile, explain. The
// first test to run after a change (docs/debugging.md); what each part promises is in the folder of
// its name.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "glassgrad/explain/evaluate.hpp"
#include "glassgrad/glassgrad.hpp"

namespace glassgrad {
namespace {

// y = w x^2 + sin x at w = 2, x = 3
const double value = 18 + std::sin(3.0), slope = 12 + std::cos(3.0), curvature = 4 - std::sin(3.0);

TEST(Smoke, NodesHaveValuesNamesAndInputs) {
  Tape tape;
  const auto x = tape.input("x", 3.0);
  const auto y = name("y", 2 * square(x) + sin(x));
  EXPECT_DOUBLE_EQ(y.item(), value);
  EXPECT_EQ(y.name(), "y");
  EXPECT_EQ(y.op(), "add");
}

TEST(Smoke, BackwardIsUpstreamTimesLocalSummed) {
  Tape tape;
  Parameter w("w", 2.0);
  const auto x = tape.input("x", {3.0, 1.0});
  tape.backward(sum(tape(w) * square(x) + sin(x)));
  EXPECT_DOUBLE_EQ(x.upstream()[0], slope);
  tape.add_to_parameters();
  EXPECT_DOUBLE_EQ(w.gradient()[0], 10);
}

TEST(Smoke, GradIsDifferentiatedAgain) {
  Tape tape;
  const auto x = tape.input("x", 3.0);
  const auto first = grad(2 * square(x) + sin(x), x);
  EXPECT_DOUBLE_EQ(first.item(), slope);
  EXPECT_DOUBLE_EQ(grad(first, x).item(), curvature);
}

TEST(Smoke, TraceShowsEveryNumber) {
  Tape tape;
  const auto x = tape.input("x", 3.0);
  const auto y = name("y", x * 2);
  tape.backward(y);
  const std::string text = trace(y).text();
  EXPECT_NE(text.find("upstream"), text.npos) << text;
  EXPECT_NE(text.find("= 6"), text.npos) << text;
}

TEST(Smoke, ACompiledProgramGivesTheSame) {
  Parameter w("w", 2.0);
  const std::vector<double> x{3, 1};
  auto program = compile<double>(
      [&](Tape<>& tape, const Fed<double>& in) { return sum(tape(w) * square(in[0])); }, {x});
  EXPECT_DOUBLE_EQ(program(x), 20);
  EXPECT_DOUBLE_EQ(w.gradient()[0], 10);
}

TEST(Smoke, AnExpressionIsEvaluated) {
  const explain::Explained y =
      explain::evaluate({"2*x^2 + sin(x)", ""}, {explain::parse_given("x=3")}, nullptr);
  EXPECT_DOUBLE_EQ(y.cost.item(), value);
  EXPECT_DOUBLE_EQ(y.tape->records().node(0).upstream()[0], slope);
}

}  // namespace
}  // namespace glassgrad
