// Long and deep expressions from the command line: their value, or an error that says its number.
#include "command.hpp"

namespace glassgrad {
namespace {

using testing_cli::Command;

std::string repeated(const std::string& part, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += part;
  return text;
}

TEST_F(Command, ExplainTakesLongExpressions) {
  const auto last = [&](const std::string& expression, const std::string& x) {
    const auto outcome = run("explain '" + expression + "' x=" + x);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    const std::size_t end = outcome.out.find("backward");
    const std::size_t line = outcome.out.rfind(" = ", end);
    return outcome.out.substr(line, end - line - 1);
  };
  EXPECT_EQ(last("x" + repeated("+x", 14999), "1"), " = 1.5e+04");
  EXPECT_EQ(last("x" + repeated("*x", 9999), "1"), " = 1");
  EXPECT_EQ(last("sum(x" + repeated(".T", 10000) + ")", "[[1,2],[3,4]]"), " = 10");
  EXPECT_EQ(last("x" + repeated("-1+1", 2000), "3"), " = 3");
}

TEST_F(Command, ExplainRefusesDeepExpressionsByTheirNumber) {
  for (const auto& [open, close] :
       {std::pair("(", ")"), {"[", "]"}, {"sin(", ")"}, {"-", ""}, {"2^", ""}}) {
    const auto outcome =
        run("explain '" + repeated(open, 20000) + "x" + repeated(close, 20000) + "' x=1");
    EXPECT_EQ(outcome.code, 2);
    EXPECT_NE(outcome.err.find(": the expression is nested more than 100 deep. Give its parts "
                               "names, as statements of their own.\n"),
              std::string::npos)
        << outcome.err;
    EXPECT_LT(outcome.err.size(), 800u);
  }
}

TEST_F(Command, ExplainShortensNamesInItsErrors) {
  const auto outcome = run("explain " + std::string(100000, 'n') + " x=1");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_LT(outcome.err.size(), 1000u);
  EXPECT_NE(outcome.err.find("n... and 99800 more bytes\""), std::string::npos) << outcome.err;
}

}  // namespace
}  // namespace glassgrad
