// Schedules, at steps whose rates are known.
#include "glassgrad/optim/schedule.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "glassgrad/array/error.hpp"

namespace glassgrad {
namespace {

TEST(Schedule, Constant) { EXPECT_EQ(constant_rate(0.3)(12345), 0.3); }

TEST(Schedule, StepsDown) {
  const Schedule rate = step_decay(0.8, 10, 0.5);
  EXPECT_EQ(rate(0), 0.8);
  EXPECT_EQ(rate(9), 0.8);
  EXPECT_EQ(rate(10), 0.4);
  EXPECT_EQ(rate(35), 0.1);
}

TEST(Schedule, Exponential) {
  EXPECT_EQ(exponential_decay(8, 0.5)(3), 1);
  EXPECT_EQ(exponential_decay(8, 0.5)(0), 8);
}

TEST(Schedule, CosineFallsFromTheRateToTheLowest) {
  const Schedule rate = cosine_decay(1, 100, 0.2);
  EXPECT_EQ(rate(0), 1);
  EXPECT_NEAR(rate(25), 0.2 + 0.8 * (1 + std::sqrt(0.5)) / 2, 1e-15);
  EXPECT_NEAR(rate(50), 0.6, 1e-15);
  EXPECT_EQ(rate(100), 0.2);
  EXPECT_EQ(rate(1000), 0.2);
}

TEST(Schedule, WarmUpRisesThenHandsOver) {
  const Schedule rate = warm_up(step_decay(1, 2, 0.5), 4);
  EXPECT_EQ(rate(0), 0.25);
  EXPECT_EQ(rate(3), 1);
  EXPECT_EQ(rate(4), 1);
  EXPECT_EQ(rate(5), 1);
  EXPECT_EQ(rate(6), 0.5);
}

TEST(Schedule, RefusesNoSteps) {
  try {
    cosine_decay(1, 0);
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "[cosine_decay] steps is 0. Give a positive number of steps.");
  }
}

}  // namespace
}  // namespace glassgrad
