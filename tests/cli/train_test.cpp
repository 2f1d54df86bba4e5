// train, save, predict, resume: the same answers and the same bits every time.
#include <cmath>
#include <sstream>

#include "command.hpp"
#include "glassgrad/data/csv.hpp"
#include "glassgrad/io/model_parts.hpp"

namespace glassgrad {
namespace {

using testing_cli::Command;
using testing_cli::two_classes;

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

TEST_F(Command, DigitsReachNinetySevenPercent) {
  const auto outcome = run("train DIGITS --layers 64,relu --seeds 5 --metrics m.csv");
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const std::string said = "test accuracy of 5 seeds: mean ";
  const auto at = outcome.out.find(said);
  ASSERT_NE(at, std::string::npos) << outcome.out;
  EXPECT_GE(std::stod(outcome.out.substr(at + said.size())), 0.97);
  EXPECT_EQ(outcome.err, "");
  EXPECT_EQ(lines_of(text("m.csv")).size(), 1U + 5 * 30);
}

TEST_F(Command, PlainOutputSaysEverythingOnce) {
  const auto outcome = run("train DIGITS --epochs 2 --batch 64");
  const auto lines = lines_of(outcome.out);
  ASSERT_EQ(lines.size(), 12U) << outcome.out;
  EXPECT_EQ(lines[0], "digits.csv: 1797 examples, 64 features, 10 classes");
  EXPECT_EQ(lines[6], "total                  4810");
  EXPECT_EQ(lines[7], "seed 1: 1438 examples to train on, 359 held out to test on");
  EXPECT_EQ(lines[8],
            "2 epochs, batch size 64, 23 iterations per epoch; the last batch has 30: its mean "
            "cost counts as much as a whole batch's");
  EXPECT_TRUE(lines[9].starts_with("epoch 1/2  iteration 23  loss ")) << lines[9];
  EXPECT_TRUE(lines[10].starts_with("epoch 2/2  iteration 46  loss ")) << lines[10];
  for (const char* part : {"accuracy ", "held out ", " examples/s  ", " left"})
    EXPECT_NE(lines[10].find(part), std::string::npos) << lines[10];
  EXPECT_TRUE(lines[11].starts_with("test accuracy 0.9")) << lines[11];
  EXPECT_EQ(outcome.out.find('\r'), std::string::npos);
}

TEST_F(Command, MetricsAreOneLinePerEpoch) {
  ASSERT_EQ(run("train DIGITS --epochs 3 --metrics m.csv").code, 0);
  const auto lines = lines_of(text("m.csv"));
  ASSERT_EQ(lines.size(), 4U);
  EXPECT_EQ(lines[0],
            "seed,epoch,rate,loss,accuracy,gradient,validation_loss,validation_accuracy,"
            "test_loss,test_accuracy,clipped_gradient,update_ratio,"
            "layer1.W.gradient,layer1.W.clipped,layer1.W.update_ratio,"
            "layer1.b.gradient,layer1.b.clipped,layer1.b.update_ratio,"
            "layer2.W.gradient,layer2.W.clipped,layer2.W.update_ratio,"
            "layer2.b.gradient,layer2.b.clipped,layer2.b.update_ratio");
  const Table table = read_csv(folder / "m.csv", {.missing = Missing::keep});
  for (std::int64_t i = 0; i < 3; ++i) {
    EXPECT_EQ(table.numbers(i, 0), 1);
    EXPECT_EQ(table.numbers(i, 1), double(i + 1));
    EXPECT_EQ(table.numbers(i, 2), 0.003);
    for (const std::int64_t j : {3, 4, 5, 8, 9}) EXPECT_TRUE(std::isfinite(table.numbers(i, j)));
    for (const std::int64_t j : {6, 7}) EXPECT_TRUE(std::isnan(table.numbers(i, j)));
  }
  EXPECT_LT(table.numbers(2, 3), table.numbers(0, 3));
  EXPECT_GT(table.numbers(2, 4), table.numbers(0, 4));
  EXPECT_GT(table.numbers(2, 9), 0.9);
}

TEST_F(Command, ASeededRunRepeatsBitForBit) {
  for (const char* type : {"float64", "float32"}) {
    const std::string flags = std::string("train DIGITS --epochs 3 --seed 7 --type ") + type;
    ASSERT_EQ(run(flags + " --save a.model --metrics a.csv").code, 0);
    ASSERT_EQ(run(flags + " --save b.model --metrics b.csv").code, 0);
    EXPECT_EQ(text("a.model"), text("b.model"));
    EXPECT_EQ(text("a.csv"), text("b.csv"));
  }
}

// What training says of the held out part is what predict says of all, file by file.
TEST_F(Command, PredictGivesTheAnswersOfTraining) {
  const auto trained =
      run("train DIGITS --epochs 4 --test-fraction 0 --save m.model --metrics m.csv");
  ASSERT_EQ(trained.code, 0) << trained.err;
  const auto first = run("predict m.model DIGITS --probabilities");
  const auto second = run("predict m.model DIGITS --output p.csv");
  ASSERT_EQ(first.code, 0) << first.err;
  EXPECT_EQ(second.out, "");
  EXPECT_EQ(first.err, second.err);
  EXPECT_TRUE(first.err.starts_with("accuracy 0.9")) << first.err;
  const auto with = lines_of(first.out), without = lines_of(text("p.csv"));
  ASSERT_EQ(with.size(), 1798U);
  EXPECT_EQ(with[0], "prediction,p_0,p_1,p_2,p_3,p_4,p_5,p_6,p_7,p_8,p_9");
  for (std::size_t i = 1; i < with.size(); ++i) {
    ASSERT_EQ(with[i].substr(0, with[i].find(',')), without[i]);
    std::istringstream fields(with[i].substr(with[i].find(',') + 1));
    double sum = 0;
    for (std::string p; std::getline(fields, p, ',');) sum += std::stod(p);
    ASSERT_NEAR(sum, 1, 1e-12);
  }
}

// Trained on some rows, tested on the rest: predict on the rest's own file finds as many right.
TEST_F(Command, PredictAgreesWithTheTestAccuracy) {
  write("two.csv", two_classes());
  ASSERT_EQ(
      run("train two.csv --layers 8,tanh --rate 0.03 --epochs 60 --batch 16 --save m.model").code,
      0);
  const auto all = run("predict m.model two.csv");
  EXPECT_EQ(all.err, "accuracy 1.0000 (60 of 60)\n");
  write("new.csv", "a,b\n10,90\n90,10\n");
  EXPECT_EQ(run("predict m.model new.csv").out, "prediction\nabove\nbelow\n");
  EXPECT_EQ(run("predict m.model new.csv").err, "");
}

TEST_F(Command, WritesTheViewsOfTheFirstBatch) {
  ASSERT_EQ(run("train DIGITS --epochs 1 --trace t.txt --dot g.dot --save a.model").code, 0);
  ASSERT_EQ(run("train DIGITS --epochs 1 --save b.model").code, 0);
  EXPECT_EQ(text("a.model"), text("b.model"));  // looking changes nothing
  for (const char* part : {"layer1.W", "relu", "softmax_cross_entropy", "cost"})
    EXPECT_NE(text("t.txt").find(part), std::string::npos) << part;
  EXPECT_TRUE(text("g.dot").starts_with("digraph"));
  // The trace ends with the lines of the update, as the slides print them.
  write("two.csv", two_classes());
  ASSERT_EQ(run("train two.csv --epochs 1 --batch 60 --test-fraction 0 --scale none --init zeros "
                "--loss binary_cross_entropy --layers identity --optimizer gradient_descent "
                "--rate 0.5 --trace t.txt")
                .code,
            0);
  const auto lines = lines_of(text("t.txt"));
  const std::string last = lines.back();
  EXPECT_TRUE(last.starts_with("  layer1.b = [0] - 0.5 x [")) << last;
  EXPECT_NE(last.find("] = ["), std::string::npos) << last;
}

TEST_F(Command, LearnsNumbers) {
  std::string csv;
  for (int i = 0; i < 200; ++i) {
    const double a = std::sin(i), b = std::cos(3 * i);
    csv += std::to_string(a) + "," + std::to_string(b) + "," + std::to_string(3 * a - 2 * b + 1) +
           "\n";
  }
  write("line.csv", csv);
  const auto outcome =
      run("train line.csv --loss mean_squared_error --layers identity "
          "--rate 0.05 --epochs 60 --save m.model");
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_NE(outcome.out.find("test R2 1.0000"), std::string::npos) << outcome.out;
  EXPECT_TRUE(run("predict m.model line.csv").err.starts_with("R2 1.0000"));
}

}  // namespace
}  // namespace glassgrad
