// explain over all numbers: slopes that differences of one step cannot see, whole numbers beyond
// their range, losses with numbers behind them, many inputs; and losses too large to write out.

#include "command.hpp"

namespace glassgrad {
namespace {

using testing_cli::Command;

std::string check_of(const std::string& out) {
  const std::size_t begin = out.rfind("check\n  ");
  return begin == out.npos ? out : out.substr(begin + 8, out.find('\n', begin + 8) - begin - 8);
}

TEST_F(Command, ExplainFindsRightSlopesRightAtAnyScale) {
  for (const char* command :
       {"'1/x' x=1e-20", "'log(x)' x=1e-7", "'sqrt(x)' x=1e-12", "'sin(x)' x=1e10",
        "'tan(x)' x=1.5707963", "'x^3' x=1e-90", "'x^3' x=0"}) {
    const auto outcome = run(std::string("explain ") + command);
    EXPECT_EQ(outcome.code, 0) << command;
    EXPECT_EQ(check_of(outcome.out), "local gradients agree: 1 slopes of 1 node") << command;
  }
  for (const char* command : {"'a/b' a=1e-200 b=1e-200", "'atan2(a, b)' a=1e-200 b=1e-200",
                              "'atan2(a, b)' a=1 b=1e-200", "'a + b' a=1e-200 b=1e100"}) {
    const auto outcome = run(std::string("explain ") + command);
    EXPECT_EQ(check_of(outcome.out), "local gradients agree: 2 slopes of 1 node") << command;
  }
}

TEST_F(Command, ExplainSaysWhatDifferencesCannotTell) {
  const auto outcome = run("explain 'fmod(a, b)' a=1e300 b=4 --constants b");
  EXPECT_EQ(outcome.code, 0);
  EXPECT_NE(outcome.out.find("check\n"
                             "  local gradients cannot be told: 1 of 1 slopes of 1 node\n"
                             "  cannot tell fmod, node 2, input 0 (a): local 1; the numbers right "
                             "beside this one are too far away to see it\n"),
            std::string::npos)
      << outcome.out;
  for (const char* command :
       {"'fmod(a, b)' a=1e300 b=3", "'tan(x)' x=1.5707963267948966", "'sin(x)' x=1e14",
        "'sum(pinv(A))' A=[[1,2],[2,4]]", "'remainder(a, b)' a=1e10 b=1"}) {
    const auto one = run(std::string("explain ") + command);
    EXPECT_EQ(one.code, 0) << command;
    EXPECT_EQ(one.out.find("WRONG"), std::string::npos) << one.out;
    EXPECT_NE(one.out.find("  cannot tell "), std::string::npos) << one.out;
  }
}

TEST_F(Command, ExplainSaysWhichWholeNumbersThereAre) {
  const auto refused = [&](const std::string& expression, const std::string& line) {
    const auto outcome = run("explain '" + expression + "' x=[1,2,3]");
    EXPECT_EQ(outcome.code, 2) << expression;
    EXPECT_EQ(outcome.err.substr(0, outcome.err.find('\n')), "[explain] " + line);
  };
  refused("sum(windows(x, 9223372036854775807))",
          "column 16: argument 2 of windows is 9223372036854775808, too large. Give a whole "
          "number from -2147483648 to 2147483647.");
  refused("sum(x, 9223372036854775807)",
          "column 8: argument 2 of sum is 9223372036854775808, too large. Give a whole number "
          "from -2147483648 to 2147483647.");
  refused("sum(cumsum(x, -3e9))",
          "column 15: argument 2 of cumsum is -3e+09, too far below 0. Give a whole number "
          "from -2147483648 to 2147483647.");
  refused("sum(reshape(x, [1e30]))",
          "column 16: argument 2 of reshape is 1e+30, too large. Give a whole number from "
          "-9007199254740992 to 9007199254740992.");
  refused("sum(rows(x, [1e300]))",
          "column 13: a position is 1e+300, too large. Give a whole number from "
          "-9007199254740992 to 9007199254740992.");
  // what is no whole number at all is still said as such
  refused("sum(cumsum(x, 0.5))",
          "column 15: argument 2 of cumsum is no whole number. Write cumsum(x, whole number, 0 or "
          "1).");
  EXPECT_EQ(run("explain 'sum(windows(x, 0, 2))' x=[1,2,3]").code, 0);
  // whatever is refused inside is said with one prefix
  for (const char* expression :
       {"sum(windows(x, 3e9))", "sum(slice(x, 3e9, 0, 1, 1))", "sum(rows(x, [7]))",
        "polygamma(x, 3e9)", "sum(broadcast_to(x, [1e15, 3]))"}) {
    const std::string err = run(std::string("explain '") + expression + "' x=[1,2,3]").err;
    EXPECT_EQ(err.find("[explain]"), err.rfind("[explain]")) << err;
  }
}

TEST_F(Command, ExplainTakesTheNumbersOfLosses) {
  const auto loss = [&](const std::string& expression) {
    const auto outcome = run("explain 'L = " + expression + "' y=[1,3] t=[1.25,1] --constants t");
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    const std::size_t end = outcome.out.find("\nbackward");
    const std::string forward = outcome.out.substr(0, end);
    return forward.substr(forward.rfind("= ") + 2);
  };
  EXPECT_EQ(loss("huber_loss(y, t, 0.5)"), "0.4531");  // (0.25^2 / 2 + 0.5 (2 - 0.25)) / 2
  EXPECT_EQ(loss("huber_loss(y, t)"), "0.7656");       // (0.25^2 / 2 + 1.5) / 2
  EXPECT_EQ(loss("smooth_l1_loss(y, t, 0.5)"), "0.9062");
  EXPECT_EQ(loss("squared_loss(y, t)"), "2.031");
  EXPECT_EQ(loss("margin_ranking_loss(y, t, [1, 1], 0.5)"), "0.375");
  const auto refused = run("explain 'huber_loss(y, t, y)' y=1 t=2");
  EXPECT_EQ(refused.err.substr(0, refused.err.find('\n')),
            "[explain] column 18: argument 3 of huber_loss is no number. Write huber_loss(a, b, "
            "number).");
  EXPECT_EQ(run("explain 'huber_loss(y, t, -1)' y=1 t=2").code, 2);
}

// Was quadratic: a dozen seconds for as many.
TEST_F(Command, ExplainTakesManyInputs) {
  std::string list, values;
  for (int i = 0; i < 5000; ++i) {
    list += (i ? ", x" : "x") + std::to_string(i);
    values += " x" + std::to_string(i) + "=[1]";
  }
  const auto outcome = run("explain 'sum(concat([" + list + "], 0))'" + values);
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_NE(outcome.out.find("5000"), std::string::npos);
}

TEST_F(Command, LossesTooLargeToWriteOutAreSaidInShort) {
  std::string csv = "a,y\n";
  for (int i = 0; i < 40; ++i) csv += std::to_string(i) + "," + std::to_string(i % 7) + "e150\n";
  write("d.csv", csv);
  const auto outcome =
      run("train d.csv --label y --loss mean_squared_error --scale none --epochs 1 --layers 3 "
          "--test-fraction 0.2");
  for (std::size_t at = 0, digits = 0; at < outcome.out.size(); ++at) {
    digits = std::isdigit(outcome.out[at]) ? digits + 1 : 0;
    ASSERT_LT(digits, 20U) << outcome.out;
  }
}

}  // namespace
}  // namespace glassgrad
