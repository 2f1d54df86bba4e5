// Embedding and LSTM: rows by position, gates written out, sequences cut into pieces.
#include "glassgrad/nn/lstm.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "glassgrad/nn/nn.hpp"
#include "glassgrad/ops/functions/rearrange.hpp"
#include "glassgrad/ops/rules/matmul.hpp"
#include "support/error_of.hpp"
#include "support/module_checks.hpp"

namespace glassgrad {
namespace {

using Numbers = std::vector<double>;

TEST(Embedding, TakesRowsAndAddsTheirUpstreams) {
  Random random(1);
  Embedding<double> layer("letters", 4, 3, random);
  Tape<double> tape;
  const Node<double> y = layer(tape.indices({2, 0, 2}));
  ASSERT_EQ(y.shape(), (Shape{3, 3}));
  const Numbers u = drawn({3, 3}, 5);
  tape.backward(y, View<const double>{u.data(), &y.shape()});
  tape.add_to_parameters();
  const Node<double> one_hot = tape.constant({{0, 0, 1, 0}, {1, 0, 0, 0}, {0, 0, 1, 0}});
  const Node<double> product = matmul(one_hot, tape(layer.W));
  for (int j = 0; j < 3; ++j) {
    for (int i = 0; i < 3; ++i) EXPECT_EQ(y.value()(i, j), product.value()(i, j));
    EXPECT_EQ(layer.W.gradient()(0, j), u[std::size_t(3 + j)]);
    EXPECT_EQ(layer.W.gradient()(1, j), 0);
    EXPECT_EQ(layer.W.gradient()(2, j), u[std::size_t(j)] + u[std::size_t(6 + j)]);
  }
  expect_parameter_gradients(layer, [&](Tape<double>& t) { return layer(t.indices({2, 0, 2})); });
}

TEST(Embedding, IsTheFirstOfAChain) {
  Random random(1);
  Sequential<double> model;
  model.add(Embedding<double>("letters", 4, 3, random)).add(Dense<double>("out", 3, 2, random));
  Tape<double> tape;
  const std::int64_t letters[] = {3, 1, 0, 2, 2, 1};
  EXPECT_EQ(model(tape.indices("text", letters, Shape{2, 3}).record()).shape(), (Shape{2, 3, 2}));
  EXPECT_EQ(error_of([&] {
              model(tape.input({1, 2}));
            }),
            "[letters] x, node 7 (input), holds numbers, not positions. Give tape.indices(...), or "
            "its record().");
  EXPECT_EQ(error_of([&] { model(tape.indices({4}).record()); }),
            "[rows] position 4 (number 0) is out of range. Positions here go from 0 to 3.");
  EXPECT_EQ(error_of([&] { Embedding<double>("letters", 4, 0, random); }),
            "[letters] the size of a vector is 0. Give at least 1.");
}

double logistic(double x) { return 1 / (1 + std::exp(-x)); }

// One sequence's step, number by number.
void plain_step(const LstmCell<double>& cell, const double* x, Numbers& h, Numbers& c) {
  const std::int64_t hidden = cell.hidden();
  Numbers z(std::size_t(4 * hidden));
  for (std::int64_t j = 0; j < 4 * hidden; ++j) {
    double& sum = z[std::size_t(j)] = cell.b.value()[j];
    for (std::int64_t k = 0; k < cell.inputs(); ++k) sum += x[k] * cell.W.value()(k, j);
    for (std::int64_t k = 0; k < hidden; ++k) sum += h[std::size_t(k)] * cell.U.value()(k, j);
  }
  for (std::size_t j = 0; j < h.size(); ++j) {
    const auto gate = [&](std::size_t k) { return z[k * h.size() + j]; };
    c[j] = logistic(gate(1)) * c[j] + logistic(gate(0)) * std::tanh(gate(2));
    h[j] = logistic(gate(3)) * std::tanh(c[j]);
  }
}

TEST(Lstm, IsItsFormulaStepByStep) {
  Random random(1);
  Lstm<double> layer("memory", 3, 2, random);
  randomise(layer, 3);
  Tape<double> tape;
  const Node<double> x = drawn_on(tape, {2, 4, 3}, 5), y = layer(x);
  ASSERT_EQ(y.shape(), (Shape{2, 4, 2}));
  for (std::int64_t m = 0; m < 2; ++m) {
    Numbers h(2, 0), c(2, 0);
    for (std::int64_t t = 0; t < 4; ++t) {
      plain_step(layer.cell, x.value().data + (m * 4 + t) * 3, h, c);
      for (std::int64_t j = 0; j < 2; ++j)
        EXPECT_NEAR(y.value()(m, t, j), h[std::size_t(j)], 1e-14);
    }
  }
}

TEST(Lstm, HasItsGradients) {
  Random random(1);
  Lstm<double> layer("memory", 3, 2, random);
  randomise(layer, 3);
  expect_gradients(layer, {2, 3, 3});
  LstmCell<double> cell("cell", 3, 2, random);
  expect_gradients(cell, {2, 3});
}

TEST(Lstm, GoesOnWhereItStopped) {
  Random random(1);
  Lstm<double> layer("memory", 3, 2, random);
  Tape<double> tape;
  const Node<double> x = drawn_on(tape, {2, 5, 3}, 5), whole = layer(x);
  const auto steps = unbind(x, 1);
  const auto all = std::span<const Node<double>>(steps);
  LstmState<double> state = layer.cell.start(tape, 2);
  layer.run(all.first(2), state);
  const auto rest = layer.run(all.subspan(2), state);
  ASSERT_EQ(rest.size(), 3U);
  for (std::int64_t j = 0; j < 2; ++j) {
    EXPECT_EQ(rest[2].value()(1, j), whole.value()(1, 4, j));
    EXPECT_EQ(state.h.value()(1, j), whole.value()(1, 4, j));
  }
  EXPECT_TRUE(layer.run({}, state).empty());
}

TEST(Lstm, RemembersAtTheStart) {
  Random random(1);
  Lstm<double> layer("memory", 3, 2, random);
  const Numbers b(layer.cell.b.value().begin(), layer.cell.b.value().end());
  EXPECT_EQ(b, (Numbers{0, 0, 1, 1, 0, 0, 0, 0}));
  std::vector<std::string> names;
  for (const Parameter<double>* parameter : layer.parameters()) names.push_back(parameter->name());
  EXPECT_EQ(names, (std::vector<std::string>{"memory.W", "memory.U", "memory.b"}));
  EXPECT_EQ(layer.parameter_count(), 3 * 8 + 2 * 8 + 8);
}

TEST(Lstm, SaysWhatDoesNotFit) {
  Random random(1);
  EXPECT_EQ(error_of([&] { Lstm<double>("memory", 3, 0, random); }),
            "[memory] the number of hidden units is 0. Give at least 1.");
  Lstm<double> layer("memory", 3, 2, random);
  Tape<double> tape;
  EXPECT_EQ(error_of([&] {
              layer(tape.zeros({5, 3}));
            }),
            "[memory] x is (5, 3), the layer has 3 inputs. Give m sequences of some steps: (m, "
            "steps, 3).");
  LstmState<double> state = layer.cell.start(tape, 4);
  const auto before = state.h.index();
  EXPECT_EQ(error_of([&] {
              layer.cell.step(tape.zeros({4, 2}), state);
            }),
            "[memory] x is (4, 2), the cell has 3 inputs. Give one step of m sequences: (m, 3).");
  const Node<double> steps[] = {tape.zeros({4, 3}), tape.zeros({5, 3})};
  EXPECT_EQ(error_of([&] { layer.run(steps, state); }),
            "[memory] the state is (4, 2) and (4, 2). Give h and c of shape (5, 2).");
  EXPECT_EQ(state.h.index(), before);
}

}  // namespace
}  // namespace glassgrad
