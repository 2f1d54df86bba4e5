// Advice about options that had been given already, or that C++ would understand: each is taken,
// and the error is gone.
#include "command.hpp"

namespace glassgrad {
namespace {

using testing_cli::Command;
using testing_cli::two_classes;

class TriedAdvice : public Command {
 protected:
  void expect_trained(const std::string& arguments) const {
    const auto outcome = run("train " + arguments + " --epochs 1");
    EXPECT_EQ(outcome.code, 0) << arguments << "\n" << outcome.err;
  }
  static std::string rows(const std::string& head, const std::string& odd) {
    std::string csv = head;
    for (int i = 0; i < 40; ++i)
      csv += std::to_string(i * 7 % 11) + "," + (i == 5 ? odd : std::to_string(i % 3)) +
             (i % 2 ? ",a\n" : ",b\n");
    return csv;
  }
};

TEST_F(TriedAdvice, ANumberThatMayBeMissingDoesNotSetMissingTwice) {
  write("d.csv", rows("one,two,kind\n", "NULL"));
  const std::string begin =
      "[read_csv] d.csv, line 7, column 2 \"two\": \"NULL\" is not a number. ";
  expect_refused("train d.csv",
                 begin +
                     "Write a number, or ? for a missing one and set --missing to mean, median "
                     "or drop.");
  expect_refused("train d.csv --missing mean", begin + "Write a number, or ? for a missing one.");
  write("d.csv", rows("one,two,kind\n", "?"));
  expect_trained("d.csv --missing mean");
}

TEST_F(TriedAdvice, AHeaderThatIsSaidToBeAbsentIsNamed) {
  write("d.csv", rows("one,two,kind\n", "1"));
  expect_refused("train d.csv --header absent",
                 "[read_csv] d.csv, line 1, column 1: \"one\" is not a number. Write a number, or "
                 "set --header to present.");
  expect_trained("d.csv --header present");
}

TEST_F(TriedAdvice, ACommentInFrontIsRemoved) {
  write("d.csv", rows("# of 1936\none,two,kind\n", "1"));
  expect_refused("train d.csv",
                 "[read_csv] d.csv, line 1 has 1 column, line 2 has 3. Remove the line if it is a "
                 "comment, or give it as many.");
  write("d.csv", rows("one,two,kind\n", "1"));
  expect_trained("d.csv");
}

TEST_F(TriedAdvice, AColumnWithoutAnyValueIsNamedAsPeopleCount) {
  std::string csv = "one,gap,kind\n";
  for (int i = 0; i < 40; ++i) csv += std::to_string(i) + (i % 2 ? ",,a\n" : ",,b\n");
  write("d.csv", csv);
  expect_refused("train d.csv --missing median --save m.model",
                 "[train] feature 2 (\"gap\") has no value in any example that is learnt from. "
                 "Remove its column, or give it values: --missing median fills from what there "
                 "is.");
  write("d.csv", two_classes());
  expect_trained("d.csv --missing median");
}

TEST_F(TriedAdvice, WeightsBeyondFloatAreRefusedByTheirOption) {
  write("d.csv", two_classes());
  for (const char* const init : {"constant:1e300", "constant:-3.5e38", "normal:1e38"}) {
    expect_refused("train d.csv --type float32 --init " + std::string(init),
                   "[train] --init " + std::string(init) +
                       " draws numbers beyond float32. Give a smaller number, or --type float64.");
    const auto wide = run("train d.csv --epochs 1 --init " + std::string(init));
    EXPECT_EQ(wide.err.find("float"), wide.err.npos) << wide.err;
  }
  expect_trained("d.csv --type float32 --init normal:0.5");
}

// No rate is to blame for a loss that is infinite before the first step.
TEST_F(TriedAdvice, TrainingThatCannotBeginNamesWhatItStartsFrom) {
  write("d.csv", two_classes());
  const std::string train = "train d.csv --epochs 1";
  const std::string begin = "[train] training cannot begin: the loss is ";
  auto outcome = run(train + " --init normal:1e300 --seed 2");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_EQ(outcome.err.substr(0, begin.size()), begin);
  EXPECT_TRUE(outcome.err.ends_with(
      " in epoch 1, batch 1, before any step. Give --init a smaller number, or leave it out.\n"))
      << outcome.err;
  expect_trained("d.csv");
  std::string csv;
  for (int i = 0; i < 40; ++i) csv += std::to_string(i % 9 + 1) + "e307," + (i % 2 ? "1\n" : "2\n");
  write("big.csv", csv);
  const std::string big = "big.csv --loss mean_squared_error --layers none --scale ";
  outcome = run("train " + big + "none --epochs 1");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_TRUE(outcome.err.ends_with(", before any step. Set --scale to standardise.\n"))
      << outcome.err;
  expect_trained(big + "standardise");
}

TEST_F(TriedAdvice, AFactorThatIsTooLargeIsNotCalledNegative) {
  write("d.csv", two_classes());
  expect_refused("train d.csv --schedule exponential:1e300",
                 "[train] \"1e300\" in --schedule is more than 1000000000. Write constant, cosine, "
                 "exponential:0.95 or step:10:0.5.");
  expect_trained("d.csv --schedule exponential:0.95");
}

TEST_F(TriedAdvice, AResultWithoutAGradientSaysSoInTheExpression) {
  const auto refused = [&](const std::string& arguments, const std::string& why,
                           const std::string& picture) {
    const auto outcome = run("explain " + arguments);
    EXPECT_EQ(outcome.code, 2) << arguments;
    EXPECT_EQ(outcome.err,
              "[explain] column 1: the result has no gradient: " + why +
                  ". Let it depend on a name that is no constant, by ops that have one.\n  " +
                  picture + "\n  ^\n");
  };
  refused("'x * y' x=1 y=2 --constants x,y", "it depends on no parameter and no input", "x * y");
  refused("'x < 2' x=1", "the op less has no gradient", "x < 2");
  EXPECT_EQ(run("explain 'x * y' x=1 y=2 --constants x").code, 0);
}

TEST_F(TriedAdvice, StandardInputIsCheckedOnce) {
  ASSERT_EQ(run("explain 'x * x' x=1 --json a.json").code, 0);
  expect_refused("check - - < a.json",
                 "[glassgrad] standard input is given for two files. Give the path of one of "
                 "them.");
  EXPECT_EQ(run("check - a.json < a.json").code, 0);
}

// What is appended to a file by >> would stand behind what was read from it.
TEST_F(TriedAdvice, AnInputIsNotPrintedTo) {
  write("d.csv", two_classes());
  ASSERT_EQ(run("train d.csv --epochs 1 --save m.model").code, 0);
  ASSERT_EQ(run("explain 'x * x' x=1 --json a.json").code, 0);
  const auto refused = [&](const std::string& command, const std::string& file,
                           const std::string& what) {
    const std::string before = text(file);
    // instead of the redirections of run()
    const auto outcome = run(command + " >> " + file + " 2> .err #", ": > .out; ");
    EXPECT_EQ(outcome.err, what + " is the file that is printed to. Print to another file.\n");
    EXPECT_EQ(outcome.code, 2);
    EXPECT_EQ(text(file), before);
  };
  refused("predict m.model d.csv", "d.csv", "[predict] the data d.csv");
  refused("predict m.model - < d.csv", "d.csv", "[predict] the data /dev/stdin");
  refused("train d.csv --epochs 1", "d.csv", "[train] the data d.csv");
  refused("view a.json", "a.json", "[view] the snapshot a.json");
  refused("check a.json", "a.json", "[check] the snapshot a.json");
  EXPECT_EQ(run("predict m.model d.csv >> answers.csv 2> .err #", ": > .out; ").code, 0);
}

TEST_F(TriedAdvice, StandardOutputIsNoFile) {
  expect_refused("explain 'x * x' x=1 --json -",
                 "[explain] --json is -, which names no file. Give the path "
                 "of a file, ./- for one of that name.");
  EXPECT_EQ(run("explain 'x * x' x=1 --json ./-").code, 0);
  EXPECT_EQ(text("-").substr(0, 1), "{");
}

}  // namespace
}  // namespace glassgrad
