// MultiHeadAttention against plain loops; who sees whom; what it says to bad input.
#include "glassgrad/nn/multi_head_attention.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "glassgrad/nn/nn.hpp"
#include "glassgrad/ops/functions/rearrange.hpp"
#include "support/error_of.hpp"
#include "support/module_checks.hpp"

namespace glassgrad {
namespace {

using Numbers = std::vector<double>;
using Rows = std::vector<Numbers>;

Rows dense(const Dense<double>& layer, const Rows& x) {
  Rows y;
  for (const Numbers& row : x) {
    y.emplace_back(layer.b.value().begin(), layer.b.value().end());
    for (std::size_t j = 0; j < y.back().size(); ++j)
      for (std::size_t k = 0; k < row.size(); ++k)
        y.back()[j] += row[k] * layer.W.value()(std::int64_t(k), std::int64_t(j));
  }
  return y;
}

// One sequence: every head takes its share of each row, weighs what it may see, sums.
Rows plain(const MultiHeadAttention<double>& layer, const Rows& x, const Rows& from, bool causal) {
  const Rows q = dense(layer.query, x), k = dense(layer.key, from), v = dense(layer.value, from);
  const std::size_t d = std::size_t(layer.size() / layer.heads());
  Rows mixed(x.size(), Numbers(std::size_t(layer.size()), 0.0));
  for (std::size_t first = 0; first < std::size_t(layer.size()); first += d)
    for (std::size_t i = 0; i < x.size(); ++i) {
      Numbers weights;
      double total = 0;
      for (std::size_t j = 0; j < (causal ? i + 1 : from.size()); ++j) {
        double dot = 0;
        for (std::size_t l = first; l < first + d; ++l) dot += q[i][l] * k[j][l];
        weights.push_back(std::exp(dot / std::sqrt(double(d))));
        total += weights.back();
      }
      for (std::size_t j = 0; j < weights.size(); ++j)
        for (std::size_t l = first; l < first + d; ++l) mixed[i][l] += weights[j] / total * v[j][l];
    }
  return dense(layer.out, mixed);
}
Rows rows_of(const Node<double>& x, std::int64_t sequence) {
  const std::int64_t steps = x.shape().from_end(2), size = x.shape().from_end(1);
  Rows all;
  for (std::int64_t i = 0; i < steps; ++i) {
    const double* row = x.value().data + (sequence * steps + i) * size;
    all.emplace_back(row, row + size);
  }
  return all;
}
void expect_rows(const Rows& found, const Rows& wanted) {
  ASSERT_EQ(found.size(), wanted.size());
  for (std::size_t i = 0; i < found.size(); ++i)
    for (std::size_t j = 0; j < found[i].size(); ++j)
      EXPECT_NEAR(found[i][j], wanted[i][j], 1e-14) << i << ", " << j;
}

TEST(MultiHeadAttention, IsItsFormulaHeadByHead) {
  Random random(1);
  for (const bool causal : {false, true}) {
    MultiHeadAttention<double> layer("look", 6, 3, random, {.causal = causal});
    randomise(layer, 3);
    Tape<double> tape;
    const Node<double> x = drawn_on(tape, {2, 4, 6}, 5), y = layer(x);
    ASSERT_EQ(y.shape(), (Shape{2, 4, 6}));
    for (std::int64_t n = 0; n < 2; ++n)
      expect_rows(rows_of(y, n), plain(layer, rows_of(x, n), rows_of(x, n), causal));
  }
}

TEST(MultiHeadAttention, AttendsToAnotherSequence) {
  Random random(1);
  MultiHeadAttention<double> layer("look", 4, 2, random);
  randomise(layer, 3);
  Tape<double> tape;
  const Node<double> x = drawn_on(tape, {3, 4}, 5), from = drawn_on(tape, {5, 4}, 6);
  const Node<double> y = layer(x, from);
  ASSERT_EQ(y.shape(), (Shape{3, 4}));
  expect_rows(rows_of(y, 0), plain(layer, rows_of(x, 0), rows_of(from, 0), false));
}

TEST(MultiHeadAttention, HasItsGradients) {
  Random random(1);
  for (const bool causal : {false, true}) {
    MultiHeadAttention<double> layer("look", 4, 2, random, {.causal = causal});
    randomise(layer, 3);
    expect_gradients(layer, {2, 3, 4});
  }
}

// d(output i)/d(input j) is 0 for every j > i, and not before.
TEST(MultiHeadAttention, ACausalOneSeesNothingLater) {
  Random random(1);
  MultiHeadAttention<double> layer("look", 4, 2, random, {.causal = true});
  randomise(layer, 3);
  Tape<double> tape;
  const Node<double> x = drawn_on(tape, {4, 4}, 5), y = layer(x);
  for (std::int64_t i = 0; i < 4; ++i) {
    tape.backward(sum(square(select(y, 0, i))));
    for (std::int64_t j = 0; j < 4; ++j) {
      double size = 0;
      for (int l = 0; l < 4; ++l) size += std::abs(x.upstream()(j, l));
      EXPECT_EQ(size != 0, j <= i) << i << ", " << j;
    }
  }
}

TEST(MultiHeadAttention, ItsParametersHaveTheirNames) {
  Random random(1);
  MultiHeadAttention<double> layer("look", 4, 2, random, {.bias = false});
  std::vector<std::string> names;
  for (const Parameter<double>* parameter : layer.parameters()) names.push_back(parameter->name());
  EXPECT_EQ(names,
            (std::vector<std::string>{"look.query.W", "look.key.W", "look.value.W", "look.out.W"}));
}

TEST(MultiHeadAttention, SaysWhatDoesNotFit) {
  Random random(1);
  EXPECT_EQ(error_of([&] { MultiHeadAttention<double>("look", 6, 4, random); }),
            "[look] the layer has 4 heads for 6 numbers. Give a number of heads that divides the "
            "size.");
  MultiHeadAttention<double> layer("look", 4, 2, random, {.causal = true});
  Tape<double> tape;
  EXPECT_EQ(error_of([&] {
              layer(tape.zeros({2, 3}));
            }),
            "[look] x is (2, 3), the layer has size 4. Give sequences: (..., steps, 4).");
  EXPECT_EQ(error_of([&] {
              layer(tape.zeros({2, 4}), tape.zeros({4}));
            }),
            "[look] the other sequence is (4), the layer has size 4. Give sequences: (..., steps, "
            "4).");
  EXPECT_EQ(error_of([&] {
              layer(tape.zeros({2, 4}), tape.zeros({3, 4}));
            }),
            "[look] a causal layer is given 2 steps and 3 to attend to. Give as many, or make a "
            "layer that is not causal.");
}

}  // namespace
}  // namespace glassgrad
