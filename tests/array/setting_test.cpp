// Whole numbers that are kept: they count as numbers do, and stay in their range.
#include "glassgrad/array/setting.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <vector>

#include "glassgrad/array/named.hpp"
#include "glassgrad/array/random.hpp"
#include "support/error_of.hpp"

namespace glassgrad {
namespace {

using Digits = Setting<"trace", "digits", int, 1, 17>;
struct Options {
  Digits digits = 4;
  Setting<"check", "full", std::int64_t, 0> full = 4096;
  Seed<"draw"> seed = 1;
};

TEST(Settings, CountAsNumbersDo) {
  Options o;
  EXPECT_EQ(o.digits++, 4);
  EXPECT_EQ(++o.digits, 6);
  EXPECT_EQ(o.digits--, 6);
  EXPECT_EQ(--o.digits, 4);
  o.full += 4, o.full -= 100, o.full *= 2;
  EXPECT_EQ(o.full, 8000);
  o.full += o.digits;
  EXPECT_EQ(o.full, 8004);
  o.seed += std::size_t(0) - 2;
  EXPECT_EQ(o.seed, ~std::uint64_t(0));
  using std::max, std::min;
  EXPECT_EQ(max(o.digits, 9), 9);
  EXPECT_EQ(min(o.digits, 9), 4);
  EXPECT_EQ(std::max(o.digits, Digits(5)), 5);
  EXPECT_EQ(std::max<std::int64_t>(o.full, 3), 8004);
  EXPECT_EQ(std::clamp<int>(o.digits, 1, 3), 3);
  const std::vector<int> numbers(std::size_t(o.full), 1);
  EXPECT_EQ(numbers[std::size_t(o.full - 1)], 1);
  std::ostringstream text;
  text << o.digits << ' ' << o.full << ' ' << o.seed;
  EXPECT_EQ(text.str(), "4 8004 18446744073709551615");
  EXPECT_EQ(std::to_string(o.full), "8004");
}
template <class S, class N>
concept Adds = requires(S s, N n) {
  s += n;
};
static_assert(Adds<Digits, int> && Adds<Digits, std::size_t> && Adds<Digits, Digits>);
static_assert(!Adds<Digits, double> && !Adds<Digits, bool> && !Adds<Digits, char>);

TEST(Settings, StayInTheirRange) {
  const std::string end = ", outside 1 to 17. Use one in that range.";
  EXPECT_EQ(error_of([] { Digits(0); }), "[trace] digits is 0" + end);
  EXPECT_EQ(error_of([] { Digits(18); }), "[trace] digits is 18" + end);
  EXPECT_EQ(error_of([] { Digits(~std::size_t(0)); }),
            "[trace] digits is 18446744073709551615" + end);
  Options o;
  EXPECT_EQ(error_of([&] { o.digits -= 4; }), "[trace] digits is 4 minus 4" + end);
  EXPECT_EQ(error_of([&] { o.digits += 2147483647; }), "[trace] digits is 4 plus 2147483647" + end);
  EXPECT_EQ(error_of([&] { o.digits *= -1; }), "[trace] digits is 4 times -1" + end);
  EXPECT_EQ(o.digits, 4);  // as it was
  o.digits = 17;
  EXPECT_EQ(error_of([&] { ++o.digits; }), "[trace] digits is 17 plus 1" + end);
  for (const int advised : {1, 17}) EXPECT_EQ(Digits(advised), advised);
}

TEST(KeptSizes, AreCheckedInTheNameOfWhoReadsThem) {
  const KeptSize<"pair", "rows"> size = std::uint64_t(1) << 63, three = 3;
  EXPECT_EQ(error_of([&] {
              size.in("conv2d", "the stride", {1, 5});
            }),
            "[conv2d] the stride is 9223372036854775808, outside 1 to 5. Use one in that range.");
  EXPECT_EQ(error_of([&] { [[maybe_unused]] const std::int64_t n = size; }),
            "[pair] rows is 9223372036854775808, outside -9223372036854775808 to "
            "9223372036854775807. Use one in that range.");
  EXPECT_EQ(three.in("conv2d", "the stride", {1, 5}), 3);
  EXPECT_EQ(three + 1, 4);
}

TEST(Ranges, WithoutAnEndAskForEnough) {
  const auto asked = [](WholeNumber n, Range range) {
    return error_of([&] { n.in("op", "n", range); });
  };
  EXPECT_EQ(asked(0, at_least(1)), "[op] n is 0. Give at least 1.");
  EXPECT_EQ(asked(std::uint64_t(1) << 63, at_least(1)),
            "[op] n is 9223372036854775808, more than 9223372036854775807. Give at least 1, and no "
            "more than you need.");
  EXPECT_EQ(asked(1, at_least(1)), "no error");
  EXPECT_EQ(asked(0, {0, -1}), "[op] n is 0, where there are none. Give an array that has some.");
}

TEST(Names, ReplaceThoseInside) {
  const auto thrown = [](const auto& error) {
    return [&] { in_the_name_of("outer", [&]() -> int { throw error; }); };
  };
  EXPECT_THROW(thrown(MemoryError("inner", "a", "b"))(), MemoryError);
  EXPECT_EQ(error_of(thrown(MemoryError("inner", "a] b", "c"))), "[outer] a] b. c.");
  EXPECT_EQ(error_of(thrown(ShapeError("inner", "a", "b"))), "[outer] a. b.");
  EXPECT_EQ(error_of(thrown(Error("a hook's", "a", "b"))), "[a hook's] a. b.");  // not of an op
  EXPECT_EQ(error_of(thrown(std::bad_alloc())),
            "[outer] there is not enough memory. Use smaller arrays, or give memory back.");
  EXPECT_EQ(error_of(thrown(std::length_error("vector"))),
            "[outer] this takes more numbers than fit into memory. Use smaller arrays, or give "
            "memory back.");
  EXPECT_THROW(thrown(std::runtime_error("a user's"))(), std::runtime_error);
}

TEST(Rooms, ThatDoNotExistAreRefusedWithTheirSize) {
  const std::string end =
      " numbers. Use fewer, or give memory back: clear tapes and drop what is done with.";
  EXPECT_EQ(error_of([] { room_for<double>("op", std::int64_t(1) << 62); }),
            "[op] there is no memory for 4611686018427387904" + end);
  EXPECT_EQ(error_of([] { Random(1).permutation(std::int64_t(1) << 62); }),
            "[permutation] there is no memory for 4611686018427387904" + end);
  EXPECT_EQ(Random(1).permutation(3).size(), 3u);
}

}  // namespace
}  // namespace glassgrad
