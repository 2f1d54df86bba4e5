// An index that may be missing: what it holds, how it compares, and that it costs nothing.
#include "glassgrad/array/optional_index.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace glassgrad {
namespace {

constexpr std::uint32_t largest = 0xfffffffe;  // all ones is none

TEST(OptionalIndex, IsNoneUntilItIsGivenAnIndex) {
  constexpr OptionalIndex none, zero = 0u, last = largest;
  static_assert(!none && zero && last);
  static_assert(*zero == 0 && *last == largest);
  OptionalIndex index;
  EXPECT_FALSE(index);
  index = 3u;
  ASSERT_TRUE(index);
  EXPECT_EQ(*index, 3u);
  index = {};
  EXPECT_FALSE(index);
}

TEST(OptionalIndex, ComparesWithIndicesAndNoneComesAfterAllOfThem) {
  constexpr OptionalIndex none, two = 2u;
  static_assert(two == 2u && two != 3u && two != none && none == OptionalIndex());
  static_assert(two < 3u && 1u < two && two <= 2u && 2u >= two && !(two < 2u));
  static_assert(none > largest && two < none && !(none <= largest) && !(none < none));
  EXPECT_EQ(std::min(none, two), two);
  std::vector<OptionalIndex> all{none, 5u, 0u, none, largest};
  std::sort(all.begin(), all.end());
  EXPECT_EQ(all, (std::vector<OptionalIndex>{0u, 5u, largest, none, none}));
}

// It is no number by accident: neither added to nor taken for a bool or an int.
TEST(OptionalIndex, IsNoNumber) {
  static_assert(!std::is_convertible_v<OptionalIndex, std::uint32_t>);
  static_assert(!std::is_convertible_v<OptionalIndex, int>);
  static_assert(!std::is_convertible_v<OptionalIndex, bool>);
  static_assert(!std::is_convertible_v<int, OptionalIndex>, "-1 is no index");
  static_assert(std::is_constructible_v<bool, OptionalIndex>);
}

TEST(OptionalIndex, TakesTheRoomOfAnIndex) {
  static_assert(sizeof(OptionalIndex) == 4 && alignof(OptionalIndex) == 4);
  static_assert(std::is_trivially_copyable_v<OptionalIndex>);
  static_assert(std::is_trivially_destructible_v<OptionalIndex>);
  struct Both {
    std::uint32_t index;
    OptionalIndex other;
  };
  static_assert(sizeof(Both) == 8);
  std::vector<OptionalIndex> places(3);
  EXPECT_EQ(std::count(places.begin(), places.end(), OptionalIndex()), 3);
}

}  // namespace
}  // namespace glassgrad
