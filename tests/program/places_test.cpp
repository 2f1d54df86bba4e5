// Which place a value gets, seen in offsets and sizes.
#include "../../src/program/places.hpp"

#include <gtest/gtest.h>

namespace glassgrad {
namespace {

using program::Places;

TEST(Places, LieBehindOneAnother) {
  Places places(2);
  EXPECT_EQ(places.take(10), 0u);
  EXPECT_EQ(places.take(4), 1u);
  EXPECT_EQ(places.offset(1), 10);
  EXPECT_EQ(places.sizes(), (std::vector<std::int64_t>{10, 4}));
  EXPECT_EQ(places.end(), 14);
}

TEST(Places, AReleasedOneServesTheNextThatFits) {
  Places places(2);
  const auto first = places.take(10);
  places.release(*first);
  EXPECT_EQ(places.take(11), 1u) << "too large for it";
  EXPECT_EQ(places.take(4), 2u) << "less than half of it";
  EXPECT_EQ(places.take(5), first);
  EXPECT_EQ(places.take(5), 3u) << "it is taken";
}

TEST(Places, TheSmallestThatServesIsTaken) {
  Places places(2);
  for (const std::int64_t size : {10, 8, 9}) places.take(size);
  for (const std::size_t place : {0, 1, 2}) places.release(place);
  EXPECT_EQ(places.take(7), 1u);
  EXPECT_EQ(places.take(7), 2u);
  EXPECT_EQ(places.take(7), 0u);
}

TEST(Places, AmongEqualOnesTheLastReleased) {
  Places places(1);
  for (int i = 0; i < 3; ++i) places.take(16);
  for (const std::size_t place : {1, 2, 0}) places.release(place);
  EXPECT_EQ(places.take(15), 3u) << "without spare only its own size";
  EXPECT_EQ(places.take(16), 0u);
  EXPECT_EQ(places.take(16), 2u);
  EXPECT_EQ(places.take(16), 1u);
}

TEST(Places, TogetherTheyHaveAtMostSoManyNumbers) {
  Places places(1, 32);
  const auto first = places.take(16);
  EXPECT_EQ(places.take(17), std::nullopt);
  EXPECT_EQ(places.take(16), 1u);
  EXPECT_EQ(places.take(1), std::nullopt);
  places.release(*first);
  EXPECT_EQ(places.take(16), first);
  EXPECT_EQ(places.end(), 32);
}

// Sizes near 2^63 are compared without a product or a sum that wraps.
TEST(Places, OfTheLargestSizes) {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  Places places(2);
  const auto first = places.take(most - 1);
  EXPECT_EQ(places.take(2), std::nullopt);
  places.release(*first);
  EXPECT_EQ(places.take(most / 2), first);
}

}  // namespace
}  // namespace glassgrad
