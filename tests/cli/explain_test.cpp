// `glassgrad explain` and `glassgrad view`: the slides' lines, the outputs, and what is refused.
#include "command.hpp"
#include "glassgrad/glassgrad.hpp"

namespace glassgrad {
namespace {

using testing_cli::Command;

constexpr auto or_gate =
    R"(explain "z = w1*x1 + w2*x2 + b; yhat = sigmoid(z); L = (y - yhat)^2/2" )"
    "x1=0 x2=0 y=0 w1=0.1 w2=0.6 b=0 --constants x1,x2,y";

TEST_F(Command, ExplainIsTheSlidesOrGate) {
  const auto outcome = run(std::string(or_gate) + " --fold");
  EXPECT_EQ(outcome.err, "");
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.out, R"(forward
  x1 (constant) = 0
  x2 (constant) = 0
  y (constant) = 0
  w1 (input) = 0.1
  w2 (input) = 0.6
  b (input) = 0
  z = w1 * x1 + w2 * x2 + b = 0
  yhat = sigmoid(z) = 0.5
  L = (y - yhat)^2 / 2 = 0.125
backward
  L: upstream 1
  L: upstream 1 x local -(y - yhat) = 0.5 -> yhat: 0.5
  yhat: upstream 0.5 x local yhat * (1 - yhat) = 0.25 -> z: 0.125
  z: upstream 0.125 x local x1 = 0 -> w1: 0
  z: upstream 0.125 x local x2 = 0 -> w2: 0
  z: upstream 0.125 x local 1 -> b: 0.125
check
  local gradients agree: 10 slopes of 8 nodes
)");
  // the same by --target, which writes the last statement
  const auto target = run(R"~(explain "z = w1*x1 + w2*x2 + b; sigmoid(z)" )~"
                          "x1=0 x2=0 w1=0.1 w2=0.6 b=0 --constants x1,x2 --target y=0 --fold");
  EXPECT_EQ(target.out.substr(target.out.find("backward")),
            outcome.out.substr(outcome.out.find("backward")));
}

TEST_F(Command, ExplainComputesWithArrays) {
  const auto out = [&](const std::string& expression) {
    const auto outcome = run("explain " + expression);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    const std::size_t end = outcome.out.find("backward");
    const std::size_t line = outcome.out.rfind("\n", end - 2) + 1;
    return outcome.out.substr(line, end - line - 1);
  };
  EXPECT_EQ(out(R"~("mean((W @ X + b)^2)" W=[[0.1,0.6]] X=[[0,0,1,1],[0,1,0,1]] b=[[0]])~"),
            "  v4 = mean(v3) = 0.215");
  EXPECT_EQ(out(R"~("-2^2 + 2^-1 * x" x=4)~"), "  v2 = -4 + v1 = -2");
  EXPECT_EQ(out(R"~("2 ** 3 ** 2 - x" x=500)~"), "  v1 = 512 - x = 12");
  EXPECT_EQ(out(R"~("sum(where(x > 1, x, 0) + [1, 2/4])" x=[1,3])~"), "  v4 = sum(v3) = 4.5");
  EXPECT_EQ(out(R"~("sum(sum(X, 0) * [1, 10])" X=[[1,2],[3,4]])~"), "  v3 = sum(v2) = 64");
  EXPECT_EQ(out(R"~("mean(pick(log_softmax(z), t))" z=[[1,2],[3,3]] t=[1,0])~"),
            "  v3 = mean(v2) = -0.5032");
  EXPECT_EQ(out(R"~("sum(concat([a, b], 0) * c.T)" a=[1] b=[2] c=[3,4])~"), "  v4 = sum(v3) = 11");
}

TEST_F(Command, ExplainKnowsEveryOpAndTheLosses) {
  constexpr std::size_t losses = 16;  // compositions
  const auto outcome = run("explain --list");
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(std::size_t(std::count(outcome.out.begin(), outcome.out.end(), '\n')),
            EveryOp::size + losses);
  for (const char* line : {"sigmoid(x)\n", "where(a, b, c)\n", "leaky_relu(x, number)\n",
                           "sum(x, axes, 0 or 1)\n", "pick(a, positions)\n"})
    EXPECT_NE(outcome.out.find(line), std::string::npos) << line;
}

TEST_F(Command, ExplainWritesAllFiveOutputsAndViewReadsThemBack) {
  const auto outcome =
      run(std::string(or_gate) +
          " --fold --html o.html --svg o.svg --dot o.dot --json o.json --trace o.txt");
  EXPECT_TRUE(
      outcome.out.ends_with("wrote o.html\nwrote o.svg\nwrote o.dot\nwrote o.json\nwrote o.txt\n"))
      << outcome.out;
  EXPECT_EQ(outcome.out.find(text("o.txt")), 0u);
  for (const char* form : {"svg", "dot", "txt"}) {
    const std::string name = std::string("again.") + form;
    EXPECT_EQ(run("view o.json -o " + name).err, "");
    EXPECT_EQ(text(name), text(std::string("o.") + form)) << form;
  }
  EXPECT_EQ(run("view o.json").out, text("o.txt"));
  EXPECT_EQ(run("view o.json -o same/../o.html").code, 2);
  EXPECT_EQ(run("view o.json -o again.html").code, 0);
  EXPECT_NE(text("again.html").find(text("o.json").substr(0, 200)), std::string::npos);
  EXPECT_EQ(text("again.html").size() > text("o.json").size(), true);
}

// The message, then the expression with a caret under the place.
TEST_F(Command, ExplainPointsAtTheColumn) {
  const auto expect = [&](const std::string& arguments, const std::string& message,
                          const std::string& line, std::size_t column) {
    expect_refused("explain " + arguments, "[explain] " + message + "\n  " + line + "\n  " +
                                               std::string(column - 1, ' ') + "^");
  };
  expect(R"~("w*x + " w=1 x=2)~",
         "column 7: a number, a name, \"(\" or \"[\" is expected, not the end. Complete the "
         "expression.",
         "w*x + ", 7);
  expect(R"~("(w*x" w=1 x=2)~",
         "column 5: \")\" for the \"(\" of column 1 is expected, not the end. Complete the "
         "expression.",
         "(w*x", 5);
  expect(R"~("-x +" x=2)~",
         "column 5: a number, a name, \"(\" or \"[\" is expected, not the end. Complete the "
         "expression.",
         "-x +", 5);
  expect(R"~("2x" x=2)~",
         "column 2: an operator, \";\" or the end is expected, not \"x\". Correct the expression "
         "there.",
         "2x", 2);
  expect(R"~("sin(x) $ 2" x=2)~",
         "column 8: an operator, \";\" or the end is expected, not \"$\". Correct the expression "
         "there.",
         "sin(x) $ 2", 8);
  expect(R"~("1 + sigmod(x)" x=2)~",
         "column 5: there is no function \"sigmod\". Did you mean \"sigmoid\"? glassgrad explain "
         "--list shows all.",
         "1 + sigmod(x)", 5);
  expect(R"~("weight*x" weigth=1 x=2)~",
         "column 1: there is no value for \"weight\". Did you mean \"weigth\"? If not, give it, as "
         "in weight=0.5.",
         "weight*x", 1);
  expect(R"~("1 + W @ x" W=[[1,2]] x=[1,2,3])~",
         "column 7: [matmul] inner sizes differ: a is (1, 2), b is (3). a.shape[1] must equal "
         "b.shape[0].",
         "1 + W @ x", 7);
  expect(R"~("a + b" a=[1,2] b=[1,2,3])~",
         "column 3: [add] shapes do not broadcast: a is (2), b is (3); 2 meets 3 on axis -1. Sizes "
         "counted from the last axis must be equal, or one of them 1.",
         "a + b", 3);
  expect(R"~("clamp(x, 1, 2, 3)" x=1)~",
         "column 1: clamp takes 1 to 3 arguments, not 4. Write clamp(x, number, number).",
         "clamp(x, 1, 2, 3)", 1);
  expect(R"~("sum(X, 0.5)" X=[1])~",
         "column 8: argument 2 of sum is no axes. Write sum(x, axes, 0 or 1).", "sum(X, 0.5)", 8);
  expect(R"~("1 + sum(X, 256)" X=[1])~",
         "column 5: [sum] axis 256 is out of range for an array of 1 axis. Axes here go from -1 to "
         "0.",
         "1 + sum(X, 256)", 5);
  expect(R"~("softmax(X, 65536)" X=[1])~",
         "column 1: [softmax] axis 65536 is out of range for an array of 1 axis. Axes here go from "
         "-1 to 0.",
         "softmax(X, 65536)", 1);
  expect(R"~("a < b < c" a=1 b=2 c=3)~", "column 7: comparisons do not chain. Use parentheses.",
         "a < b < c", 7);
  expect(R"~("x*[1,2]" x=1)~",
         "column 1: the result has the shape (2), backward starts from a single number. Take its "
         "sum(...) or mean(...), or give a --target.",
         "x*[1,2]", 1);
  expect(
      R"~("x" "x=[[1,2],[3]]")~",
      "\"x=[[1,2],[3]]\", column 10: this entry has the shape (1), the first one (2). Give every "
      "row as many numbers.",
      "x=[[1,2],[3]]", 10);
  expect(R"~("z = x; z = 2*x; z" x=1)~", "column 8: \"z\" is given twice. Take another name.",
         "z = x; z = 2*x; z", 8);
  expect(R"~("1 + 2")~", "column 1: this is a plain number: 3. Use a name, and give its value.",
         "1 + 2", 1);
}

TEST_F(Command, ExplainReadsNumbersOfAnySize) {
  for (const char* small : {"1e-400", "4.9e-324", "1e-308"})
    EXPECT_EQ(run("explain 'x + " + std::string(small) + "' x=1").code, 0) << small;
  EXPECT_EQ(run("explain x x=1e-400").code, 0);
  expect_refused("explain '1 + 1e400'",
                 "[explain] column 5: \"1e400\" does not fit a float64. Give a number up to "
                 "1.797e308.\n  1 + 1e400\n      ^");
}

TEST_F(Command, ExplainRefusesInOneLine) {
  expect_refused("explain",
                 "[explain] there is no expression. Write one in quotes, such as "
                 "\"w*x + b\" w=0.5 x=1 b=0.");
  expect_refused("explain x x=1 b=2",
                 "[explain] the expression does not use \"b\". Leave its value out.");
  expect_refused("explain x x=1 x=2", "[explain] \"x\" is given twice. Leave one out.");
  expect_refused("explain x x=1 --constants y",
                 "[explain] there is no value \"y\". Did you mean \"x\"? There are x.");
  expect_refused("explain x x=1 --html nowhere/o.html",
                 "[explain] nowhere/o.html cannot be written: there is no folder nowhere. "
                 "Make the folder, or give another path.");
  EXPECT_EQ(run("explain '" + std::string(100000, '(') + "'").code, 2);
  write("cut.json", "{\"format\": \"glass");
  expect_refused("view cut.json -o o.html",
                 "[read_json] cut.json ends in the middle, after 17 bytes. Write it again.");
  expect_refused("view nowhere.json", "[view] nowhere.json does not exist. Check the path.");
}

}  // namespace
}  // namespace glassgrad
