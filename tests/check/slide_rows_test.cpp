// examples/slide.hpp, on which docs/slides.md rests: it must see when a slide's number is not ours,
// when ours is not the exact one, and when a slip is none.
#include <gtest/gtest.h>

#include "../../examples/slide.hpp"

namespace {

int failures_of(void (*what)()) {
  const int before = failures();
  what();
  return failures() - before;
}

TEST(SlideRows, RoundingToTheDigitsThatAreWritten) {
  EXPECT_TRUE(slide::is_rounded("0.646", 0.645656306226));
  EXPECT_FALSE(slide::is_rounded("0.645", 0.645656306226));  // cut off
  EXPECT_TRUE(slide::is_rounded("-0.020", -0.02026706321));
  EXPECT_TRUE(slide::is_rounded("0.0000351085", 3.51085e-5));
  EXPECT_FALSE(slide::is_rounded("0.0000351085", 3.510187783e-5));
  EXPECT_TRUE(slide::is_rounded("2/3", 2.0 / 3));
  EXPECT_FALSE(slide::is_rounded("2/3", 0.667));
  EXPECT_TRUE(slide::is_rounded("1", 1));
  EXPECT_FALSE(slide::is_rounded("1", 0.9));  // whole numbers exactly
}

TEST(SlideRows, EveryNumberAndAsManyAsThereAre) {
  EXPECT_TRUE(slide::is_rounded("0.5 0.646", {0.5, 0.645656306226}));
  EXPECT_FALSE(slide::is_rounded("0.5 0.646", {0.5, 0.647}));
  EXPECT_FALSE(slide::is_rounded("0.5", {0.5, 0.646}));
  EXPECT_FALSE(slide::is_rounded("0.5 0.646", 0.5));
}

TEST(SlideRows, WhatIsWrongCounts) {
  EXPECT_EQ(failures_of([] { row("right", "0.3", 0.25, 0.25); }), 0);
  EXPECT_EQ(failures_of([] { row("not ours", "0.4", 0.25, 0.25); }), 1);
  EXPECT_EQ(failures_of([] { row("not exact", "0.3", 0.25, 0.25 + 1e-11); }), 1);
  EXPECT_EQ(failures_of([] { row("not as many", "0.3", 0.25, {0.25, 0.5}); }), 1);
  EXPECT_EQ(failures_of([] { row("nothing to check", "", 0.25, {}); }), 1);
  EXPECT_EQ(failures_of([] { row("NaN", "", std::nan(""), 0.25); }), 1);
  EXPECT_EQ(failures_of([] { slip("a slip", "0.4", 0.25, 0.25, "why"); }), 0);
  EXPECT_EQ(failures_of([] { slip("no slip", "0.3", 0.25, 0.25, "why"); }), 1);
}

TEST(SlideRows, TwelveDecimals) {
  EXPECT_EQ(slide::text_of({0.5, -0.048006462916, 3.510187783e-05, 1e-17, 32}),
            "0.5 -0.048006462916 3.510187783e-05 0 32");
}

}  // namespace
