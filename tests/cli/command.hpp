// Runs the built program in a folder of the test's own and catches what it says.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "glassgrad/io/file.hpp"
#include "support/paths.hpp"

namespace glassgrad::testing_cli {

struct Outcome {
  int code = -1;
  std::string out, err;
};

class Command : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder = std::filesystem::temp_directory_path() /
             ("glassgrad-cli-" + std::to_string(::getpid()) + "-" + test->name());
    std::filesystem::create_directories(folder);
  }
  void TearDown() override {
    if (!spoils_snapshots) expect_snapshots_hold();
    std::filesystem::remove_all(folder);
  }
  // Whatever a test wrote, its numbers agree with each other; what is no snapshot is passed over.
  void expect_snapshots_hold() const {
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      const auto form = entry.path().extension();
      if (!entry.is_regular_file() || (form != ".html" && form != ".json")) continue;
      const Outcome outcome = run("check '" + entry.path().filename().string() + "'");
      EXPECT_NE(outcome.code, 1) << outcome.out;
    }
  }

  // <before> glassgrad <arguments>, run in `folder`; DIGITS stands for the digits' path.
  Outcome run(std::string arguments, const std::string& before = "") const {
    const std::string digits = source_folder() + "/examples/data/digits.csv";
    for (auto at = arguments.find("DIGITS"); at != arguments.npos; at = arguments.find("DIGITS"))
      arguments.replace(at, 6, "'" + digits + "'");
    const std::string command = "cd '" + folder.string() + "' && " + before + "'" + command_path() +
                                "' " + arguments + " > .out 2> .err";
    const int status = std::system(command.c_str());
    Outcome outcome{WIFEXITED(status) ? WEXITSTATUS(status) : -1, text(".out"), text(".err")};
    std::filesystem::remove(folder / ".out");
    std::filesystem::remove(folder / ".err");
    return outcome;
  }
  // One line on stderr and exit code 2, and the folder as it was.
  void expect_refused(const std::string& arguments, const std::string& line) const {
    const auto before = files();
    const Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.err, line + "\n") << arguments;
    EXPECT_EQ(outcome.code, 2) << arguments;
    EXPECT_EQ(files(), before) << arguments;
  }

  // To be written before the program: kills it at one of the calls by which it saves (kill_at.cpp).
  static std::string kill_at(int call) { return killer("AT", call); }
  // Kills it before the n-th file that it saves takes its place.
  int killed_at_save(int n, const std::string& arguments) const {
    return run(arguments, killer("AT_SAVE", n)).code;
  }
  // How many unfinished files lie in the folder.
  std::ptrdiff_t leftovers() const {
    const auto all = std::filesystem::directory_iterator(folder);
    return std::count_if(begin(all), end(all), [](const auto& entry) {
      return entry.path().string().find(".partial-") != std::string::npos;
    });
  }

  void write(const std::string& name, const std::string& contents) const {
    write_file(folder / name, contents);
  }
  std::string text(const std::string& name) const { return read_file(folder / name); }
  bool exists(const std::string& name) const { return std::filesystem::exists(folder / name); }
  // Every file's name and contents.
  std::string files() const {
    std::vector<std::string> all;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
      all.push_back(entry.path().filename().string() + "\n" + read_file(entry.path()));
    std::sort(all.begin(), all.end());
    std::string joined;
    for (const std::string& one : all) joined += one;
    return joined;
  }

  std::filesystem::path folder;
  bool spoils_snapshots = false;  // changes their numbers on purpose

 private:
  static std::string killer(const std::string& what, int number) {
    return "ASAN_OPTIONS=verify_asan_link_order=0 LD_PRELOAD='" + kill_at_path() +
           "' GLASSGRAD_KILL_" + what + "=" + std::to_string(number) + " ";
  }
};

// 60 points of two classes, b > a or not, with a gap between them.
inline std::string two_classes() {
  std::string csv = "a,b,kind\n";
  for (int i = 0; i < 60; ++i) {
    const int a = i * 37 % 101, b = i * 53 % 97;
    csv += std::to_string(a) + "," + std::to_string(b > a ? b + 9 : b - 9) + "," +
           (b > a ? "above" : "below") + "\n";
  }
  return csv;
}

}  // namespace glassgrad::testing_cli
