// Outputs are looked at before the work: every option of every command that names a file to write,
// with everything that it must not be. One line, exit code 2, nothing printed, no file touched.
#include <sys/stat.h>
#include <unistd.h>

#include <set>

#include "command.hpp"
#include "options.hpp"

namespace glassgrad {
namespace {

namespace fs = std::filesystem;
using testing_cli::Command;
using testing_cli::two_classes;

struct Output {
  std::string command, arguments, flag, input;  // the input's file, and what messages call it
  std::string role;
};

// Files all end in .json, because --report and view -o look at the end.
const Output outputs[] = {
    {"train", "train d.json", "--save", "d.json", "the data"},
    {"train", "train d.json", "--metrics", "d.json", "the data"},
    {"train", "train d.json", "--trace", "d.json", "the data"},
    {"train", "train d.json", "--dot", "d.json", "the data"},
    {"train", "train d.json", "--report", "d.json", "the data"},
    {"train", "train d.json", "--stop-nonfinite", "d.json", "the data"},
    {"train", "train d.json --test t.json", "--save", "t.json", "--test"},
    {"predict", "predict m.json d.json", "--output", "d.json", "the data"},
    {"predict", "predict m.json d.json", "--output", "m.json", "the model"},
    {"explain", "explain 'a*b' a=1 b=2", "--html", "", ""},
    {"explain", "explain 'a*b' a=1 b=2", "--svg", "", ""},
    {"explain", "explain 'a*b' a=1 b=2", "--dot", "", ""},
    {"explain", "explain 'a*b' a=1 b=2", "--json", "", ""},
    {"explain", "explain 'a*b' a=1 b=2", "--trace", "", ""},
    {"view", "view v.json", "--output", "v.json", "the snapshot"},
    {"replay", "replay s.json", "--html", "s.json", "the step"},
    {"replay", "replay s.json", "--json", "s.json", "the step"},
};

class Outputs : public Command {
 protected:
  void SetUp() override {
    Command::SetUp();
    write("d.json", two_classes());
    write("t.json", two_classes());
    ASSERT_EQ(run("train d.json --epochs 1 --save m.json").code, 0);
    ASSERT_EQ(run("explain 'a*b' a=1 b=2 --json v.json").code, 0);
    ASSERT_EQ(
        run("train d.json --optimizer gradient_descent --rate 1e308 --stop-nonfinite s.json").code,
        2);
  }
  void expect(const Output& output, const std::string& path, const std::string& said) const {
    const std::string command = output.arguments + " " + output.flag + " " + path;
    const auto outcome = run(command);
    EXPECT_EQ(outcome.err, "[" + output.command + "] " + said + "\n") << command;
    EXPECT_EQ(outcome.code, 2) << command;
    EXPECT_EQ(outcome.out, "") << command;
  }
  void expect_everywhere(const std::string& path, const std::string& said) const {
    for (const Output& output : outputs) expect(output, path, said);
  }
};

TEST_F(Outputs, MustBeFilesThatCanBeWritten) {
  const auto before = files();
  fs::create_directory(folder / "dir.json");
  expect_everywhere("dir.json", "dir.json is a folder. Give the path of a file.");
  fs::remove(folder / "dir.json");
  ::mkfifo((folder / "fifo.json").c_str(), 0666);
  const std::string device =
      " is a device, pipe or socket. Give the path of a file that may be "
      "replaced.";
  expect_everywhere("fifo.json", "fifo.json" + device);
  fs::remove(folder / "fifo.json");
  fs::create_symlink("/dev/full", folder / "full.json");
  expect_everywhere("full.json", "full.json" + device);
  fs::remove(folder / "full.json");
  fs::create_symlink("nowhere", folder / "dangling.json");
  expect_everywhere("dangling.json",
                    "dangling.json is a link to a file that is not there. Make that file, or give "
                    "its own path.");
  EXPECT_TRUE(fs::is_symlink(folder / "dangling.json"));
  fs::remove(folder / "dangling.json");
  expect_everywhere("no/x.json",
                    "no/x.json cannot be written: there is no folder no. Make the folder, or give "
                    "another path.");
  expect_everywhere("d.json/x.json",
                    "d.json/x.json cannot be written: there is no folder d.json. Make the folder, "
                    "or give another path.");
  const std::string longest = std::string(300, 'x') + ".json";
  expect_everywhere(longest, longest +
                                 " cannot be written: File name too long. Give a shorter "
                                 "path.");
  EXPECT_EQ(files(), before);
}

TEST_F(Outputs, MustNotBeReadOnly) {
  write("readonly.json", "kept");
  const auto before = files();
  ::chmod((folder / "readonly.json").c_str(), 0444);
  const std::string why = ::geteuid() == 0 ? "it is read-only" : "Permission denied";
  expect_everywhere("readonly.json", "readonly.json cannot be replaced: " + why +
                                         ". Make it writable or choose another place.");
  EXPECT_EQ(files(), before);
}

TEST_F(Outputs, HaveANameEach) {
  const auto before = files();
  for (const Output& output : outputs)
    expect(output, "''",
           output.flag +
               " is empty. Give it a "
               "value, or leave it out.");
  EXPECT_EQ(files(), before);
}

TEST_F(Outputs, AreNoInput) {
  const auto before = files();
  for (const Output& output : outputs) {
    if (output.input.empty()) continue;
    fs::create_symlink(output.input, folder / "soft.json");
    fs::create_hard_link(folder / output.input, folder / "hard.json");
    for (const std::string& path :
         {output.input, "./" + output.input, (folder / output.input).string(),
          std::string("soft.json"), std::string("hard.json")})
      expect(output, path,
             output.flag + " " + path + " is the same file as " + output.role + " " + output.input +
                 ", which is read. Give another path.");
    fs::remove(folder / "soft.json");
    fs::remove(folder / "hard.json");
  }
  EXPECT_EQ(files(), before);
  // --resume saves where it was saved, unless told otherwise
  EXPECT_EQ(run("train d.json --resume m.json --metrics m.json").err,
            "[train] --metrics m.json is the same file as --save m.json. Give each a path of its "
            "own.\n");
  EXPECT_EQ(run("train d.json --resume m.json --epochs 2").code, 0);
  EXPECT_EQ(run("train d.json --resume m.json --epochs 3 --save m.json").code, 0);
}

TEST_F(Outputs, AreNoOtherOutput) {
  const auto before = files();
  const char* const train[] = {"--save", "--metrics", "--trace",
                               "--dot",  "--report",  "--stop-nonfinite"};
  const char* const explain[] = {"--html", "--svg", "--dot", "--json", "--trace"};
  const auto pairs = [&](const std::string& command, const std::string& name, auto& flags) {
    for (std::size_t i = 0; i < std::size(flags); ++i)
      for (std::size_t j = i + 1; j < std::size(flags); ++j) {
        // --report is looked at last, whatever the order they are given in
        const bool turned = std::string(flags[i]) == "--report";
        const std::string first = turned ? flags[j] : flags[i],
                          second = turned ? flags[i] : flags[j];
        const Output output{name, command + " " + flags[i] + " o.json", flags[j], "", ""};
        const std::string a = turned ? "./o.json" : "o.json", b = turned ? "o.json" : "./o.json";
        expect(output, "./o.json",
               second + " " + b + " is the same file as " + first + " " + a +
                   ". Give each a path of its own.");
      }
  };
  pairs("train d.json", "train", train);
  pairs("explain 'a*b' a=1 b=2", "explain", explain);
  expect({"replay", "replay s.json --html o.json", "--json", "", ""}, "o.json",
         "--json o.json is the same file as --html o.json. Give each a path of its own.");
  expect({"train", "train d.json --report o.json", "--report", "", ""}, "o.json",
         "--report o.json is the same file as --report o.json. Give each a path of its own.");
  EXPECT_EQ(files(), before);
}

TEST_F(Outputs, AreNotWhatIsPrintedTo) {
  const auto outcome = run("train d.json --save .out");
  EXPECT_EQ(outcome.err,
            "[train] --save .out is the file that what is printed goes to. Give another path.\n");
  EXPECT_EQ(run("train /dev/stdin --save d.json < d.json").err,
            "[train] --save d.json is the same file as the data /dev/stdin, which is read. Give "
            "another path.\n");
}

// A new option that takes a text is in one of these lists, or this fails.
TEST_F(Outputs, EveryOptionIsKnownAsAnOutputAnInputOrAWord) {
  std::set<std::string> known{
      "train data",     "train --labels",     "train --test",      "train --test-labels",
      "train --label",  "train --header",     "train --separator", "train --missing",
      "train --scale",  "train --layers",     "train --loss",      "train --init",
      "train --type",   "train --optimizer",  "train --schedule",  "train --resume",
      "train --keep",   "predict model",      "predict data",      "predict --labels",
      "explain values", "explain expression", "explain --target",  "explain --constants",
      "explain --keep", "view file",          "replay file",       "check files",
  };
  const auto said = [this](const std::string& arguments) { return run(arguments).out; };
  for (const Output& output : outputs) known.insert(output.command + " " + output.flag);
  for (const auto& option : testing_cli::options_of(said))
    if (option.type == "TEXT") {
      EXPECT_TRUE(known.contains(option.command + " " + option.name))
          << option.command << " " << option.name;
    }
}

}  // namespace
}  // namespace glassgrad
