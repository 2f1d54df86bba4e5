// LayerNorm and BatchNorm against plain loops; what BatchNorm keeps, and how it is saved.
#include "glassgrad/nn/normalization.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include <unistd.h>

#include "glassgrad/io/model.hpp"
#include "glassgrad/nn/nn.hpp"
#include "glassgrad/optim/optim.hpp"
#include "glassgrad/program/program.hpp"
#include "support/error_of.hpp"
#include "support/module_checks.hpp"

namespace glassgrad {
namespace {

using Numbers = std::vector<double>;

Numbers numbers(const auto& view) { return {view.begin(), view.end()}; }

TEST(LayerNorm, IsTheFormulaOfEachRow) {
  LayerNorm<double> layer("norm", 5);
  randomise(layer, 3);
  Tape<double> tape;
  const Node<double> x = drawn_on(tape, {2, 3, 5}, 5), y = layer(x);
  for (std::int64_t row = 0; row < 6; ++row) {
    double mean = 0, variance = 0;
    for (int j = 0; j < 5; ++j) mean += x.value()[row * 5 + j] / 5;
    for (int j = 0; j < 5; ++j) variance += std::pow(x.value()[row * 5 + j] - mean, 2) / 5;
    for (int j = 0; j < 5; ++j)
      EXPECT_NEAR(
          y.value()[row * 5 + j],
          layer.gamma.value()[j] * (x.value()[row * 5 + j] - mean) / std::sqrt(variance + 1e-5) +
              layer.beta.value()[j],
          1e-14);
  }
  expect_gradients(layer, {4, 5});
}

// Mean and variance of channel c over everything else, the variance divided by n.
std::pair<double, double> moments(const Node<double>& x, std::int64_t c) {
  const std::int64_t channels = x.shape()[1], after = x.shape().count() / x.shape()[0] / channels;
  const double n = double(x.shape()[0] * after);
  double mean = 0, variance = 0;
  const auto each = [&](auto&& f) {
    for (std::int64_t i = 0; i < x.shape().count(); ++i)
      if (i / after % channels == c) f(x.value()[i]);
  };
  each([&](double number) { mean += number / n; });
  each([&](double number) { variance += (number - mean) * (number - mean) / n; });
  return {mean, variance};
}

TEST(BatchNorm, TrainsWithTheBatchAndEvaluatesWithWhatItKept) {
  BatchNorm<double> layer("norm", 3, {.eps = 1e-3, .momentum = 0.25});
  randomise(layer, 3);
  Tape<double> tape;
  const Node<double> x = drawn_on(tape, {4, 3, 2, 2}, 5);
  Numbers kept_mean(3, 0), kept_variance(3, 1);
  for (int use = 0; use < 2; ++use) {
    const Node<double> y = layer(x);
    for (std::int64_t c = 0; c < 3; ++c) {
      const auto [mean, variance] = moments(x, c);
      kept_mean[c] = 0.75 * kept_mean[c] + 0.25 * mean;
      kept_variance[c] = 0.75 * kept_variance[c] + 0.25 * variance * 16 / 15;
      EXPECT_NEAR(layer.mean.value()[c], kept_mean[c], 1e-15);
      EXPECT_NEAR(layer.variance.value()[c], kept_variance[c], 1e-15);
      EXPECT_NEAR(
          y.value()(1, c, 0, 1),
          layer.gamma.value()[c] * (x.value()(1, c, 0, 1) - mean) / std::sqrt(variance + 1e-3) +
              layer.beta.value()[c],
          1e-14);
    }
  }
  layer.eval();
  const Node<double> y = layer(x);
  for (std::int64_t c = 0; c < 3; ++c) {
    EXPECT_NEAR(layer.mean.value()[c], kept_mean[c], 1e-15);  // evaluating moves nothing
    EXPECT_NEAR(y.value()(1, c, 0, 1),
                layer.gamma.value()[c] * (x.value()(1, c, 0, 1) - kept_mean[c]) /
                        std::sqrt(kept_variance[c] + 1e-3) +
                    layer.beta.value()[c],
                1e-14);
  }
}

TEST(BatchNorm, HasItsGradientsInBothModes) {
  BatchNorm<double> layer("norm", 3);
  randomise(layer, 3);
  expect_gradients(layer, {4, 3});
  expect_gradients(layer, {2, 3, 2});
  layer.eval();
  expect_gradients(layer, {4, 3});
}

// What is kept is no weight: no optimizer moves it, whatever was frozen and unfrozen before.
TEST(BatchNorm, WhatItKeepsIsNotLearnt) {
  BatchNorm<double> layer("norm", 2, {.momentum = 0});
  layer.freeze();
  layer.unfreeze();
  layer.eval();
  const auto parameters = layer.parameters();
  AdamW<double> adamw(0.1);
  Tape<double> tape;
  tape.backward(sum(square(layer(drawn_on(tape, {5, 2}, 1)))));
  tape.add_to_parameters();
  adamw.step(parameters);
  EXPECT_EQ(numbers(layer.mean.value()), (Numbers{0, 0}));
  EXPECT_EQ(numbers(layer.variance.value()), (Numbers{1, 1}));
  EXPECT_NE(numbers(layer.gamma.value()), (Numbers{1, 1}));
}

TEST(BatchNorm, WhatItKeepsIsSavedByName) {
  const auto path = std::filesystem::temp_directory_path() /
                    ("glassgrad-batch-norm-" + std::to_string(::getpid()) + ".model");
  BatchNorm<double> saved("norm", 3), loaded("norm", 3);
  randomise(saved, 3);
  Tape<double> tape;
  const Node<double> x = drawn_on(tape, {4, 3}, 5);
  saved(x);
  save_model(path.string(), saved.parameters());
  load_model(path.string(), loaded.parameters());
  std::filesystem::remove(path);
  std::vector<std::string> names;
  for (const Parameter<double>* parameter : loaded.parameters()) names.push_back(parameter->name());
  EXPECT_EQ(names,
            (std::vector<std::string>{"norm.gamma", "norm.beta", "norm.mean", "norm.variance"}));
  saved.eval(), loaded.eval();
  Tape<double> other;
  EXPECT_EQ(numbers(loaded(other.constant(x.value())).value()), numbers(saved(x).value()));
}

TEST(BatchNorm, ProgramsTakeItInEvaluationOnly) {
  BatchNorm<double> layer("norm", 2);
  const auto f = [&](Tape<double>&, const Fed<double>& in) { return sum(square(layer(in[0]))); };
  const Numbers x = drawn({5, 2}, 1);
  const Shape shape{5, 2};
  const View<const double> view{x.data(), &shape};
  EXPECT_EQ(
      error_of([&] { compile<double>(f, {view}); }),
      "[compile] the function looked at the numbers of node 9 (mean) while it was recorded. "
      "A program computes the same for all numbers: choose between nodes by where, or give as an "
      "input what depends on numbers.");
  layer.eval();
  auto program = compile<double>(f, {view});
  layer.mean.change()[0] = 0.5;  // a program reads what is kept at present
  Tape<double> tape;
  EXPECT_EQ(program(view), sum(square(layer(tape.constant(view)))).item());
}

TEST(Normalising, SaysWhatDoesNotFit) {
  Tape<double> tape;
  EXPECT_EQ(error_of([] { LayerNorm<double>("norm", 0); }),
            "[norm] the size is 0. Give at least 1.");
  EXPECT_EQ(error_of([] { LayerNorm<double>("norm", 3, 0); }),
            "[norm] eps is 0. Give a positive number, such as 1e-5.");
  EXPECT_EQ(error_of([] { BatchNorm<double>("norm", 3, {.momentum = 1.5}); }),
            "[norm] the momentum is 1.5. Give a number from 0 to 1.");
  EXPECT_EQ(error_of([&] {
              LayerNorm<double>("norm", 3)(tape.zeros({3, 4}));
            }),
            "[norm] x is (3, 4), the layer normalises 3 numbers. Give (..., 3).");
  BatchNorm<double> layer("norm", 3);
  EXPECT_EQ(error_of([&] {
              layer(tape.zeros({3, 4}));
            }),
            "[norm] x is (3, 4), the layer has 3 channels. Give channels on axis 1: (N, 3, ...).");
  EXPECT_EQ(error_of([&] {
              layer(tape.zeros({1, 3}));
            }),
            "[norm] x is (1, 3): 1 numbers of each channel. Train with at least two, or evaluate: "
            "module.eval().");
  EXPECT_EQ(numbers(layer.variance.value()), (Numbers{1, 1, 1}));
  layer.eval();
  EXPECT_EQ(layer(tape.zeros({1, 3})).shape(), (Shape{1, 3}));
}

}  // namespace
}  // namespace glassgrad
