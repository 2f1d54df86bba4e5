// What a whole number takes and refuses when it is passed to an op or kept as a setting.
#include "glassgrad/array/whole_number.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <functional>
#include <vector>

#include "glassgrad/array/shape.hpp"
#include "support/error_of.hpp"

namespace glassgrad {
namespace {

enum Unscoped { none, one, two };
enum Large : std::uint64_t { all = ~std::uint64_t(0) };
enum class Scoped { one };
enum Flag : bool { off, on };
enum Letter : char { a = 'a' };
struct BecomesInt {
  constexpr operator int() const { return 3; }
};
struct BecomesSize {
  constexpr operator std::size_t() const { return 3; }
};
struct BecomesDouble {
  operator double() const { return 2.5; }
};
struct BecomesFloat {
  operator float() const { return 2.5f; }
};
struct BecomesBool {
  operator bool() const { return true; }
};
struct HasAnOldConstant {
  static const int two = 2;  // declared, and nowhere defined
};
struct OnlyWhenAsked {
  explicit operator int() const { return 3; }
};

using Small = Setting<"op", "n", int>;
template <class... From>
constexpr bool taken = ((std::is_convertible_v<From, WholeNumber> &&
                         std::is_convertible_v<From, Small> &&
                         std::is_convertible_v<From, Axes>)&&...);
template <class... From>
constexpr bool refused = (!(std::is_convertible_v<From, WholeNumber> ||
                            std::is_convertible_v<From, Small> ||
                            std::is_convertible_v<From, Axes>)&&...);
static_assert(taken<signed char, unsigned char, short, int, unsigned, long, long long, std::size_t,
                    const int&>);
static_assert(
    taken<Unscoped, Large, std::integral_constant<int, 3>, std::integral_constant<std::size_t, 3>,
          BecomesInt, BecomesSize, std::atomic<int>&, std::reference_wrapper<int>>);
static_assert(taken<WholeNumber, Small, Setting<"another", "n">>);
static_assert(
    refused<double, float, long double, bool, char, wchar_t, char8_t, char16_t, char32_t>);
static_assert(refused<Scoped, std::byte, Flag, Letter, std::true_type, BecomesDouble, BecomesFloat,
                      BecomesBool, OnlyWhenAsked, std::vector<bool>::reference,
                      std::reference_wrapper<double>, std::nullptr_t, int*, const char*>);
// {} says no number, for axes that all are meant.
static_assert(!std::is_default_constructible_v<WholeNumber>);
static_assert(!std::is_default_constructible_v<Small> && std::is_default_constructible_v<Axes>);
static_assert(sizeof(Small) == sizeof(int) && std::is_trivially_copyable_v<Small>);
static_assert(std::is_trivially_copyable_v<WholeNumber>);

TEST(WholeNumbers, KeepWhatTheyWereGiven) {
  EXPECT_EQ(WholeNumber(two).in("op", "n"), 2);
  EXPECT_EQ(WholeNumber(HasAnOldConstant::two).in("op", "n"), 2);
  EXPECT_EQ(WholeNumber(BecomesInt{}).in("op", "n"), 3);
  EXPECT_EQ(WholeNumber(BecomesSize{}).in("op", "n"), 3);
  EXPECT_EQ(WholeNumber(std::integral_constant<long, -4>{}).in("op", "n"), -4);
  EXPECT_EQ(WholeNumber(Small(7)).in("op", "n"), 7);
  EXPECT_EQ(WholeNumber(std::int64_t(1) << 33).in("op", "n"), std::int64_t(1) << 33);
  constexpr auto lowest = std::numeric_limits<std::int64_t>::min();
  EXPECT_EQ(WholeNumber(lowest).in("op", "n"), lowest);
  EXPECT_EQ(to_text(WholeNumber(lowest)), "-9223372036854775808");
  EXPECT_EQ(to_text(WholeNumber(all)), "18446744073709551615");
  EXPECT_NE(WholeNumber(all), WholeNumber(-1));
}
TEST(WholeNumbers, RefuseInTheNameOfWhoAsks) {
  const std::string said =
      "[roll] shift is 18446744073709551615, outside -9223372036854775808 to "
      "9223372036854775807. Use one in that range.";
  EXPECT_EQ(error_of([] { WholeNumber(std::size_t(0) - 1).in("roll", "shift"); }), said);
  EXPECT_EQ(error_of([] { WholeNumber(all).in("roll", "shift"); }), said);
}
TEST(WholeNumbers, SettingsKnowTheirNames) {
  EXPECT_EQ(error_of([] { Small(std::int64_t(1) << 33); }),
            "[op] n is 8589934592, outside -2147483648 to 2147483647. Use one in that range.");
  EXPECT_EQ(error_of([] { Small(WholeNumber(all)); }),
            "[op] n is 18446744073709551615, outside -2147483648 to 2147483647. Use one in that "
            "range.");
  EXPECT_EQ(error_of([] { Seed<"op">(-1); }),
            "[op] the seed is -1, outside 0 to 18446744073709551615. Use one in that range.");
  Small small = 2147483647;
  EXPECT_EQ(small, 2147483647);
  small = two;
  EXPECT_EQ(small + 1, 3);
  EXPECT_EQ(to_text(small), "2");
  EXPECT_EQ(Seed<"op">(all), ~std::uint64_t(0));
}
TEST(WholeNumbers, MakeShapesAndAxes) {
  const std::size_t n = 4;
  const Shape shape{n, two, BecomesInt{}};
  EXPECT_EQ(shape, Shape({4, 2, 3}));
  EXPECT_EQ(shape[std::size_t(2)], 3);
  EXPECT_EQ(shape.from_end(one), 3);
  EXPECT_EQ(Axes({one, std::size_t(0)})[0], 1);
  EXPECT_EQ(error_of([] { Shape{std::size_t(0) - 1}; }),
            "[shape] a size is 18446744073709551615, outside -9223372036854775808 to "
            "9223372036854775807. Use one in that range.");
  EXPECT_EQ(error_of([&] { shape[std::int64_t(1) << 32]; }),
            "[shape] an axis is 4294967296, outside -2147483648 to 2147483647. Use one in that "
            "range.");
  EXPECT_EQ(error_of([] { axis_bits("sum", std::size_t(0) - 1, 2); }),
            "[sum] axis 18446744073709551615 is out of range for an array of 2 axes. Axes here go "
            "from -2 to 1.");
}

}  // namespace
}  // namespace glassgrad
