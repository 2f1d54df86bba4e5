// Starting weights: their distributions, their text, and that float and double start alike.
#include "glassgrad/nn/init.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace glassgrad {
namespace {

struct Spread {
  double mean = 0, deviation = 0, largest = 0;
};

Spread spread_of(const Init& init) {
  Random random(3);
  const auto w = initialised<double>("w", {300, 200}, init, {300, 200}, random);
  Spread spread;
  for (const double x : w.value()) spread.mean += x / 60000;
  for (const double x : w.value()) {
    spread.deviation += (x - spread.mean) * (x - spread.mean) / 60000;
    spread.largest = std::max(spread.largest, std::abs(x));
  }
  spread.deviation = std::sqrt(spread.deviation);
  return spread;
}

TEST(Init, Constants) {
  EXPECT_EQ(spread_of(zeros_init()).largest, 0);
  EXPECT_EQ(spread_of(constant_init(-0.5)).largest, 0.5);
}

TEST(Init, NormalOnes) {
  for (const auto& [init, sigma] : {std::pair{normal_init(0.1), 0.1},
                                    {glorot_normal(), std::sqrt(2.0 / 500)},
                                    {he_normal(), std::sqrt(2.0 / 300)}}) {
    const Spread spread = spread_of(init);
    EXPECT_NEAR(spread.mean / sigma, 0, 0.02);
    EXPECT_NEAR(spread.deviation / sigma, 1, 0.02);
    EXPECT_GT(spread.largest / sigma, 3);
  }
}

TEST(Init, UniformOnes) {
  for (const auto& [init, bound] :
       {std::pair{glorot_uniform(), std::sqrt(6.0 / 500)}, {he_uniform(), std::sqrt(6.0 / 300)}}) {
    const Spread spread = spread_of(init);
    EXPECT_NEAR(spread.mean / bound, 0, 0.02);
    EXPECT_NEAR(spread.deviation / bound, 1 / std::sqrt(3), 0.01);
    EXPECT_LE(spread.largest, bound);
    EXPECT_GT(spread.largest, 0.999 * bound);
  }
}

TEST(Init, FloatIsDoubleRounded) {
  Random a(5), b(5);
  const auto wide = initialised<double>("w", {7}, he_normal(), {7, 1}, a);
  const auto narrow = initialised<float>("w", {7}, he_normal(), {7, 1}, b);
  for (int i = 0; i < 7; ++i) EXPECT_EQ(narrow.value()[i], float(wide.value()[i]));
}

// Every platform starts here: the generator uses integers and exactly rounded operations alone. The
// numbers were worked out with Philox written anew in Python.
TEST(Init, TheSameBitsEverywhere) {
  const auto first = [](const Init& init) {
    Random random(1);
    const auto w = initialised<double>("w", {2, 3}, init, {2, 3}, random);
    return std::vector<double>(w.value().begin(), w.value().end());
  };
  EXPECT_EQ(first(glorot_uniform()),
            (std::vector<double>{0.8647108889570312, 0.46286516488713714, 0.8196381837356086,
                                 0.3420049067246349, 0.12378580862459347, 0.923653751751223}));
  EXPECT_EQ(first(he_uniform()),
            (std::vector<double>{1.36722796332658, 0.7318540852963736, 1.2959617589240504,
                                 0.5407572381016417, 0.1957225486297151, 1.4604248124468011}));
}

TEST(Init, TextAndBack) {
  for (const char* text : {"zeros", "constant:0.5", "normal:0.1", "glorot_uniform", "glorot_normal",
                           "he_uniform", "he_normal"})
    EXPECT_EQ(to_text(init_from(text)), text);
}

TEST(Init, RefusesOtherText) {
  const auto error_of = [](const char* text) -> std::string {
    try {
      init_from(text);
    } catch (const Error& error) {
      return error.what();
    }
    return "no error";
  };
  EXPECT_EQ(
      error_of("glorot_unifrom"),
      "[init] there is no init \"glorot_unifrom\". Did you mean \"glorot_uniform\"? There are "
      "constant, normal, glorot_uniform, glorot_normal, he_uniform, he_normal, zeros.");
  EXPECT_EQ(error_of("normal"),
            "[init] \"normal\" lacks a number. "
            "Write constant:0.5 or normal:0.1; the others stand alone.");
  EXPECT_EQ(error_of("he_normal:2"),
            "[init] \"he_normal:2\" takes no number. "
            "Write constant:0.5 or normal:0.1; the others stand alone.");
  EXPECT_EQ(error_of("normal:wide"), "[init] \"wide\" is no number. Write normal:0.1.");
}

}  // namespace
}  // namespace glassgrad
