// Gradients that people wrote by hand. The "gentle" deck's program for a 2-5-1 network takes dh1
// from dW2 where W2 belongs; the check must point at dW1 (and what follows from dh1) and nothing
// else.
#include <gtest/gtest.h>

#include <xtensor-blas/xlinalg.hpp>
#include <xtensor/xarray.hpp>
#include <xtensor/xtensor.hpp>

#include "glassgrad/check/gradients.hpp"
#include "glassgrad/glassgrad.hpp"

namespace glassgrad {
namespace {

using A = xt::xarray<double>;
using N = Node<double>;

struct Net {
  A x = xt::xtensor<double, 2>{{0.4}, {-0.7}}, y = xt::ones<double>({1, 1});
  A w1 = {{0.1, -0.3}, {0.5, 0.2}, {-0.4, 0.7}, {0.6, -0.1}, {0.3, 0.9}};
  A w2 = xt::xtensor<double, 2>{{0.2, -0.6, 0.4, 0.1, -0.5}};
};

// Binary cross-entropy of sigmoid(W2 sigmoid(W1 x)).
N cost(const Net& net, const N& w1, const N& w2) {
  const N h1 = sigmoid(matmul(w1, w1.tape()->constant("x", net.x)));
  const N z2 = matmul(w2, h1);
  return sum(softplus(z2) - w1.tape()->constant("y", net.y) * z2);
}

struct Gradients {
  A w1, w2;
};
// dz2 = yhat - y, dW2 = dz2 h1^T, dh1 = W2^T dz2, dz1 = dh1 sigmoid'(z1), dW1 = dz1 x^T.
Gradients by_hand(const Net& net, bool as_the_deck_has_it) {
  using xt::linalg::dot;
  const A h1 = 1 / (1 + xt::exp(-dot(net.w1, net.x)));
  const A yhat = 1 / (1 + xt::exp(-dot(net.w2, h1)));
  const A dz2 = yhat - net.y;
  const A dw2 = dot(dz2, xt::transpose(h1));
  const A dh1 = dot(xt::transpose(as_the_deck_has_it ? dw2 : net.w2), dz2);
  const A dz1 = dh1 * h1 * (1 - h1);
  return {dot(dz1, xt::transpose(net.x)), dw2};
}

GradientReport check(const Net& net, const Gradients& gradients) {
  return check_gradients_by_hand([&](const N& w1, const N& w2) { return cost(net, w1, w2); },
                                 {{"W1", net.w1}, {"W2", net.w2}},
                                 {{"dW1", gradients.w1}, {"dW2", gradients.w2}}, {.shown = 20});
}

TEST(ByHand, TheFiveEquationsAreRight) {
  const Net net;
  const GradientReport report = check(net, by_hand(net, false));
  EXPECT_TRUE(report.ok) << report.text();
  EXPECT_EQ(report.compared, 15);
  EXPECT_TRUE(report.by_hand);
}

TEST(ByHand, TheDecksProgramIsWrongExactlyInDW1) {
  const Net net;
  const GradientReport report = check(net, by_hand(net, true));
  EXPECT_FALSE(report.ok);
  EXPECT_EQ(report.wrong, 10);  // all of dW1, nothing of dW2
  ASSERT_EQ(report.entries.size(), 15u);
  for (const GradientEntry& entry : report.entries) {
    EXPECT_EQ(entry.verdict == Verdict::wrong, entry.input == "W1") << report.text();
    EXPECT_EQ(entry.number, entry.input == "W1" ? 0 : 1);
  }
  EXPECT_EQ(report.text().substr(0, report.text().find('\n')),
            "gradients are WRONG: 10 of 15 slopes of 2 inputs");
  EXPECT_NE(report.text().find("  WRONG  W1 at (4, 1): by hand "), std::string::npos);
}

TEST(ByHand, TheEngineAgreesWithTheFiveEquations) {
  const Net net;
  EXPECT_TRUE(check_gradients([&](const N& w1, const N& w2) { return cost(net, w1, w2); },
                              {{"W1", net.w1}, {"W2", net.w2}})
                  .ok);
}

}  // namespace
}  // namespace glassgrad
