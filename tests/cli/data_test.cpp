// What train and predict read: headers, labels by name and place, missing values, separators,
// regression; images and labels as IDX, plain and gzip, with a test set of their own.
#include <numeric>

#include "command.hpp"
#include "glassgrad/array/text.hpp"

namespace glassgrad {
namespace {

using testing_cli::Command;
using testing_cli::two_classes;
using namespace std::string_literals;

TEST_F(Command, LabelByNameAndByPlace) {
  // the same data with the label first, in the middle and last
  std::string first = "kind,a,b\n", middle = "a,kind,b\n", last = "a,b,kind\n";
  for (int i = 0; i < 40; ++i) {
    const int x = i * 37 % 101, y = i * 53 % 97;
    const std::string a = std::to_string(x), b = std::to_string(y), kind = x > y ? "left" : "right";
    first += kind + "," + a + "," + b + "\n";
    middle += a + "," + kind + "," + b + "\n";
    last += a + "," + b + "," + kind + "\n";
  }
  write("first.csv", first), write("middle.csv", middle), write("last.csv", last);
  write("bare.csv", first.substr(first.find('\n') + 1));
  const auto answers = [&](const std::string& data, const std::string& flags) {
    const auto trained = run("train " + data + " --epochs 5 --save m.model " + flags);
    EXPECT_EQ(trained.code, 0) << trained.err;
    const auto outcome = run("predict m.model " + data + " --probabilities");
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return outcome.out;
  };
  const std::string wanted = answers("last.csv", "");
  EXPECT_TRUE(wanted.starts_with("prediction,p_left,p_right\n")) << wanted;
  EXPECT_EQ(answers("last.csv", "--label 3"), wanted);
  EXPECT_EQ(answers("first.csv", "--label kind"), wanted);
  EXPECT_EQ(answers("first.csv", "--label 1"), wanted);
  EXPECT_EQ(answers("middle.csv", "--label -2"), wanted);
  EXPECT_EQ(answers("bare.csv", "--label 1 --header absent"), wanted);
  EXPECT_EQ(answers("first.csv", "--label 1 --header present"), wanted);
  expect_refused("train last.csv --label 4",
                 "[read_csv] last.csv has 3 columns: none is at place 4. "
                 "Count from 1 to 3, or from -1 to -3, the end first.");
  expect_refused("train last.csv --header present --label colour",
                 "[read_csv] last.csv has no column \"colour\". "
                 "Its columns are \"a\", \"b\", \"kind\".");
  expect_refused("train last.csv --header absent",
                 "[read_csv] last.csv, line 1, column 1: \"a\" is not a number. Write a number, or "
                 "set --header to present.");
}

TEST_F(Command, OtherSeparators) {
  std::string csv = two_classes();
  for (char& letter : csv)
    if (letter == ',') letter = ';';
  write("d.csv", csv);
  expect_refused("train d.csv",
                 "[read_csv] d.csv has 1 column, the label, and no features. "
                 "Set --separator to ';'.");
  EXPECT_EQ(run("train d.csv --separator ';' --epochs 2 --save m.model").code, 0);
  EXPECT_TRUE(run("predict m.model d.csv").err.starts_with("accuracy "));
  expect_refused("train d.csv --separator ab",
                 "[train] --separator is \"ab\". Give one character, tab or space.");
}

// b = a^2; every third b is missing. Filled by mean or median of the training part, which the model
// keeps; or its row is left out; or it is refused.
TEST_F(Command, MissingValues) {
  std::string csv = "a,b,y\n";
  std::vector<double> known;
  for (int i = 0; i < 90; ++i) {
    csv += join(i, ",", i % 3 == 0 ? "?" : std::to_string(i * i), ",", 2 * i + 1, "\n");
    if (i % 3 != 0) known.push_back(i * i);
  }
  const double mean = std::accumulate(known.begin(), known.end(), 0.0) / double(known.size());
  const double median = (known[known.size() / 2 - 1] + known[known.size() / 2]) / 2;
  write("d.csv", csv);
  const std::string flags =
      "train d.csv --loss mean_squared_error --layers 8,tanh --epochs 3 --test-fraction 0 "
      "--save m.model ";
  expect_refused(flags,
                 "[read_csv] d.csv, line 2, column 2 \"b\": the value is missing. Write a number, "
                 "or set --missing to mean, median or drop.");
  for (const auto& [way, fill] : {std::pair{"mean", mean}, {"median", median}}) {
    const auto trained = run(flags + "--missing " + way);
    ASSERT_EQ(trained.code, 0) << trained.err;
    EXPECT_NE(trained.out.find("90 examples to train on"), std::string::npos);
    // what is missing later is filled by the same number
    write("new.csv", "a,b\n10,?\n");
    write("same.csv", join("a,b\n10,", fill, "\n"));
    const auto filled = run("predict m.model new.csv"), given = run("predict m.model same.csv");
    EXPECT_EQ(filled.code, 0) << filled.err;
    const auto number = [](const std::string& out) { return std::stod(out.substr(11)); };
    EXPECT_NEAR(number(filled.out), number(given.out), 1e-10) << way;
  }
  const auto dropped = run(flags + "--missing drop");
  EXPECT_NE(dropped.out.find("60 examples to train on"), std::string::npos) << dropped.out;
  expect_refused("predict m.model new.csv",
                 "[read_csv] new.csv, line 2, column 2 \"b\": the value is missing. Write a "
                 "number, or answer with a model that was trained with --missing mean or median.");
  expect_refused("train d.csv --missing meen",
                 "[train] there is no --missing \"meen\". Did you mean \"mean\"? "
                 "There are refuse, mean, median, drop.");
}

// n images of 2 x 2 and their labels: the brighter half.
std::pair<std::string, std::string> images(int n, int seed) {
  const auto size = [&](int dimensions) {
    return "\0\0\x08"s + char(dimensions) + "\0\0\0"s + char(n);
  };
  std::string x = size(3) + "\0\0\0\2\0\0\0\2"s, y = size(1);
  for (int i = 0; i < n; ++i) {
    const int left = (i * 89 + seed) % 200, right = (i * 53 + 7 * seed) % 200;
    x += {char(left), char(right), char(left / 2), char(right / 2)};
    y += char(right > left);
  }
  return {x, y};
}

class Idx : public Command {
 protected:
  void SetUp() override {
    Command::SetUp();
    const auto [x, y] = images(120, 1);
    const auto [test_x, test_y] = images(50, 5);
    write("x", x), write("y", y), write("tx", test_x), write("ty", test_y);
  }
  // Makes <name>.gz beside the file.
  void zip(const std::string& name) const {
    ASSERT_EQ(std::system(("gzip -k '" + (folder / name).string() + "'").c_str()), 0);
  }
};

TEST_F(Idx, PlainAndGzipWithATestSetOfItsOwn) {
  const std::string flags = " --layers 8,tanh --rate 0.03 --epochs 40 --save ";
  const auto outcome = run("train x --labels y --test tx --test-labels ty" + flags + "m.model");
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_TRUE(outcome.out.starts_with("x: 120 examples, 4 features, 2 classes\n")) << outcome.out;
  EXPECT_NE(outcome.out.find("120 examples to train on, 50 held out to test on"),
            std::string::npos);
  const auto at = outcome.out.find("test accuracy ");
  EXPECT_GE(std::stod(outcome.out.substr(at + 14)), 0.9) << outcome.out;
  // predict finds as many right as training said
  const auto compared = run("predict m.model tx --labels ty");
  EXPECT_EQ(compared.code, 0);
  EXPECT_EQ("test " + compared.err.substr(0, 15), outcome.out.substr(at, 20));
  EXPECT_EQ(run("predict m.model tx").out, compared.out);
  EXPECT_EQ(run("predict m.model tx").err, "");
  for (const char* name : {"x", "y", "tx", "ty"}) zip(name);
  const auto zipped =
      run("train x.gz --labels y.gz --test tx.gz --test-labels ty.gz" + flags + "z.model");
  ASSERT_EQ(zipped.code, 0) << zipped.err;
  EXPECT_EQ(run("predict z.model tx.gz --probabilities").out,
            run("predict m.model tx --probabilities").out);
}

TEST_F(Idx, BadFiles) {
  const std::string save = " --save m.model";
  write("short", text("x").substr(0, 100));
  write("plain.gz", text("x"));
  write("d.csv", two_classes());
  zip("x");
  write("torn.gz", text("x.gz").substr(0, text("x.gz").size() / 2));
  const auto [other_x, other_y] = images(119, 1);
  write("fewer", other_y);
  std::string far = text("ty");
  far.back() = 7;
  write("far", far);
  expect_refused("train x" + save,
                 "[train] x holds images and no labels. "
                 "Give the file of labels with --labels, or with --test-labels for --test.");
  expect_refused("train short --labels y" + save,
                 "[read_idx] short is truncated: 100 bytes, its shape (120, 2, 2) needs 496. "
                 "Fetch the file again.");
  expect_refused("train plain.gz --labels y" + save,
                 "[read_idx] plain.gz is not gzip, though its name ends in .gz. "
                 "Fetch the file again, or rename it.");
  const auto torn = run("train torn.gz --labels y" + save);
  EXPECT_TRUE(torn.err.starts_with("[read_idx] torn.gz ")) << torn.err;
  EXPECT_EQ(torn.code, 2);
  expect_refused("train x --labels fewer" + save,
                 "[read_idx] fewer has shape (119), x has (120, 2, 2). "
                 "The labels' shape must be (120).");
  expect_refused("train x --labels y --test tx --test-labels far" + save,
                 "[read_idx] far has label 7 at place 49. Labels are integers from 0 to 1.");
  expect_refused("train x --labels missing" + save,
                 "[read_idx] missing does not exist. Check the path.");
  expect_refused("train d.csv --labels y" + save,
                 "[train] d.csv is no IDX file, but y is given for its labels. "
                 "The labels of a CSV file are one of its columns (--label).");
  expect_refused("train x --labels y --test-labels ty" + save,
                 "[train] --test-labels are given without --test. Give the test images too.");
  expect_refused("train x --labels y --test d.csv" + save,
                 "[read_csv] d.csv, line 2, column 3 \"kind\": label \"below\" is not an integer. "
                 "Labels go from 0 to 1.");
}

// A CSV file of its own to test on; its labels must be among the classes.
TEST_F(Command, ATestFileOfItsOwn) {
  write("d.csv", two_classes());
  write("t.csv", "a,b,kind\n10,90,above\n90,10,below\n");
  const auto outcome =
      run("train d.csv --test t.csv --layers 8,tanh --rate 0.03 --epochs 40 --save m.model");
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_NE(outcome.out.find("60 examples to train on, 2 held out to test on"), std::string::npos);
  EXPECT_NE(outcome.out.find("test accuracy 1.0000 (2 of 2)"), std::string::npos) << outcome.out;
  write("t2.csv", "a,b,kind\n10,90,beyond\n");
  expect_refused("train d.csv --test t2.csv --save m.model",
                 "[read_csv] t2.csv, line 2, column 3 \"kind\": label \"beyond\" is none of the 2 "
                 "classes. Write one of \"above\", \"below\".");
}

}  // namespace
}  // namespace glassgrad
