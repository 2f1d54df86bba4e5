// Layers, options, schedules, data and seeds that are given a whole number which does not fit:
// refused in the name of what was given, with its value. That each takes every type of whole
// number: whole_numbers_test.cpp.
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "glassgrad/glassgrad.hpp"
#include "glassgrad/show/picture/chart.hpp"
#include "support/error_of.hpp"

namespace glassgrad {
namespace {

// Outside of what is kept: the names of what was given, and the value. 2 is what the advice asks
// for.
constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max(), least = -most - 1;
struct Takes {
  std::int64_t lowest;
  bool asks;  // for a number of at least that
};
Takes at_least(std::int64_t lowest) { return {lowest, true}; }
Takes kept(std::int64_t lowest) { return {lowest, false}; }
struct Setting64 {
  const char *where, *what;
  Takes takes;
  std::function<void(WholeNumber)> set;
};
Random random_numbers(1);
const std::vector<std::int64_t> labels{0, 1};
const Setting64 settings[] = {
    {"Z", "the number of inputs", at_least(1), [](auto n) { Dense<>("Z", n, 2, random_numbers); }},
    {"Z", "the number of outputs", at_least(1), [](auto n) { Dense<>("Z", 2, n, random_numbers); }},
    {"E", "the number of vectors", at_least(1),
     [](auto n) { Embedding<>("E", n, 2, random_numbers); }},
    {"E", "the size of a vector", at_least(1),
     [](auto n) { Embedding<>("E", 2, n, random_numbers); }},
    {"L", "the number of inputs", at_least(1), [](auto n) { Lstm<>("L", n, 2, random_numbers); }},
    {"L", "the number of hidden units", at_least(1),
     [](auto n) { LstmCell<>("L", 2, n, random_numbers); }},
    {"L", "the number of sequences", at_least(0),
     [](auto n) {
       Tape<> tape;
       LstmCell<>("L", 2, 2, random_numbers).start(tape, n);
     }},
    {"N", "the size", at_least(1), [](auto n) { LayerNorm<>("N", n); }},
    {"N", "the number of channels", at_least(1), [](auto n) { BatchNorm<>("N", n); }},
    {"A", "the size", at_least(1), [](auto n) { MultiHeadAttention<>("A", n, 1, random_numbers); }},
    {"C", "the number of inputs", at_least(1),
     [](auto n) { Conv2d<>("C", n, 2, 3, random_numbers); }},
    {"C", "the number of outputs", at_least(1),
     [](auto n) { Conv2d<>("C", 2, n, 3, random_numbers); }},
    {"architecture", "inputs", kept(least), [](auto n) { (void)Architecture{.inputs = n}; }},
    {"seek", "draw", kept(0), [](auto n) { Sequential<>().seek(n); }},
    {"step_decay", "every", kept(least), [](auto n) { step_decay(0.1, n, 0.5); }},
    {"cosine_decay", "steps", kept(least), [](auto n) { cosine_decay(0.1, n); }},
    {"warm_up", "steps", kept(least), [](auto n) { warm_up(constant_rate(0.1), n); }},
    {"schedule", "step", kept(least), [](auto n) { constant_rate(0.1)(n); }},
    {"stopping", "patience", kept(0), [](auto n) { (void)StopOptions{.patience = n}; }},
    {"lbfgs", "most_steps", kept(0), [](auto n) { (void)LbfgsOptions{.most_steps = n}; }},
    {"Matrix", "rows", kept(least), [](auto n) { Matrix(n, 2); }},
    {"Matrix", "columns", kept(least), [](auto n) { Matrix(2, n); }},
    {"one_hot", "classes", kept(least), [](auto n) { one_hot(labels, n); }},
    {"Batches", "examples", kept(least), [](auto n) { Batches(n, 2, 1); }},
    {"Batches", "batch_size", kept(least), [](auto n) { Batches(4, n, 1); }},
    {"Batches", "epoch", kept(least), [](auto n) { Batches(4, 2, 1).rows(n, 0); }},
    {"ConfusionMatrix", "classes", kept(least), [](auto n) { ConfusionMatrix(labels, labels, n); }},
    {"ConfusionMatrix", "a label", kept(least),
     [](auto n) { ConfusionMatrix(labels, labels, 3).score(n); }},
    {"labels", "place", kept(least), [](auto n) { (void)LabelOptions{.place = n}; }},
    {"permutation", "n", at_least(0), [](auto n) { random_numbers.permutation(n); }},
    {"snapshot", "limit", kept(0), [](auto n) { (void)SnapshotOptions{.limit = n}; }},
    {"recorder", "every", kept(1), [](auto n) { (void)RecorderOptions{.every = n}; }},
    {"trace", "limit", kept(0), [](auto n) { (void)TraceOptions{.limit = n}; }},
    {"check", "full", kept(0), [](auto n) { (void)CheckOptions{.full = n}; }},
};
std::string refused(const Setting64& each, WholeNumber n) {
  const std::string is = std::string("[") + each.where + "] " + each.what + " is " + to_text(n);
  const std::string lowest = std::to_string(each.takes.lowest);
  if (!each.takes.asks)
    return is + ", outside " + lowest + " to 9223372036854775807. Use one in that range.";
  return n.fits<std::int64_t>() ? is + ". Give at least " + lowest + "."
                                : is + ", more than 9223372036854775807. Give at least " + lowest +
                                      ", and no more than you need.";
}
TEST(Settings, OfSettingsAreRefusedByName) {
  for (const Setting64& each : settings) {
    const WholeNumber beyond = std::uint64_t(1) << 63;
    EXPECT_EQ(error_of([&] { each.set(beyond); }), refused(each, beyond));
    EXPECT_EQ(error_of([&] { each.set(2); }), "no error") << each.where << " " << each.what;
    const std::int64_t lowest = each.takes.lowest;
    if (lowest == least) continue;
    EXPECT_EQ(error_of([&] { each.set(lowest - 1); }), refused(each, lowest - 1));
    EXPECT_EQ(error_of([&] { each.set(lowest); }), "no error") << each.where << " " << each.what;
  }
}
TEST(Settings, OfHeadsDivideTheSize) {
  const auto heads = [](WholeNumber n) {
    return error_of([&] { MultiHeadAttention<>("A", 4, n, random_numbers); });
  };
  for (const WholeNumber n :
       {WholeNumber(-1), WholeNumber(0), WholeNumber(3), WholeNumber(std::uint64_t(1) << 63)})
    EXPECT_EQ(heads(n), "[A] the layer has " + to_text(n) +
                            " heads for 4 numbers. Give a number of heads that divides the size.");
  for (const int n : {1, 2, 4}) EXPECT_EQ(heads(n), "no error");
}
TEST(Settings, OfVastLayersNameTheLayer) {
  constexpr std::int64_t half = std::int64_t(1) << 31, far = std::int64_t(1) << 33;
  const std::string none =
      " there is no memory for 4611686018427387904 numbers. Use fewer, or "
      "give memory back: clear tapes and drop what is done with.";
  const std::string wide = " multiply to more than 9223372036854775807. Use smaller sizes.";
  EXPECT_EQ(error_of([&] { Dense<>("Z", half, half, random_numbers); }), "[Z]" + none);
  EXPECT_EQ(error_of([&] { Dense<>("Z", far, far, random_numbers); }),
            "[Z] the sizes (8589934592, 8589934592)" + wide);
  EXPECT_EQ(error_of([&] { Embedding<>("E", half, half, random_numbers); }), "[E]" + none);
  EXPECT_EQ(error_of([&] { MultiHeadAttention<>("A", half, 2, random_numbers); }), "[A]" + none);
  EXPECT_EQ(error_of([&] { MultiHeadAttention<>("A", far, 2, random_numbers); }),
            "[A] the sizes (8589934592, 8589934592)" + wide);
  EXPECT_EQ(error_of([&] { Conv2d<>("C", half, half, 1, random_numbers); }), "[C]" + none);
  EXPECT_EQ(error_of([&] { LstmCell<>("L", 1 << 29, half, random_numbers); }), "[L]" + none);
  EXPECT_EQ(error_of([&] { LstmCell<>("L", 1, most, random_numbers); }),
            "[L] 4 times 9223372036854775807 is more than 9223372036854775807. Use smaller sizes.");
  EXPECT_EQ(error_of([&] { LayerNorm<>("N", std::int64_t(1) << 62); }), "[N]" + none);
  EXPECT_EQ(error_of([&] { BatchNorm<>("N", std::int64_t(1) << 62); }), "[N]" + none);
  EXPECT_EQ(error_of([&] { Matrix(half, half); }), "[Matrix]" + none);
  EXPECT_EQ(error_of([&] { Matrix(far, far); }),
            "[Matrix] 8589934592 times 8589934592 is more than 9223372036854775807. Use smaller "
            "sizes.");
  EXPECT_EQ(error_of([&] { ConfusionMatrix(labels, labels, half); }), "[ConfusionMatrix]" + none);
  EXPECT_EQ(error_of([&] { Batches(std::int64_t(1) << 62, 2, 1).rows(0, 0); }), "[Batches]" + none);
}
TEST(Settings, OfThirtyTwoBitsDoNotWrap) {
  constexpr std::int64_t far = std::int64_t(1) << 33;
  const auto end = [](const char* range) {
    return " is 8589934592, outside " + std::string(range) + ". Use one in that range.";
  };
  const std::string whole = end("-2147483648 to 2147483647"), positive = end("1 to 2147483647");
  const std::string natural = end("0 to 2147483647");
  EXPECT_EQ(error_of([] { (void)TraceOptions{.digits = far}; }), "[trace] digits" + positive);
  EXPECT_EQ(error_of([] { (void)ChainOptions{.paths = far}; }), "[chain] paths" + natural);
  EXPECT_EQ(error_of([] { (void)DotOptions{.decimals = far}; }),
            "[dot] decimals" + end("-1 to 2147483647"));
  EXPECT_EQ(error_of([] { (void)SvgOptions{.boxes = far}; }), "[svg] boxes" + natural);
  EXPECT_EQ(error_of([] { (void)Chart{.columns = far}; }), "[chart] columns" + end("1 to 1000"));
  EXPECT_EQ(error_of([&] { Fold::at_depth(far); }), "[fold] the depth" + positive);
  EXPECT_EQ(error_of([] { (void)LbfgsOptions{.memory = far}; }), "[lbfgs] memory" + natural);
  EXPECT_EQ(error_of([] { (void)CheckOptions{.shown = far}; }), "[check] shown" + natural);
  EXPECT_EQ(error_of([] { (void)Thresholds{.examples = far}; }), "[problems] examples" + natural);
  EXPECT_EQ(error_of([&] { set_threads(far); }),
            "[threads] the number of threads" + end("1 to 1024"));
  Tape<> tape;
  const Node<> y = exp(tape.input(1.0));
  EXPECT_EQ(error_of([&] { y.local(far); }), "[local] k" + whole);
  EXPECT_EQ(error_of([&] { y.input(far); }), "[input] k" + whole);
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
            "[cell] the number of sequences is -1. Give at least 0.");
  EXPECT_EQ(cell.start(tape, 0).h.shape(), Shape({0, 3}));
}

}  // namespace
}  // namespace glassgrad
