// Data and model files that are wrong in one place: what train, predict and --resume say, exactly.
#include "command.hpp"
#include "glassgrad/io/model_parts.hpp"
#include "glassgrad/nn/nn.hpp"
#include "support/paths.hpp"

namespace glassgrad {
namespace {

using testing_cli::Command;
using testing_cli::two_classes;

TEST_F(Command, NumbersThatAreNone) {
  write("nan.csv", "a,b,label\n1,2,0\n1,nan,1\n");
  write("inf.csv", "a,b,label\n1,-inf,0\n1,2,1\n");
  write("huge.csv", "a,b,label\n1,2,0\n1e999,2,1\n");
  write("target.csv", "a,b,y\n1,2,0.5\n3,4,NaN\n");
  const std::string finite =
      "Write a number, or ? for a missing one and set --missing to mean, median or drop.";
  expect_refused(
      "train nan.csv --save m.model",
      "[read_csv] nan.csv, line 3, column 2 \"b\": \"nan\" is not a finite number. " + finite);
  expect_refused(
      "train inf.csv --save m.model",
      "[read_csv] inf.csv, line 2, column 2 \"b\": \"-inf\" is not a finite number. " + finite);
  expect_refused("train huge.csv --save m.model",
                 "[read_csv] huge.csv, line 3, column 1 \"a\": \"1e999\" is beyond the range of "
                 "double. Write a number of moderate size.");
  expect_refused("train target.csv --loss mean_squared_error --save m.model",
                 "[read_csv] target.csv, line 3, column 3 \"y\": target \"NaN\" is not a finite "
                 "number. Write a number.");
}

TEST_F(Command, LabelsOutOfRange) {
  write("fraction.csv", "1,2,0\n3,4,0.5\n");
  write("mixed.csv", "1,2,cat\n5,6,dog\n3,4,7\n");
  write("none.csv", "1,2,0\n3,4,\n");
  expect_refused("train fraction.csv",
                 "[read_csv] fraction.csv, line 2, column 3: label \"0.5\" is not an integer. "
                 "Write integers for all classes, or names for all, as c0.5; to learn numbers set "
                 "--loss to mean_squared_error.");
  expect_refused("train mixed.csv",
                 "[read_csv] mixed.csv, line 3, column 3: label \"7\" is a number among names. "
                 "Write names for all classes, as c7, or numbers for all.");
  expect_refused("train none.csv",
                 "[read_csv] none.csv, line 2, column 3: the label is missing. "
                 "Write it, or remove the line.");
  ASSERT_EQ(run("train DIGITS --epochs 1 --layers 4 --save m.model").code, 0);
  std::string digits = read_file(source_folder() + "/examples/data/digits.csv");
  digits.resize(digits.find('\n', digits.find('\n') + 1));
  digits.replace(digits.rfind(',') + 1, std::string::npos, "12\n");
  write("twelve.csv", digits);
  const auto outcome = run("predict m.model twelve.csv");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_NE(outcome.err.find("label 12 is out of range. Labels go from 0 to 9.\n"),
            std::string::npos)
      << outcome.err;
}

// A file changed in one place; `by` may be longer or shorter.
std::string changed(std::string text, const std::string& what, const std::string& by) {
  const auto at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), by);
}

TEST_F(Command, DamagedModels) {
  write("d.csv", two_classes());
  ASSERT_EQ(run("train d.csv --layers 8,tanh --epochs 2 --save m.model").code, 0);
  const std::string whole = text("m.model");
  write("empty.model", "");
  write("short.model", whole.substr(0, whole.size() - 8));
  write("header.model", whole.substr(0, 100));
  std::string flipped = whole;
  flipped[whole.size() - 3] = char(flipped[whole.size() - 3] ^ 1);
  write("flipped.model", flipped);
  const auto refused = [&](const std::string& model, const std::string& words) {
    expect_refused("predict " + model + " d.csv", words);
    expect_refused("train d.csv --resume " + model, words);
  };
  refused("missing.model", "[read_safetensors] missing.model does not exist. Check the path.");
  refused("empty.model",
          "[read_safetensors] empty.model is no safetensors file: it has 0 bytes. Check the path.");
  const auto damaged = run("predict flipped.model d.csv");
  EXPECT_EQ(damaged.code, 2);
  EXPECT_TRUE(damaged.err.starts_with(
      "[read_safetensors] flipped.model does not match its checksum: it says \"crc32:"))
      << damaged.err;
  for (const char* model : {"short.model", "header.model"}) {
    const auto outcome = run(std::string("predict ") + model + " d.csv");
    EXPECT_EQ(outcome.code, 2);
    EXPECT_TRUE(outcome.err.starts_with(std::string("[read_safetensors] ") + model + " is "))
        << outcome.err;
    EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1);
  }
}

// A model file that says it is another network than its weights, or that no network at all.
TEST_F(Command, ModelsOfAnotherArchitecture) {
  write("d.csv", two_classes());
  const std::string train = "train d.csv --layers 8,tanh --epochs 2 --save m.model";
  ASSERT_EQ(run(train).code, 0);
  expect_refused("train d.csv --resume m.model --layers 16,tanh",
                 "[train] --layers is 16,tanh, m.model was trained with 8,tanh. "
                 "Leave the flag out, or train anew.");
  expect_refused("train d.csv --resume m.model --optimizer momentum",
                 "[train] --optimizer is momentum, m.model was trained with adam. "
                 "Leave the flag out, or train anew.");
  // The file's parts, put together differently.
  Safetensors file = read_safetensors(folder / "m.model");
  const auto write_as = [&](const char* key, const std::string& value) {
    Safetensors other = file;
    other.metadata[key] = value;
    write_safetensors(folder / "other.model", other.tensors, other.metadata);
  };
  write_as("architecture", R"({"inputs":2,"layers":["9","tanh","2"],"examples":"rows"})");
  expect_refused("predict other.model d.csv",
                 "[load_model] other.model has \"layer1.W\" as (2, 8), the model as (2, 9). "
                 "Build the model that was saved, or load another file.");
  write_as("architecture", R"({"inputs":2,"layers":["8","rleu","2"],"examples":"rows"})");
  expect_refused("predict other.model d.csv",
                 "[load_model] other.model has damaged metadata. Train the model again.");
  write_as("settings", changed(file.metadata["settings"], "8,tanh", "8,relu"));
  expect_refused("train d.csv --resume other.model",
                 R"([load_model] other.model holds {"examples":"rows","inputs":2,"layers":)"
                 R"(["8","tanh","2"]}, the model is {"examples":"rows","inputs":2,"layers":)"
                 R"(["8","relu","2"]}. Build the model that was saved, or load another file.)");
  write_as("settings", "{}");
  expect_refused("train d.csv --resume other.model",
                 "[train] the model's settings are damaged. Train it again.");
  // Parameters that C++ saved without a description.
  Random random(1);
  auto bare = make_network<double>({2, {"2"}}, random);
  save_model(folder / "bare.model", bare.parameters());
  expect_refused("predict bare.model d.csv",
                 "[load_model] bare.model was not saved by glassgrad train. "
                 "Check the path.");
}

TEST_F(Command, FlagsThatDoNotExist) {
  expect_refused("train DIGITS --epocs 3",
                 "[glassgrad] train has no flag \"--epocs\". Did you mean \"--epochs\"? "
                 "See glassgrad train --help.");
  expect_refused("predict m.model d.csv --probabilites",
                 "[glassgrad] predict has no flag \"--probabilites\". Did you mean "
                 "\"--probabilities\"? See glassgrad predict --help.");
  write("d.csv", two_classes());
  ASSERT_EQ(run("train d.csv --epochs 1 --save m.model").code, 0);
  expect_refused("predict m.model d.csv --labels y",
                 "[predict] d.csv is no IDX file, but y is given for its labels. "
                 "The labels of a CSV file are one of its columns.");
}

}  // namespace
}  // namespace glassgrad
