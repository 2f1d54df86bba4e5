// What is printed is checked: a full disk, a closed descriptor, a reader that has gone.
#include "command.hpp"

namespace glassgrad {
namespace {

using testing_cli::Command;
using testing_cli::two_classes;

struct Printing {
  const char *name, *arguments;
};
constexpr Printing printing[] = {
    {"glassgrad", "--help"},
    {"glassgrad", "--version"},
    {"train", "train --help"},
    {"train", "train d.csv --epochs 1 --save m.model"},
    {"predict", "predict old.model d.csv"},
    {"explain", "explain 'a*b' a=1 b=2"},
    {"explain", "explain --list"},
    {"view", "view v.json"},
    {"replay", "replay s.step"},
};

class Stdout : public Command {
 protected:
  void SetUp() override {
    Command::SetUp();
    write("d.csv", two_classes());
    ASSERT_EQ(run("train d.csv --epochs 1 --save old.model").code, 0);
    ASSERT_EQ(run("explain 'a*b' a=1 b=2 --json v.json").code, 0);
    ASSERT_EQ(
        run("train d.csv --optimizer gradient_descent --rate 1e308 --stop-nonfinite s.step").code,
        2);
  }
  // glassgrad <arguments> <to>.
  testing_cli::Outcome redirected(const std::string& arguments, const std::string& to) const {
    const int code = run(arguments + " " + to + "; (echo $? > code)").code;
    EXPECT_EQ(code, 0);
    return {std::stoi(text("code")), "", exists("err") ? text("err") : ""};
  }
  void expect_said(const std::string& to, const std::string& why) const {
    for (const auto& [name, arguments] : printing) {
      const auto outcome = redirected(arguments, to + " 2> err");
      EXPECT_EQ(outcome.code, 2) << arguments;
      const std::string line = std::string("[") + name +
                               "] what was to be printed did not arrive: " + why +
                               ". Print to a terminal, a pipe or a file that takes it.\n";
      EXPECT_TRUE(outcome.err.ends_with(line)) << arguments << "\n" << outcome.err;
    }
  }
};

TEST_F(Stdout, AFullDiskIsSaid) {
  expect_said("> /dev/full", "No space left on device");
  EXPECT_EQ(text("m.model"), text("old.model"));  // saved all the same
}

TEST_F(Stdout, AClosedOneIsSaid) {
  expect_said(">&-", "Bad file descriptor");
  EXPECT_EQ(text("m.model"), text("old.model"));
}

// No file that is opened takes the place of a closed descriptor.
TEST_F(Stdout, AllClosed) {
  const std::string before = text("d.csv");
  EXPECT_EQ(redirected("train d.csv --epochs 1 --save m.model", "<&- >&- 2>&-").code, 2);
  EXPECT_EQ(text("m.model"), text("old.model"));
  EXPECT_EQ(text("d.csv"), before);
}

TEST_F(Stdout, AClosedStderrChangesNoExitCode) {
  EXPECT_EQ(redirected("train missing.csv", "> /dev/null 2>&-").code, 2);
  EXPECT_EQ(redirected("train --bogus", "> /dev/null 2>&-").code, 2);
  EXPECT_EQ(redirected("train missing.csv", "> /dev/null 2> /dev/full").code, 2);
  EXPECT_EQ(redirected("predict old.model d.csv", "> /dev/null 2>&-").code, 0);
  EXPECT_EQ(redirected("explain 'a*' a=1", "> /dev/null 2> /dev/full").code, 2);
}

TEST_F(Stdout, AReaderThatHasGoneIsNoError) {
  for (const auto& [name, arguments] : printing) {
    run(std::string(arguments) + " 2> err; echo $? > code) | sleep 0", "(sleep 0.2;");
    EXPECT_EQ(text("code"), "141\n") << arguments;
  }
}

TEST_F(Stdout, WhatPrintsNothingNeedsNone) {
  EXPECT_EQ(redirected("predict old.model d.csv --output o.csv", "> /dev/full").code, 0);
  EXPECT_EQ(redirected("view v.json -o o.html", ">&-").code, 0);
  EXPECT_NE(text("o.csv").size(), 0U);
}

}  // namespace
}  // namespace glassgrad
