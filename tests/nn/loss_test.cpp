// Every loss against its formula in plain arithmetic, its gradient against the known one, and both
// where naive formulas overflow.
#include "glassgrad/nn/loss.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "glassgrad/ops/ops.hpp"
#include "support/error_of.hpp"

namespace glassgrad {
namespace {

TEST(SquaredErrors, AreTheirFormulas) {
  Tape<double> tape;
  const Node<double> yhat = tape.input({{1, 2}, {3, 5}, {0, 1}});
  const Node<double> y = tape.constant({{0, 2}, {1, 1}, {0, 4}});
  EXPECT_EQ(half_squared_error(yhat, y).item(), (1 + 4 + 16 + 9) / 2.0);
  EXPECT_EQ(squared_cost(yhat, y).item(), 30 / 6.0);
  EXPECT_EQ(squared_cost(yhat, y, Examples::columns).item(), 30 / 4.0);
  EXPECT_EQ(mean_squared_error(yhat, y).item(), 5);
  tape.backward(mean_squared_error(yhat, y));
  EXPECT_NEAR(yhat.upstream()(1, 1), 2 * 4 / 6.0, 1e-15);
}

TEST(SquaredErrors, OfPlainNumbers) {
  EXPECT_EQ(half_squared_error(Node<double>(3), Node<double>(1)).item(), 2);
}

TEST(BinaryCrossEntropy, FromProbabilities) {
  Tape<double> tape;
  const Node<double> p = tape.input({0.25, 0.9});
  const Node<double> y = tape.constant({1, 0});
  const Node<double> cost = binary_cross_entropy(p, y);
  EXPECT_NEAR(cost.item(), -(std::log(0.25) + std::log(0.1)) / 2, 1e-15);
  tape.backward(cost);
  EXPECT_NEAR(p.upstream()[0], -1 / 0.25 / 2, 1e-14);
  EXPECT_NEAR(p.upstream()[1], 1 / 0.1 / 2, 1e-14);
}

TEST(BinaryCrossEntropy, IsClampedAtZeroAndOne) {
  Tape<double> tape;
  const Node<double> p = tape.input({0, 1, 0, 1});
  const Node<double> y = tape.constant({0, 1, 1, 0});
  const Node<double> cost = binary_cross_entropy_sum(p, y);
  EXPECT_NEAR(cost.item(), -2 * std::log(1e-12), 1e-3);
  tape.backward(cost);
  for (const double g : p.upstream()) EXPECT_EQ(g, 0);
  Tape<float> narrow;
  const float of_float = binary_cross_entropy(narrow.input({0, 1}), narrow.constant({1, 0})).item();
  EXPECT_NEAR(of_float, -std::log(1e-7), 0.2);
}

TEST(BinaryCrossEntropy, FromLogitsIsTheSame) {
  Tape<double> tape;
  const Node<double> z = tape.input({-2, 0.5, 3, 0});
  const Node<double> y = tape.constant({0, 1, 0.25, 1});
  const Node<double> cost = binary_cross_entropy_from_logits(z, y);
  EXPECT_NEAR(cost.item(), binary_cross_entropy(sigmoid(z), y).item(), 1e-14);
  tape.backward(cost);
  for (int i = 0; i < 4; ++i)
    EXPECT_NEAR(z.upstream()[i], (1 / (1 + std::exp(-z.value()[i])) - y.value()[i]) / 4, 1e-15);
}

TEST(BinaryCrossEntropy, FromLogitsHoldsAtTenThousand) {
  Tape<double> tape;
  const Node<double> z = tape.input({1e4, -1e4, 1e4, -1e4, 50});
  const Node<double> y = tape.constant({1, 0, 0, 1, 1});
  const Node<double> cost = binary_cross_entropy_from_logits(z, y);
  EXPECT_EQ(cost.item(), 4000);
  tape.backward(cost);
  const double wanted[] = {0, 0, 0.2, -0.2};
  for (int i = 0; i < 4; ++i) EXPECT_EQ(z.upstream()[i], wanted[i]);
  EXPECT_NEAR(binary_cross_entropy_from_logits(tape.input(50), tape.constant(1)).item() /
                  std::log1p(std::exp(-50)),
              1, 1e-13);
}

TEST(SoftmaxCrossEntropy, GradientIsProbabilityMinusTarget) {
  Tape<double> tape;
  const Node<double> z = tape.input({{0.8, 1.2, 3.1}, {2.0, 1.0, 0.1}});
  const Node<double> cost = softmax_cross_entropy(z, tape.indices({2, 1}));
  EXPECT_NEAR(cost.item(), -(std::log(0.800110438959) + std::log(0.242432970705)) / 2, 1e-11);
  tape.backward(cost);
  const double wanted[] = {0.080218147461, 0.119671413581,     0.800110438959 - 1,
                           0.659001138886, 0.242432970705 - 1, 0.098565890409};
  for (int i = 0; i < 6; ++i) EXPECT_NEAR(z.upstream()[i], wanted[i] / 2, 1e-11);
}

TEST(SoftmaxCrossEntropy, LabelsOneHotAndColumnsAgree) {
  Tape<double> tape;
  const Node<double> z = tape.input({{0.8, 1.2, 3.1}, {2.0, 1.0, 0.1}});
  const Node<double> y = tape.constant({{0, 0, 1}, {0, 1, 0}});
  const double wanted = softmax_cross_entropy(z, tape.indices({2, 1})).item();
  EXPECT_NEAR(softmax_cross_entropy(z, y).item(), wanted, 1e-15);
  EXPECT_NEAR(softmax_cross_entropy(transpose(z), transpose(y), Examples::columns).item(), wanted,
              1e-15);
  EXPECT_NEAR(cross_entropy(softmax(z), y).item(), wanted, 1e-15);
}

TEST(SoftmaxCrossEntropy, HoldsAtTenThousand) {
  Tape<double> tape;
  const Node<double> z = tape.input({{1e4, -1e4, 0}, {1e4, -1e4, 0}});
  const Node<double> cost = softmax_cross_entropy(z, tape.indices({0, 1}));
  EXPECT_EQ(cost.item(), 1e4);
  tape.backward(cost);
  const double wanted[] = {0, 0, 0, 0.5, -0.5, 0};
  for (int i = 0; i < 6; ++i) EXPECT_EQ(z.upstream()[i], wanted[i]);
  const Node<double> one_hot = tape.constant({{1, 0, 0}, {0, 1, 0}});
  EXPECT_EQ(softmax_cross_entropy(z, one_hot).item(), 1e4);
}

TEST(Losses, RefuseShapesThatWouldBroadcast) {
  Tape<double> tape;
  const Node<double> yhat = tape.input({{1}, {2}, {3}, {4}});
  const Node<double> y = tape.constant({1, 2, 3, 4});
  const std::uint32_t size = tape.size();
  const std::string rest = "the prediction is (4, 1), the target is (4). Give both the same shape.";
  EXPECT_EQ(error_of([&] { mean_squared_error(yhat, y); }), "[mean_squared_error] " + rest);
  EXPECT_EQ(error_of([&] { squared_cost(yhat, y); }), "[squared_cost] " + rest);
  EXPECT_EQ(error_of([&] { binary_cross_entropy(yhat, y); }), "[binary_cross_entropy] " + rest);
  EXPECT_EQ(error_of([&] { softmax_cross_entropy(yhat, y); }), "[softmax_cross_entropy] " + rest);
  EXPECT_EQ(tape.size(), size);
}

TEST(Losses, AreScopes) {
  Tape<double> tape;
  mean_squared_error(tape.input({1, 2}), tape.constant({0, 0}));
  ASSERT_EQ(tape.records().scopes().size(), 2U);
  EXPECT_EQ(tape.records().scopes()[1].name, "mean_squared_error");
}

}  // namespace
}  // namespace glassgrad
