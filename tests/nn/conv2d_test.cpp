// Conv2d, pooling layers and Flatten: sums written out, gradients, what they say to bad input.
#include "glassgrad/nn/conv2d.hpp"

#include <cmath>

#include "glassgrad/nn/nn.hpp"
#include "support/error_of.hpp"
#include "support/module_checks.hpp"

namespace glassgrad {
namespace {

// The sum itself, place by place, zeros outside the image.
double one_output(const Conv2d<double>& layer, const Sliding& s, const Node<double>& x,
                  std::int64_t n, std::int64_t o, std::int64_t i, std::int64_t j) {
  const Shape &W = layer.W.shape(), &shape = x.shape();
  const std::int64_t group = o / (W[0] / s.groups);
  double sum = layer.b.value()[o];
  for (std::int64_t c = 0; c < W[1]; ++c)
    for (std::int64_t k = 0; k < W[2]; ++k)
      for (std::int64_t l = 0; l < W[3]; ++l) {
        const std::int64_t row = i * s.stride.rows + k * s.dilation.rows - s.padding.rows;
        const std::int64_t column =
            j * s.stride.columns + l * s.dilation.columns - s.padding.columns;
        if (row < 0 || row >= shape[2] || column < 0 || column >= shape[3]) continue;
        sum += x.value()(n, group * W[1] + c, row, column) * layer.W.value()(o, c, k, l);
      }
  return sum;
}

TEST(Conv2d, IsTheSumOverEveryWindow) {
  Random random(1);
  for (const Sliding& s : {Sliding{}, Sliding{2, 1, 1, 2}, Sliding{{1, 2}, {2, 0}, {2, 1}, 1}}) {
    Conv2d<double> layer("conv", 4, 6, {3, 2}, random, {.sliding = s});
    randomise(layer, 3);
    Tape<double> tape;
    const Node<double> x = drawn_on(tape, {2, 4, 7, 6}, 5), y = layer(x);
    ASSERT_EQ(y.shape().rank(), 4);
    EXPECT_EQ(y.shape()[1], 6);
    for (std::int64_t n = 0; n < 2; ++n)
      for (std::int64_t o = 0; o < 6; ++o)
        for (std::int64_t i = 0; i < y.shape()[2]; ++i)
          for (std::int64_t j = 0; j < y.shape()[3]; ++j)
            EXPECT_NEAR(y.value()(n, o, i, j), one_output(layer, s, x, n, o, i, j), 1e-14);
  }
}

TEST(Conv2d, HasItsGradients) {
  Random random(1);
  Conv2d<double> layer("conv", 2, 4, {3, 2}, random, {.sliding = {2, 1, 1, 2}});
  randomise(layer, 3);
  expect_gradients(layer, {2, 2, 5, 4});
}

// One image without its axis of examples, and no bias.
TEST(Conv2d, TakesASingleImage) {
  Random random(1);
  Conv2d<double> layer("conv", 2, 3, 2, random, {.bias = false});
  EXPECT_EQ(layer.parameters().size(), 1U);
  Tape<double> tape;
  const Node<double> x = drawn_on(tape, {1, 2, 4, 4}, 5);
  const Node<double> many = layer(x), one = layer(reshape(x, {2, 4, 4}));
  EXPECT_EQ(one.shape(), (Shape{3, 3, 3}));
  EXPECT_TRUE(std::equal(one.value().begin(), one.value().end(), many.value().begin()));
  EXPECT_EQ(tape.records().scopes()[tape.records().scope_of(one.index())].name, "conv");
  EXPECT_EQ(one.name(), "conv.z");
}

// Glorot's bounds for windows: 3 x 3 numbers of 2 of the 4 channels come in, each enters 3 x 3 sums
// of 3 of the 6.
TEST(Conv2d, StartsWithinTheBoundsOfItsFan) {
  Random random(1);
  Conv2d<double> layer("conv", 4, 6, 3, random, {.sliding = {1, 0, 1, 2}});
  const double bound = std::sqrt(6.0 / (2 * 9 + 3 * 9));
  double most = 0;
  for (const double w : layer.W.value()) most = std::max(most, std::abs(w));
  EXPECT_LT(most, bound);
  EXPECT_GT(most, 0.9 * bound);
  for (const double b : layer.b.value()) EXPECT_EQ(b, 0);
}

TEST(Conv2d, SaysWhatDoesNotFit) {
  Random random(1);
  EXPECT_EQ(error_of([&] {
              Conv2d<double>("conv", 0, 2, {3, 2}, random);
            }),
            "[conv] the number of inputs is 0. Give at least 1.");
  EXPECT_EQ(error_of([&] {
              Conv2d<double>("conv", 4, 3, 3, random, {.sliding = {1, 0, 1, 2}});
            }),
            "[conv] 4 inputs and 3 outputs do not fall into 2 groups. Give a number of groups that "
            "divides both.");
  Conv2d<double> layer("conv", 2, 3, 3, random);
  Tape<double> tape;
  EXPECT_EQ(
      error_of([&] {
        layer(tape.zeros({5, 3, 8, 8}));
      }),
      "[conv] x is (5, 3, 8, 8), the layer has 2 input channels. Give images: (N, 2, H, W) or "
      "(2, H, W).");
  EXPECT_EQ(error_of([&] {
              layer(tape.zeros({5, 2, 8, 2}));
            }),
            "[conv2d] a window spans 3 x 3 entries, the images are 8 x 2 with padding 0 x 0. Use a "
            "smaller window or more padding.");
  EXPECT_EQ(error_of([&] { Flatten<double>()(tape.zeros({4})); }),
            "[flatten] x is (4). Give examples: (N, ...).");
  EXPECT_EQ(
      error_of([&] {
        MaxPool2d<double>(3)(tape.zeros({2, 2}));
      }),
      "[max_pool2d] a window spans 3 entries, there are 2 and padding 0. Use a smaller window "
      "or more padding.");
}

TEST(Pooling, TakesTheLargestOrTheMean) {
  Tape<double> tape;
  const Node<double> x = tape.input({{{{1, 5, 2, 0}, {3, -1, 4, 8}}}});
  const Node<double> largest = MaxPool2d<double>(2)(x), means = AvgPool2d<double>({2, 1})(x);
  EXPECT_EQ(largest.shape(), (Shape{1, 1, 1, 2}));
  EXPECT_EQ(largest.value()[0], 5);
  EXPECT_EQ(largest.value()[1], 8);
  EXPECT_EQ(means.shape(), (Shape{1, 1, 1, 4}));
  for (int j = 0; j < 4; ++j) EXPECT_EQ(means.value()[j], (std::vector<double>{2, 2, 3, 4})[j]);
}

TEST(Pooling, HasItsGradients) {
  MaxPool2d<double> largest(2, {.stride = 1});
  AvgPool2d<double> mean({2, 3}, {.padding = {1, 1}});
  for (Module<double>* layer :
       {static_cast<Module<double>*>(&largest), static_cast<Module<double>*>(&mean)}) {
    const std::vector<double> x = drawn({2, 3, 4, 5}, 7);
    const Shape shape{2, 3, 4, 5};
    const GradientReport report =
        check_gradients([&](const Node<double>& in) { return (*layer)(in); },
                        {View<const double>{x.data(), &shape}});
    EXPECT_TRUE(report.ok) << report.text();
  }
}

TEST(Convolutional, NetworksAreChains) {
  Random random(1);
  Sequential<double> model;
  model.add(Conv2d<double>("conv", 1, 4, 3, random, {.sliding = {.padding = 1}}))
      .add("relu")
      .add(MaxPool2d<double>(2))
      .add(Flatten<double>())
      .add(Dense<double>("out", 64, 10, random));
  EXPECT_EQ(summary(model, Shape{5, 1, 8, 8}),
            "layer       output        parameters\n"
            "input       (5, 1, 8, 8)            \n"
            "conv        (5, 4, 8, 8)          40\n"
            "relu        (5, 4, 8, 8)           0\n"
            "max_pool2d  (5, 4, 4, 4)           0\n"
            "flatten     (5, 64)                0\n"
            "out         (5, 10)              650\n"
            "total                            690\n");
}

}  // namespace
}  // namespace glassgrad
