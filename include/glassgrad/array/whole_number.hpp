// Whole numbers as people pass them: axes, sizes, counts, seeds. C++ would turn 2.5 into 2, true
// into 1 and 2^33 into 0 without a word where a plain integer is asked for. Here what is no whole
// number does not compile, and one that does not fit is an error with its names and its value.
//   WholeNumber (Axis, Integer)  a parameter of an op, which gives it its names and its range
//   Setting<"pad", "before">     a member of a struct, or a parameter, that knows both: setting.hpp
#pragma once

#include <concepts>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "glassgrad/array/narrow.hpp"

namespace glassgrad {
namespace detail {
template <class N>
concept TruthOrCharacter =
    std::same_as<N, bool> || std::same_as<N, char> || std::same_as<N, wchar_t> ||
    std::same_as<N, char8_t> || std::same_as<N, char16_t> || std::same_as<N, char32_t>;
template <class N>
concept BuiltInWhole =
    std::integral<N> && !TruthOrCharacter<N> && sizeof(N) <= sizeof(std::int64_t);
template <class N>
concept UnscopedEnum = std::is_enum_v<N> && std::is_convertible_v<N, std::underlying_type_t<N>> &&
    !TruthOrCharacter<std::underlying_type_t<N>>;
// Braces refuse to narrow: no class that becomes a floating number is let through, and only one
// that becomes a bool fits both an int8 and a uint8. std::declval, because a constant would fit.
template <class N, class To>
concept Becomes = requires {
  To{std::declval<const N&>()};
};
template <class N>
concept BecomesWhole = Becomes<N, std::int64_t> || Becomes<N, std::uint64_t>;
template <class N>
concept BecomesTruth = Becomes<N, std::int8_t> && Becomes<N, std::uint8_t>;
template <class N>
concept WholeClass = std::is_class_v<N> && BecomesWhole<N> && !BecomesTruth<N>;
template <class N>
concept WholeScalar = BuiltInWhole<N> || UnscopedEnum<N>;
template <class N>
concept WholeLike = WholeScalar<N> || WholeClass<N>;
template <class N>
concept NotWhole = !WholeLike<N> && (std::is_arithmetic_v<N> || std::is_enum_v<N>);

template <WholeLike N>
constexpr auto plain(const N& number) {
  if constexpr (BuiltInWhole<N>)
    return number;
  else if constexpr (UnscopedEnum<N>)
    return static_cast<std::underlying_type_t<N>>(number);
  else if constexpr (Becomes<N, std::int64_t>)
    return std::int64_t{number};
  else
    return std::uint64_t{number};
}
}  // namespace detail

// What an op takes: both ends work.
struct Range {
  std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
  std::int64_t highest = std::numeric_limits<std::int64_t>::max();
};
// As many as the memory holds.
constexpr Range at_least(std::int64_t lowest) { return {lowest}; }

class WholeNumber;
namespace detail {
[[noreturn, gnu::cold]] void refuse_range(std::string_view op, std::string_view parameter,
                                          WholeNumber number, Range range);
}

// A parameter that is a whole number. It takes every integer, unscoped enums, and classes that
// become an integer (std::integral_constant); not floating numbers, bool, characters, scoped enums
// or {}. It keeps what it was given, up to 2^64 - 1, until the op asks for it in its own name.
class WholeNumber {
 public:
  template <detail::WholeScalar N>  // by value: a static const int may have no address
  constexpr WholeNumber(N number)
      : number_(static_cast<std::int64_t>(detail::plain(number))),  // kept whole: see beyond_
        beyond_(!std::in_range<std::int64_t>(detail::plain(number))) {}
  template <detail::WholeClass N>
  constexpr WholeNumber(const N& number) : WholeNumber(detail::plain(number)) {}
  template <detail::NotWhole N>
  WholeNumber(N a_whole_number_is_wanted_here_such_as_2_neither_2_5_nor_true) = delete;

  // Throws ShapeError, "[op] parameter is VALUE, outside LOWEST to HIGHEST. Use one in that
  // range.", unless it is in the range that the op takes.
  constexpr std::int64_t in(std::string_view op, std::string_view parameter,
                            Range range = {}) const {
    if (!within(range)) [[unlikely]]
      detail::refuse_range(op, parameter, *this, range);
    return number_;
  }
  constexpr bool within(Range range) const {
    return !beyond_ && range.lowest <= number_ && number_ <= range.highest;
  }
  template <std::integral I>
  constexpr bool fits() const {
    return !beyond_ && std::in_range<I>(number_);
  }
  // f of the number, an int64 or, above 2^63 - 1, a uint64.
  template <class F>
  constexpr auto visit(const F& f) const {
    return beyond_ ? f(static_cast<std::uint64_t>(number_)) : f(number_);
  }
  constexpr bool operator==(const WholeNumber&) const = default;
  friend std::string to_text(WholeNumber number) {
    return number.beyond_ ? std::to_string(static_cast<std::uint64_t>(number.number_))
                          : std::to_string(number.number_);
  }

 private:
  std::int64_t number_;
  bool beyond_;  // number_ is that of a uint64
};
using Integer = WholeNumber;
using Axis = WholeNumber;

}  // namespace glassgrad
