// What explain advises against NaN and infinity is put into the expression as it is printed, and
// the problem is gone: of every function that it knows, at the ends of its domain.
#include <regex>

#include "command.hpp"

namespace glassgrad {
namespace {

using testing_cli::Command;

class Explained : public Command {
 protected:
  // The lines below "problems" that say NaN or infinite.
  static std::string problems(const std::string& out) {
    static const std::regex line("  ! (NaN|infinite)( backward)? at [^\n]*\n");
    std::string all;
    for (std::sregex_iterator it(out.begin(), out.end(), line), end; it != end; ++it)
      all += it->str();
    return all;
  }
  static std::string replaced(const std::string& text, const std::string& what,
                              const std::string& by) {
    std::string all;
    const auto letter = [](char c) { return std::isalnum(c) || c == '_'; };
    for (std::size_t i = 0; i < text.size();) {
      const std::size_t end = i + what.size();
      if (text.compare(i, what.size(), what) == 0 && (i == 0 || !letter(text[i - 1])) &&
          (end >= text.size() || !letter(what.back()) || !letter(text[end])))
        all += by, i = end;
      else
        all += text[i++];
    }
    return all;
  }
  // The expression as the advice has it; "" when there is nothing to put in.
  static std::string advised(const std::string& expression, const std::string& problem,
                             const std::string& mask) {
    std::smatch m;
    std::string advice = problem;
    if (std::regex_search(problem, m,
                          std::regex("Keep (\\w+) away from 0, for instance by adding "
                                     "1e-12")))
      return replaced(expression, m[1], "(" + m[1].str() + " + 1e-12)");
    if (std::regex_search(problem, m,
                          std::regex("(?:for instance by|, too:) ([^;]+) in place of "
                                     "(\\w+)")))
      return replaced(expression, m[2], "(" + replaced(m[1], "mask", mask) + ")");
    std::smatch of;
    if (std::regex_search(problem, m, std::regex("(?:by|too:) ((\\w+)\\([^;]*\\))[.;]")) &&
        std::regex_search(problem, of, std::regex("where\\(mask, (\\w+)|Keep (\\w+)"))) {
      const std::string call = m[2].str() + "(" + of[1].str() + of[2].str() + ")";
      const std::string next = replaced(expression, call, replaced(m[1], "mask", mask));
      if (next != expression) return next;
    }
    if (std::regex_search(problem, m,
                          std::regex("Keep (\\w+) [^;]*for instance by ([^;]+?)[.;]( |\n)")))
      return replaced(expression, m[1], "(" + m[2].str() + ")");
    return "";
  }
  // Takes the advice until there is none to take; what is said at last.
  std::string follow(std::string expression, const std::string& values,
                     const std::string& mask = "") const {
    std::string said;
    for (int round = 0; round < 3; ++round) {
      const auto outcome = run("explain '" + expression + "' " + values);
      if (outcome.code == 2) return expression + ": " + outcome.err;
      said = problems(outcome.out);
      if (said.empty()) return "";
      const std::string next = advised(expression, said.substr(0, said.find('\n') + 1), mask);
      if (next.empty() || next == expression) break;
      expression = next;
    }
    return expression + ", " + values + ": " + said;
  }
};

TEST_F(Explained, AdviceHelpsWhereItWasSeenNotTo) {
  for (const auto& [expression, values] : std::vector<std::pair<std::string, std::string>>{
           {"acos(x)", "x=1"},
           {"acos(x)", "x=-1"},
           {"acos(x)", "x=1.5"},
           {"asin(x)", "x=-7"},
           {"sum(asin(x))", "x=[-1,0,1]"},
           {"atan2(a, b)", "a=0 b=0"},
           {"a / b", "a=0 b=0"},
           {"a / b", "a=3 b=0"},
           {"sum(a / b)", "a=[0,1] b=[0,2]"},
           {"lgamma(x)", "x=0"},
           {"lgamma(x)", "x=-3"},
           {"digamma(x)", "x=-200000"},
           {"logit(x)", "x=1"},
           {"logit(x)", "x=0"},
           {"sum(logit(x))", "x=[0,1,0.5]"},
           {"normal_quantile(x)", "x=1"},
           {"erfinv(x)", "x=-1"},
           {"x^-1", "x=0"},
           {"x^-40", "x=0"},
           {"x^0.5", "x=0"},
           {"x^1.5", "x=-2"},
           {"a^b", "a=0 b=-1"},
           {"sqrt(x)", "x=0"},
           {"sqrt(x)", "x=-4"},
           {"rsqrt(x)", "x=0"},
           {"log1p(x)", "x=-1"},
           {"xlogy(a, b)", "a=2 b=0"},
           {"exp(x)", "x=1000"},
           {"cosh(x)", "x=-1000"},
           {"sum(log(x))", "x=[1,0,-2]"},
       })
    EXPECT_EQ(follow(expression, values), "");
}

TEST_F(Explained, AdviceBehindAWhereKeepsWhatTheOpHas) {
  for (const auto& [expression, values, mask] : std::vector<std::array<std::string, 3>>{
           {"sum(where(x > 0, sqrt(x), 0))", "x=[0,4]", "x > 0"},
           {"sum(where(x > 0, x^-1, 0))", "x=[0,4]", "x > 0"},
           {"sum(where(x > 0, x^0.5, 0))", "x=[0,4]", "x > 0"},
           {"sum(where(x < 1, logit(x), 0))", "x=[1,0.5]", "x < 1"},
           {"sum(where(x < 1, acos(x), 0))", "x=[1,0.5]", "x < 1"},
           {"sum(where(b > 0, a / b, 0))", "a=[1,2] b=[0,2]", "b > 0"},
           {"sum(where(b > 0, atan2(a, b), 0))", "a=[0,2] b=[0,2]", "b > 0"},
           {"sum(where(x > 0, log(x) * x, 0))", "x=[0,2]", "x > 0"},
       })
    EXPECT_EQ(follow(expression, values, mask), "");
}

// A function that is added to the list is asked here, too.
TEST_F(Explained, AdviceHelpsForEveryFunctionOfNumbers) {
  const std::string list = run("explain --list").out;
  static const std::regex one("(\\w+)\\(x(?:, (?:number|whole number))*\\)\n");
  static const std::regex two("(\\w+)\\(a, b\\)\n");
  int asked = 0;
  for (std::sregex_iterator it(list.begin(), list.end(), one), end; it != end; ++it) {
    const std::string name = it->str(1);
    for (const char* x : {"0", "1", "-1", "-2", "-1000"}) {
      const auto outcome = run("explain 'sum(" + name + "(x))' x=" + x);
      if (outcome.code != 0 || problems(outcome.out).empty()) continue;
      ++asked;
      EXPECT_EQ(follow("sum(" + name + "(x))", std::string("x=") + x), "");
    }
  }
  for (std::sregex_iterator it(list.begin(), list.end(), two), end; it != end; ++it) {
    const std::string expression = "sum(" + it->str(1) + "(a, b))";
    for (const char* values : {"a=0 b=0", "a=0 b=-1", "a=-2 b=0.5", "a=1 b=-3"}) {
      const auto outcome = run("explain '" + expression + "' " + values);
      if (outcome.code != 0 || problems(outcome.out).empty()) continue;
      ++asked;
      EXPECT_EQ(follow(expression, values), "");
    }
  }
  EXPECT_GT(asked, 30);
}

TEST_F(Explained, WordsOfTheAdvice) {
  const auto said = [&](const std::string& command) {
    return problems(run("explain " + command).out);
  };
  EXPECT_EQ(said("'acos(x)' x=1"),
            "  ! infinite backward at v1: what it sends to x is -Infinity: upstream 1 x local "
            "-Infinity, x is 1. Keep x away from there, for instance by acos(x - 1e-12).\n");
  EXPECT_EQ(said("'a / b' a=0 b=0"),
            "  ! NaN at v1: a / b is NaN: a is 0, b is 0. Keep b away from 0, for instance by "
            "adding 1e-12.\n");
  EXPECT_EQ(said("'logit(x)' x=1"),
            "  ! infinite at v1: logit(x) is Infinity: x is 1. Keep x away from there, for "
            "instance by x - 1e-12.\n");
}

}  // namespace
}  // namespace glassgrad
