// Every option of every command, as --help lists them, with every value that is none: refused in
// one line with its range, or taken because it is in it.
#include <limits>
#include <regex>

#include "command.hpp"
#include "options.hpp"

namespace glassgrad {
namespace {

using testing_cli::Command;
using testing_cli::Option;
using testing_cli::two_classes;

// A command line of each command that goes well, to which an option is added.
std::string usual(const std::string& command, const std::string& option) {
  if (command == "train")
    return std::string("train d.csv --layers 2,tanh") + (option == "--epochs" ? "" : " --epochs 1");
  if (command == "explain") return "explain 'a*b' a=1 b=2";
  return "";
}

struct Limits {
  double low = -std::numeric_limits<double>::max(), high = std::numeric_limits<double>::max();
  bool open = false;
  bool hold(double number) const {
    return number >= low && (open ? number < high : number <= high);
  }
};

// From the advice that a refusal gives.
Limits limits_in(const std::string& message) {
  Limits limits;
  std::smatch found;
  if (std::regex_search(message, found, std::regex("Give a number from (\\S+) to (\\S+)\\.\n")))
    limits.low = std::stod(found[1]), limits.high = std::stod(found[2]);
  else if (std::regex_search(message, found,
                             std::regex("Give a number of at least (\\S+) and below (\\S+)\\.\n")))
    limits = {std::stod(found[1]), std::stod(found[2]), true};
  else if (std::regex_search(message, found,
                             std::regex("Give a finite number of at least (\\S+)\\.\n")))
    limits.low = std::stod(found[1]);
  else
    ADD_FAILURE() << message;
  return limits;
}

TEST_F(Command, EveryNumberIsReadWholeAndInItsRange) {
  write("d.csv", two_classes());
  int options = 0;
  const auto said = [this](const std::string& arguments) { return run(arguments).out; };
  for (const auto& [command, name, type] : testing_cli::options_of(said)) {
    if (type != "INT" && type != "FLOAT") continue;
    ++options;
    ASSERT_NE(usual(command, name), "") << command;
    const std::string start = usual(command, name) + " " + name,
                      where = "[" + command + "] " + name;
    const std::string whole = type == "INT" ? "whole number" : "number";
    const Limits limits = limits_in(run(start + " none").err);
    const auto refused = [&](const std::string& value, const std::string& words) {
      const auto outcome = run(start + " " + value);
      EXPECT_EQ(outcome.code, 2) << start << " " << value;
      EXPECT_TRUE(outcome.err.starts_with(where + " is " + words + ". Give a ")) << outcome.err;
      EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1);
      EXPECT_EQ(outcome.out, "") << start << " " << value;
    };
    for (const char* text : {"", " ", "1,5", "5x", "x5", "0x10", "1 2", " 1", "1 ", "--", "+-1",
                             "1e", "1.2.3", "nan(1)"})
      refused("'" + std::string(text) + "'", "\"" + std::string(text) + "\", which is no " + whole);
    for (const char* text : {"nan", "inf", "-inf", "1e400", "-1e400"})
      refused(text,
              type == "INT" ? "\"" + std::string(text) + "\", which is no whole number" : text);
    if (type == "INT") refused("1.5", "\"1.5\", which is no whole number");
    for (const char* text :
         {"-1", "0", "1", "2147483648", "9223372036854775807", "9223372036854775808",
          "18446744073709551616", "-9223372036854775809"}) {
      if (!limits.hold(std::stod(text))) {
        refused(text, text);
      } else if (std::stod(text) < 10) {  // more would take its time
        EXPECT_FALSE(run(start + " " + text).err.starts_with(where + " is " + text + "."))
            << start << text;
      }
    }
  }
  EXPECT_GE(options, 18);
}

// Any bytes at all in a text: one line, not a long one, an exit code of ours.
TEST_F(Command, EveryTextIsShownSafely) {
  write("d.csv", two_classes());
  ASSERT_EQ(run("train d.csv --epochs 1 --save m.model").code, 0);
  ASSERT_EQ(run("explain 'a*b' a=1 b=2 --json v.json").code, 0);
  const auto start = [&](const Option& option) -> std::string {
    const bool own = option.name.starts_with("--");
    if (option.command == "train") return own ? "train d.csv --epochs 1" : "train";
    if (option.command == "explain") return "explain 'a*b' a=1 b=2";
    if (option.command == "predict") return own ? "predict m.model d.csv" : "predict";
    return option.command + (own ? " v.json" : "");
  };
  const std::string texts[] = {"$(printf 'a\\nb')", "$(printf '\\033[31mred')",
                               "$(printf '\\377\\376')", "$(printf '%0100000d' 7)", "' '"};
  const auto said = [this](const std::string& arguments) { return run(arguments).out; };
  for (const Option& option : testing_cli::options_of(said)) {
    if (option.type != "TEXT") continue;
    for (const std::string& value : texts) {
      const std::string line = start(option) +
                               (option.name.starts_with("--") ? " " + option.name : "") + " \"" +
                               value + "\"";
      const auto outcome = run(value == "' '" ? start(option) + " " + option.name + " ' '" : line);
      EXPECT_TRUE(outcome.code == 0 || outcome.code == 2) << line << outcome.code;
      const bool pictured = option.command == "explain";  // the place, below the message
      if (outcome.code == 2 && !pictured) {
        EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
      }
      EXPECT_LT(outcome.err.size(), 5000U) << line;
      EXPECT_EQ((outcome.err + outcome.out).find('\x1b'), std::string::npos) << line;
    }
  }
}

TEST_F(Command, NumbersAreShownAsTheyWereGiven) {
  write("d.csv", two_classes());
  expect_refused(
      "train d.csv --seed 18446744073709551616",
      "[train] --seed is 18446744073709551616. Give a number from 0 to 9000000000000000000.");
  expect_refused("train d.csv --momentum 1",
                 "[train] --momentum is 1. Give a number of at least 0 and below 1.");
  expect_refused("train d.csv --save-every -1",
                 "[train] --save-every is -1. Give a number from 0 to 1000000000.");
  expect_refused("train d.csv --init zeros:1",
                 "[init] \"zeros:1\" takes no number. Write zeros, or constant:0.5.");
  expect_refused("train d.csv --init normal:-1",
                 "[init] the deviation of \"normal:-1\" is negative. Write normal:0.1.");
  expect_refused("explain a a=1 --digits 18",
                 "[explain] --digits is 18. Give a number from 1 to 17.");
  // as everybody reads them
  for (const char* taken : {"--rate +1e-3", "--rate .001", "--rate 1e-400", "--clip 5e-324"})
    EXPECT_EQ(run("train d.csv --epochs 1 " + std::string(taken)).code, 0) << taken;
}

TEST_F(Command, ThreadsOfTheEnvironmentAreChecked) {
  write("d.csv", two_classes());
  for (const char* bad : {"0", "-1", "two", "1.5", "99999999999999999999", "4x"}) {
    const auto outcome =
        run("train d.csv --epochs 1", "GLASSGRAD_THREADS=" + std::string(bad) + " ");
    EXPECT_EQ(outcome.code, 2) << bad;
    EXPECT_TRUE(outcome.err.starts_with("[glassgrad] GLASSGRAD_THREADS is ")) << outcome.err;
    EXPECT_TRUE(outcome.err.ends_with(". Give a number from 1 to 1024.\n")) << outcome.err;
  }
  EXPECT_EQ(run("train d.csv --epochs 1", "GLASSGRAD_THREADS=2 ").code, 0);
}

TEST_F(Command, FlagsBeforeACommandAreItsOwn) {
  for (const char* said : {"--helpp", "--helpp train", "--helpp=1"})
    expect_refused(said,
                   "[glassgrad] glassgrad has no flag \"--helpp\". Did you mean \"--help\"? See "
                   "glassgrad --help.");
  expect_refused("--verson",
                 "[glassgrad] glassgrad has no flag \"--verson\". Did you mean \"--version\"? See "
                 "glassgrad --help.");
  expect_refused("-x",
                 "[glassgrad] glassgrad has no flag \"-x\". Did you mean \"--help\"? See glassgrad "
                 "--help.");
  EXPECT_EQ(run("--help").code, 0);  // the advice
  EXPECT_EQ(run("--version").code, 0);
}

TEST_F(Command, TheEndOfOptions) {
  write("-d.csv", two_classes());
  ASSERT_EQ(run("train --epochs 1 --save m.model -- -d.csv").code, 0);
  EXPECT_EQ(run("predict -- m.model -d.csv").code, 0);
  EXPECT_EQ(run("explain -- '-a*b' a=1 b=2").code, 0);
  EXPECT_EQ(run("explain '-a*b' a=1 b=2").code, 0);
  EXPECT_EQ(run("-- predict m.model ./-d.csv").code, 0);
  expect_refused(
      "train -- -d.csv --epochs 1",
      "[glassgrad] --epochs stands behind --, where no options are. Write it before --.");
  expect_refused("train --save= --epochs 1 ./-d.csv",
                 "[train] --save is empty. Give it a value, or leave it out.");
}

}  // namespace
}  // namespace glassgrad
