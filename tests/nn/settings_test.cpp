// Layers, options, schedules, data and seeds that are given a whole number which does not fit:
// refused in the name of what was given, with its value. That each takes every type of whole
// number: whole_numbers_test.cpp.
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "glassgrad/glassgrad.hpp"
#include "glassgrad/show/picture/chart.hpp"
#include "support/error_of.hpp"

namespace glassgrad {
namespace {

// Outside of what is kept: the names of what was given, and the value. 2 is what the advice asks
// for.
struct Setting64 {
  const char *where, *what;
  std::function<void(WholeNumber)> set;
};
Random random_numbers(1);
const std::vector<std::int64_t> labels{0, 1};
const Setting64 settings[] = {
    {"Z", "inputs", [](auto n) { Dense<>("Z", n, 2, random_numbers); }},
    {"Z", "outputs", [](auto n) { Dense<>("Z", 2, n, random_numbers); }},
    {"E", "count", [](auto n) { Embedding<>("E", n, 2, random_numbers); }},
    {"E", "size", [](auto n) { Embedding<>("E", 2, n, random_numbers); }},
    {"L", "inputs", [](auto n) { Lstm<>("L", n, 2, random_numbers); }},
    {"L", "hidden", [](auto n) { LstmCell<>("L", 2, n, random_numbers); }},
    {"L", "m",
     [](auto n) {
       Tape<> tape;
       LstmCell<>("L", 2, 2, random_numbers).start(tape, n);
     }},
    {"N", "size", [](auto n) { LayerNorm<>("N", n); }},
    {"N", "channels", [](auto n) { BatchNorm<>("N", n); }},
    {"A", "size", [](auto n) { MultiHeadAttention<>("A", n, 1, random_numbers); }},
    {"A", "heads", [](auto n) { MultiHeadAttention<>("A", 4, n, random_numbers); }},
    {"C", "inputs", [](auto n) { Conv2d<>("C", n, 2, 3, random_numbers); }},
    {"C", "outputs", [](auto n) { Conv2d<>("C", 2, n, 3, random_numbers); }},
    {"architecture", "inputs", [](auto n) { (void)Architecture{.inputs = n}; }},
    {"seek", "draw", [](auto n) { Sequential<>().seek(n); }},
    {"step_decay", "every", [](auto n) { step_decay(0.1, n, 0.5); }},
    {"cosine_decay", "steps", [](auto n) { cosine_decay(0.1, n); }},
    {"warm_up", "steps", [](auto n) { warm_up(constant_rate(0.1), n); }},
    {"schedule", "step", [](auto n) { constant_rate(0.1)(n); }},
    {"stopping", "patience", [](auto n) { (void)StopOptions{.patience = n}; }},
    {"lbfgs", "most_steps", [](auto n) { (void)LbfgsOptions{.most_steps = n}; }},
    {"Matrix", "rows", [](auto n) { Matrix(n, 2); }},
    {"Matrix", "columns", [](auto n) { Matrix(2, n); }},
    {"one_hot", "classes", [](auto n) { one_hot(labels, n); }},
    {"Batches", "examples", [](auto n) { Batches(n, 2, 1); }},
    {"Batches", "batch_size", [](auto n) { Batches(4, n, 1); }},
    {"Batches", "epoch", [](auto n) { Batches(4, 2, 1).rows(n, 0); }},
    {"ConfusionMatrix", "classes", [](auto n) { ConfusionMatrix(labels, labels, n); }},
    {"ConfusionMatrix", "a label", [](auto n) { ConfusionMatrix(labels, labels, 3).score(n); }},
    {"labels", "place", [](auto n) { (void)LabelOptions{.place = n}; }},
    {"permutation", "n", [](auto n) { random_numbers.permutation(n); }},
    {"snapshot", "limit", [](auto n) { (void)SnapshotOptions{.limit = n}; }},
    {"recorder", "every", [](auto n) { (void)RecorderOptions{.every = n}; }},
    {"trace", "limit", [](auto n) { (void)TraceOptions{.limit = n}; }},
    {"check", "full", [](auto n) { (void)CheckOptions{.full = n}; }},
};
TEST(Settings, OfSettingsAreRefusedByName) {
  for (const Setting64& each : settings) {
    EXPECT_EQ(error_of([&] { each.set(std::uint64_t(1) << 63); }),
              std::string("[") + each.where + "] " + each.what +
                  " is 9223372036854775808, outside -9223372036854775808 to "
                  "9223372036854775807. Use one in that range.");
    EXPECT_EQ(error_of([&] { each.set(2); }), "no error") << each.where << " " << each.what;
  }
}
TEST(Settings, OfThirtyTwoBitsDoNotWrap) {
  constexpr std::int64_t far = std::int64_t(1) << 33;
  const std::string end =
      " is 8589934592, outside -2147483648 to 2147483647. Use one in that range.";
  EXPECT_EQ(error_of([] { (void)TraceOptions{.digits = far}; }), "[trace] digits" + end);
  EXPECT_EQ(error_of([] { (void)ChainOptions{.paths = far}; }), "[chain] paths" + end);
  EXPECT_EQ(error_of([] { (void)DotOptions{.decimals = far}; }), "[dot] decimals" + end);
  EXPECT_EQ(error_of([] { (void)SvgOptions{.boxes = far}; }), "[svg] boxes" + end);
  EXPECT_EQ(error_of([] { Chart{.columns = far}; }), "[chart] columns" + end);
  EXPECT_EQ(error_of([&] { Fold::at_depth(far); }), "[fold] the depth" + end);
  EXPECT_EQ(error_of([] { (void)LbfgsOptions{.memory = far}; }), "[lbfgs] memory" + end);
  EXPECT_EQ(error_of([] { (void)CheckOptions{.shown = far}; }), "[check] shown" + end);
  EXPECT_EQ(error_of([] { Thresholds{.examples = far}; }), "[problems] examples" + end);
  EXPECT_EQ(error_of([&] { set_threads(far); }), "[threads] the number of threads" + end);
  Tape<> tape;
  const Node<> y = exp(tape.input(1.0));
  EXPECT_EQ(error_of([&] { y.local(far); }), "[local] k" + end);
  EXPECT_EQ(error_of([&] { y.input(far); }), "[input] k" + end);
  EXPECT_EQ(y.input(0).item(), 1);
}
TEST(Settings, OfSeedsAreNotNegative) {
  const std::string end =
      "the seed is -1, outside 0 to 18446744073709551615. Use one in that range.";
  const Dataset data{.x = Matrix(4, 1), .labels = {0, 1, 0, 1}};
  EXPECT_EQ(error_of([] { Random(-1); }), "[random] " + end);
  EXPECT_EQ(error_of([] { Batches(4, 2, -1); }), "[Batches] " + end);
  EXPECT_EQ(error_of([&] { shuffled(data, -1); }), "[shuffled] " + end);
  EXPECT_EQ(error_of([&] { split(data, 0.5, -1); }), "[split] " + end);
  EXPECT_EQ(error_of([&] { split_stratified(data, 0.5, -1); }), "[split_stratified] " + end);
  EXPECT_EQ(error_of([] { random_numbers.below(-1); }),
            "[below] n is -1, outside 0 to 18446744073709551615. Use one in that range.");
  EXPECT_EQ(split(data, 0.5, 1).test.size(), 2);
}
TEST(Settings, OfAStateAreNotNegative) {
  Tape<> tape;
  const LstmCell<> cell("cell", 2, 3, random_numbers);
  EXPECT_EQ(error_of([&] { cell.start(tape, -1); }),
            "[cell] the state is for -1 sequences. Give 0 or more.");
  EXPECT_EQ(cell.start(tape, 0).h.shape(), Shape({0, 3}));
}

}  // namespace
}  // namespace glassgrad
