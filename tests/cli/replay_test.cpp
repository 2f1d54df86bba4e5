// glassgrad train --stop-nonfinite and glassgrad replay: what they say, what they leave, and what
// they refuse, word for word.
#include "cli/command.hpp"
#include "glassgrad/io/safetensors.hpp"
#include "glassgrad/show/json/json.hpp"

namespace glassgrad::testing_cli {
namespace {

// Every line but that of the program's own source, which depends on where it was compiled.
std::string without_line(const std::string& text) {
  const auto at = text.find("  recorded at: ");
  if (at == text.npos) return text;
  return text.substr(0, at) + text.substr(text.find('\n', at) + 1);
}

constexpr auto failing =
    "train t.csv --layers 4,dropout:0.5,relu --optimizer gradient_descent --batch 16 "
    "--save m.model --stop-nonfinite failed.safetensors";

TEST_F(Command, ReplayOfAStepThatFailed) {
  write("t.csv", two_classes());
  for (const std::string type : {"float64", "float32"}) {
    const std::string rate = type == "float32" ? " --rate 1e30" : " --rate 1e200";
    const Outcome trained = run(failing + rate + " --type " + type);
    EXPECT_EQ(trained.code, 2);
    EXPECT_TRUE(trained.err.starts_with("[train] training stopped in epoch 1, batch "))
        << trained.err;
    EXPECT_NE(trained.err.find(". That step is kept in failed.safetensors: see glassgrad replay "
                               "failed.safetensors.\n"),
              std::string::npos)
        << trained.err;
    const auto at = trained.err.find(" at ") + 4;
    const std::string what = trained.err.substr(at, trained.err.find(". That") - at);
    const Outcome again = run("replay failed.safetensors");
    EXPECT_EQ(again.err, "");
    EXPECT_EQ(again.code, 0) << again.out;
    EXPECT_TRUE(again.out.starts_with("failed.safetensors: epoch 1, batch ")) << again.out;
    EXPECT_NE(again.out.find(" of 16 examples, seed 1, " + type + "\ndone again to the bit: "),
              std::string::npos)
        << again.out;
    EXPECT_NE(again.out.find("\n  " + what.substr(what.find(": ") + 2) + "\n"), std::string::npos)
        << what << "\n"
        << again.out;
    EXPECT_EQ(run("replay failed.safetensors").out, again.out);
    const Safetensors file = read_safetensors(folder / "failed.safetensors");
    EXPECT_NE(without_line(again.out).find(without_line(file.metadata.at("explanation"))),
              std::string::npos);
  }
}

TEST_F(Command, ReplayWritesThePageAndTheData) {
  write("t.csv", two_classes());
  ASSERT_EQ(run(failing + std::string(" --rate 1e200")).code, 2);
  const Outcome again = run("replay failed.safetensors --html a.html --json a.json");
  EXPECT_TRUE(again.out.ends_with("wrote a.html\nwrote a.json\n")) << again.out;
  EXPECT_FALSE(read_json(folder / "a.json").problems.empty());
  EXPECT_NE(text("a.html").find("<script>"), std::string::npos);
}

TEST_F(Command, ReplaySaysWhenItIsNotTheSame) {
  write("t.csv", two_classes());
  ASSERT_EQ(run(failing + std::string(" --rate 1e200")).code, 2);
  Safetensors file = read_safetensors(folder / "failed.safetensors");
  for (NamedTensor& tensor : file.tensors)
    if (tensor.name == "batch/x") std::get<std::vector<double>>(tensor.data)[3] += 1e-15;
  write_safetensors(folder / "failed.safetensors", file.tensors, file.metadata);
  const Outcome again = run("replay failed.safetensors");
  EXPECT_EQ(again.code, 1);
  EXPECT_NE(again.out.find("\nNOT the same: the value of node 0, constant, is another\nit said "
                           "then\n  "),
            std::string::npos)
      << again.out;
}

// A step that is watched is the same step, to the bit.
TEST_F(Command, StopNonfiniteChangesNothingWhereAllIsWell) {
  const std::string flags = "train DIGITS --epochs 2 --layers 16,relu --metrics ";
  ASSERT_EQ(run(flags + "a.csv --save a.model").code, 0);
  ASSERT_EQ(run(flags + "b.csv --save b.model --stop-nonfinite failed.safetensors").code, 0);
  EXPECT_EQ(text("a.csv"), text("b.csv"));
  EXPECT_EQ(text("a.model"), text("b.model"));
  EXPECT_FALSE(exists("failed.safetensors"));
}

TEST_F(Command, ReplayRefusesOtherFiles) {
  write("t.csv", two_classes());
  ASSERT_EQ(run("train t.csv --epochs 1 --save m.model").code, 0);
  expect_refused("replay nothing", "[read_safetensors] nothing does not exist. Check the path.");
  expect_refused("replay m.model",
                 "[replay] m.model holds no failed step. Give a file that glassgrad train "
                 "--stop-nonfinite wrote.");
  expect_refused("train t.csv --stop-nonfinite no/f",
                 "[train] no/f cannot be written: there is no folder no. Make the folder, or give "
                 "another path.");
  expect_refused("replay", "[glassgrad] file is required. See glassgrad replay --help.");
  ASSERT_EQ(run(failing + std::string(" --rate 1e200")).code, 2);
  Safetensors file = read_safetensors(folder / "failed.safetensors");
  std::filesystem::remove(folder / "failed.safetensors");
  file.metadata.erase("settings");
  write_safetensors(folder / "own.file", file.tensors, file.metadata);
  expect_refused("replay own.file",
                 "[replay] own.file is of a program's own model, which is not in it. Call "
                 "replay_step in that program.");
  file.metadata["settings"] = "{";
  write_safetensors(folder / "own.file", file.tensors, file.metadata);
  expect_refused("replay own.file", "[train] the model's settings are damaged. Train it again.");
}

// Killed while the file is written: none is there, or all of it.
TEST_F(Command, AFailedStepIsWrittenWholeOrNotAtAll) {
  write("t.csv", two_classes());
  ASSERT_NE(killed_at_save(1, failing + std::string(" --rate 1e200")), 0);
  EXPECT_FALSE(exists("failed.safetensors"));
  ASSERT_EQ(run(failing + std::string(" --rate 1e200")).code, 2);
  EXPECT_EQ(run("replay failed.safetensors").code, 0);
  EXPECT_EQ(leftovers(), 0);
}

}  // namespace
}  // namespace glassgrad::testing_cli
