// Dropout: the mask's mean and its bits, training against evaluation, masks by number.
#include "glassgrad/nn/dropout.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "glassgrad/nn/sequential.hpp"
#include "glassgrad/ops/ops.hpp"
#include "support/error_of.hpp"

namespace glassgrad {
namespace {

using Numbers = std::vector<double>;

Numbers numbers(const Node<double>& node) { return {node.value().begin(), node.value().end()}; }

// What the layer makes of 1000 ones.
Numbers of_ones(Dropout<double>& layer) {
  Tape<double> tape;
  return numbers(layer(tape.constant(Numbers(1000, 1.0))));
}

TEST(Dropout, ZeroesWithItsProbabilityAndKeepsTheMean) {
  Random random(5);
  for (const double probability : {0.1, 0.5, 0.8}) {
    Dropout<double> layer("drop", probability, random);
    double zeros = 0, sum = 0;
    constexpr int draws = 100;
    for (int draw = 0; draw < draws; ++draw)
      for (const double y : of_ones(layer)) {
        EXPECT_TRUE(y == 0 || y == 1 / (1 - probability));
        zeros += y == 0;
        sum += y;
      }
    const double count = 1000.0 * draws;  // five standard deviations either way
    const double within = 5 * std::sqrt(probability * (1 - probability) / count);
    EXPECT_NEAR(zeros / count, probability, within);
    EXPECT_NEAR(sum / count, 1, within / (1 - probability));
  }
}

TEST(Dropout, PassesEverythingInEvaluation) {
  Random random(5);
  Dropout<double> layer("drop", 0.5, random);
  layer.eval();
  Tape<double> tape;
  const Node<double> x = tape.input({1, 2, 3});
  EXPECT_EQ(layer(x).index(), x.index());  // the node itself
  EXPECT_EQ(layer.mode().draw, 0);
  layer.train();
  EXPECT_NE(layer(x).index(), x.index());
  EXPECT_EQ(layer.mode().draw, 1);
  Dropout<double> none("none", 0, random);
  EXPECT_EQ(none(x).index(), x.index());
}

// The upstream passes where the number did, as much larger.
TEST(Dropout, TheUpstreamHasTheSameMask) {
  Random random(5);
  Dropout<double> layer("drop", 0.5, random);
  Tape<double> tape;
  const Node<double> x = tape.input(Numbers(100, 3.0));
  const Node<double> y = layer(x);
  tape.backward(sum(y));
  for (int i = 0; i < 100; ++i) EXPECT_EQ(x.upstream()[i], y.value()[i] / 3);
}

// Nothing is captured on the host: the mask is an op on a leaf that holds the draw's number.
TEST(Dropout, TheDrawIsALeafOfTheTape) {
  Random random(5);
  Dropout<double> layer("drop", 0.5, random);
  Tape<double> tape;
  layer.seek(41);
  layer(tape.constant({1, 2}));
  const std::string_view names[] = {"", "drop.draw", "drop.mask"};
  for (std::uint32_t i = 1; i < 3; ++i) EXPECT_EQ(tape.records().name_of(i), names[i]);
  EXPECT_EQ(Indices<double>(tape.records().node(1)).values()[0], 41);
  EXPECT_EQ(tape.records().node(2).op(), "dropout_mask");
}

TEST(Dropout, MasksGoByNumberWhateverCameBefore) {
  Random random(5);
  Dropout<double> layer("drop", 0.5, random);
  std::vector<Numbers> masks;
  for (int i = 0; i < 3; ++i) masks.push_back(of_ones(layer));
  EXPECT_NE(masks[0], masks[1]);
  EXPECT_NE(masks[1], masks[2]);
  layer.seek(1);
  EXPECT_EQ(of_ones(layer), masks[1]);
  EXPECT_EQ(of_ones(layer), masks[2]);
}

// Bit 1 of entry 0 and 1 of draw 0, by the generator's own functions.
TEST(DropoutMask, IsTheStreamOfItsDraw) {
  Tape<double> tape;
  const Node<double> mask = dropout_mask(tape.indices({3}), Shape{2, 3}, 0.25, 9);
  for (int i = 0; i < 6; ++i)
    EXPECT_EQ(mask.value()[i], uniform_at(9, 3, std::uint64_t(i)) < 0.25 ? 0 : 1 / 0.75);
  Tape<float> narrow;
  const Node<float> same = dropout_mask(narrow.indices({3}), Shape{2, 3}, 0.25, 9);
  for (int i = 0; i < 6; ++i) EXPECT_EQ(same.value()[i], float(mask.value()[i]));
}

TEST(DropoutMask, RefusesWhatItCannotDraw) {
  Tape<double> tape;
  EXPECT_EQ(error_of([&] {
              dropout_mask(tape.indices({1, 2}), Shape{2}, 0.5, 1);
            }),
            "[dropout_mask] the draw is (2). Give one position: the number of the draw.");
  EXPECT_EQ(error_of([&] { dropout_mask(tape.indices({1}), Shape{2}, 1, 1); }),
            "[dropout_mask] the probability is 1. Give a number from 0 to below 1.");
  Random random(1);
  EXPECT_EQ(error_of([&] { Dropout<double>("drop", -0.5, random); }),
            "[drop] the probability is -0.5. Give a number from 0 to below 1.");
}

TEST(Modes, ReachEveryModuleInside) {
  Random random(1);
  auto model = make_network<double>({3, {"50", "dropout:0.5", "50", "dropout:0.5", "1"}}, random);
  Tape<double> tape;
  const Node<double> x = tape.constant({{1, 2, 3}});
  const auto run = [&] { return model(x).item(); };
  model.eval();
  const double plain = run();
  EXPECT_EQ(run(), plain);
  model.train();
  const double first = run(), second = run();
  EXPECT_NE(first, plain);
  EXPECT_NE(first, second);
  model.seek(1);
  EXPECT_EQ(run(), second);
  {
    const Evaluating evaluating(model);
    EXPECT_EQ(run(), plain);
  }
  model.seek(0);
  EXPECT_EQ(run(), first);
}

// Asking for a table, or evaluating, takes no draw and leaves the mode.
TEST(Modes, ASummaryChangesNothing) {
  Random random(1);
  auto model = make_network<double>({2, {"4", "dropout:0.5", "1"}}, random);
  Tape<double> tape;
  const Node<double> x = tape.constant({{1, 2}});
  const double first = model(x).item();
  model.seek(0);
  EXPECT_EQ(summary(model, Shape{1, 2}),
            "layer     output  parameters\n"
            "input     (1, 2)            \n"
            "layer1    (1, 4)          12\n"
            "dropout1  (1, 4)           0\n"
            "layer2    (1, 1)           5\n"
            "total                     17\n");
  EXPECT_EQ(model(x).item(), first);
}

TEST(Layers, DropoutFromText) {
  EXPECT_EQ(layers_from("64,dropout:0.25"), (std::vector<std::string>{"64", "dropout:0.25"}));
  for (const char* wrong : {"dropout", "dropout:", "dropout:1", "dropout:half", "dropout:-0.1"})
    EXPECT_EQ(error_of([&] { layers_from(wrong); }),
              "[layers] \"" + std::string(wrong) +
                  "\" says no probability from 0 to below 1. Write dropout:0.5.");
}

}  // namespace
}  // namespace glassgrad
