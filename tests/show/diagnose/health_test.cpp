// Gradient health as numbers, per node and layer, and its agreement with the problems.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "glassgrad/glassgrad.hpp"
#include "glassgrad/show/diagnose/health.hpp"

namespace glassgrad {
namespace {

const LayerHealth& layer(const GradientHealth& health, std::string_view name) {
  return *std::find_if(health.layers.begin(), health.layers.end(),
                       [&](const LayerHealth& one) { return one.layer == name; });
}
const NodeHealth& node(const GradientHealth& health, std::string_view label) {
  return *std::find_if(health.nodes.begin(), health.nodes.end(),
                       [&](const NodeHealth& one) { return one.label == label; });
}

TEST(GradientHealth, OfEveryNodeAndLayer) {
  Dense<> first("first", {{1.0, -1.0}, {2.0, -2.0}}, {0.0, -1.0});
  Dense<> second("second", {{1.0}, {3.0}}, {0.5});
  Tape tape;
  const auto x = tape.constant("x", {{1.0, 2.0}, {3.0, 1.0}, {0.5, 0.5}});
  const auto cost = name("cost", sum(square(second(name("h", relu(first(x)))))));
  tape.backward(cost);
  const Snapshot shot = snapshot(cost);
  const GradientHealth health = gradient_health(shot);
  // h = (5 0; 5 0; 1.5 0), z = (5.5; 5.5; 2), upstream of z: (11; 11; 4)
  const double z = std::sqrt(11.0 * 11 + 11 * 11 + 4 * 4);
  EXPECT_DOUBLE_EQ(node(health, "second.z").upstream, z);
  EXPECT_DOUBLE_EQ(node(health, "second.z").of_cost, z);
  EXPECT_DOUBLE_EQ(node(health, "second.b").upstream, 26);
  EXPECT_EQ(node(health, "h").units, 2);
  EXPECT_EQ(node(health, "h").dead, 1);
  EXPECT_DOUBLE_EQ(node(health, "h").weakest_gain, 1 / std::sqrt(10.0));  // (1, 3) to (1, 0)
  const double W = 11 * 5 + 11 * 5 + 4 * 1.5;
  EXPECT_DOUBLE_EQ(layer(health, "second").gradient, std::hypot(W, 26));
  EXPECT_EQ(layer(health, "second").of_largest, 1);
  const LayerHealth& below = layer(health, "first");
  EXPECT_DOUBLE_EQ(below.gradient, std::sqrt(46.0 * 46 + 35 * 35 + 26 * 26));
  EXPECT_DOUBLE_EQ(below.of_largest, below.gradient / std::hypot(W, 26));
  EXPECT_FALSE(below.vanishing || below.exploding);
  EXPECT_TRUE(gradient_health(shot, {.vanishing = 0.9}).layers[0].vanishing);
  EXPECT_TRUE(layer(gradient_health(shot, {.exploding = 10}), "first").exploding);
  EXPECT_EQ(node(gradient_health(shot, {.examples = 4}), "h").units, 0);
}

TEST(GradientHealth, JudgesAsTheProblemsDo) {
  Tape tape;
  auto y = tape.input("x", 1.0);
  for (int i = 0; i < 3; ++i) y = y * 50;
  EXPECT_TRUE(gradient_health(snapshot(y)).nodes.empty());  // before backward
  tape.backward(y);
  const Snapshot shot = snapshot(y);
  for (const double exploding : {1e4, 1.3e5}) {
    const Thresholds thresholds{.exploding = exploding};
    const GradientHealth health = gradient_health(shot, thresholds);
    EXPECT_EQ(node(health, "x").exploding, !find_problems(shot, thresholds).empty());
    EXPECT_EQ(node(health, "x").exploding, exploding < 1.2e5);
    EXPECT_FALSE(node(health, "v1").exploding);  // no leaf
  }
  EXPECT_EQ(gradient_health(shot).text(),
            "(no layer): gradient 1.25e+05, 1 of the largest layer's, 1.25e+05 of the cost's, "
            "exploding\n");
}

}  // namespace
}  // namespace glassgrad
