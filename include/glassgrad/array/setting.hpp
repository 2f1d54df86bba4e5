// Whole numbers that are kept, and know whose they are and what they may be.
//   Setting<"trace", "digits", int, 0, 17>  checked where it is made
//   KeptSize<"pair", "rows">                checked by the op that reads it, in the op's name
#pragma once

#include <algorithm>

#include "glassgrad/array/whole_number.hpp"

namespace glassgrad {
namespace detail {
template <std::size_t n>
struct Text {
  char characters[n];
  constexpr Text(const char (&text)[n]) { std::copy_n(text, n, characters); }
  constexpr operator std::string_view() const { return {characters, n - 1}; }
};
}  // namespace detail

// It takes what a WholeNumber takes, reads as an I, and counts as one: ++, +=, << and the like.
// Throws ShapeError, "[where] what is VALUE, outside LOWEST to HIGHEST. Use one in that range.".
template <detail::Text where, detail::Text what, std::integral I = std::int64_t,
          I lowest = std::numeric_limits<I>::min(), I highest = std::numeric_limits<I>::max()>
class Setting {
 public:
  template <detail::WholeScalar N>
  constexpr Setting(N number) : number_(checked(detail::plain(number))) {}
  template <detail::WholeClass N>
  constexpr Setting(const N& number) : Setting(detail::plain(number)) {}
  constexpr Setting(WholeNumber number)
      : number_(number.visit([](auto plain) { return checked(plain); })) {}
  template <detail::NotWhole N>
  Setting(N a_whole_number_is_wanted_here_such_as_2_neither_2_5_nor_true) = delete;
  constexpr operator I() const { return number_; }

  constexpr Setting& operator+=(WholeNumber other) {
    return change(other, " plus ",
                  [](I a, auto b, I& y) { return __builtin_add_overflow(a, b, &y); });
  }
  constexpr Setting& operator-=(WholeNumber other) {
    return change(other, " minus ",
                  [](I a, auto b, I& y) { return __builtin_sub_overflow(a, b, &y); });
  }
  constexpr Setting& operator*=(WholeNumber other) {
    return change(other, " times ",
                  [](I a, auto b, I& y) { return __builtin_mul_overflow(a, b, &y); });
  }
  constexpr Setting& operator++() { return *this += 1; }
  constexpr Setting& operator--() { return *this -= 1; }
  constexpr Setting operator++(int) {
    const Setting before = *this;
    ++*this;
    return before;
  }
  constexpr Setting operator--(int) {
    const Setting before = *this;
    --*this;
    return before;
  }
  // Found without std::, as in `using std::max; max(options.limit, 16)`.
  friend constexpr Setting max(Setting a, Setting b) { return a < b ? b : a; }
  friend constexpr Setting min(Setting a, Setting b) { return b < a ? b : a; }
  friend std::string to_text(Setting setting) { return std::to_string(setting.number_); }

 private:
  template <class N>
  static constexpr bool within(N number) {
    return std::cmp_less_equal(lowest, number) && std::cmp_less_equal(number, highest);
  }
  template <class N>
  static constexpr I checked(N number) {
    if (!within(number)) [[unlikely]]
      detail::refuse_outside(where, what, std::to_string(number), std::to_string(lowest),
                             std::to_string(highest));
    return static_cast<I>(number);  // fits: looked at
  }
  template <class F>
  constexpr Setting& change(WholeNumber other, std::string_view sign, const F& overflows) {
    I result = 0;
    const bool out = other.visit([&](auto plain) { return overflows(number_, plain, result); });
    if (out || !within(result)) [[unlikely]]
      detail::refuse_outside(where, what,
                             std::to_string(number_).append(sign).append(to_text(other)),
                             std::to_string(lowest), std::to_string(highest));
    number_ = result;
    return *this;
  }

  I number_;
};

// A size that is kept for an op, which checks it in its own name: size.in("conv2d", "groups", ...).
// Read without, it throws what a Setting throws.
template <detail::Text where, detail::Text what>
class KeptSize {
 public:
  template <detail::WholeScalar N>
  constexpr KeptSize(N number) : number_(number) {}
  template <detail::WholeClass N>
  constexpr KeptSize(const N& number) : number_(number) {}
  constexpr KeptSize(WholeNumber number) : number_(number) {}
  template <detail::NotWhole N>
  KeptSize(N a_whole_number_is_wanted_here_such_as_2_neither_2_5_nor_true) = delete;
  constexpr operator std::int64_t() const { return number_.in(where, what); }
  constexpr std::int64_t in(std::string_view op, std::string_view parameter, Range range) const {
    return number_.in(op, parameter, range);
  }
  constexpr WholeNumber number() const { return number_; }
  friend std::string to_text(KeptSize size) { return to_text(size.number_); }

 private:
  WholeNumber number_;
};

template <detail::Text where>
using Seed = Setting<where, "the seed", std::uint64_t>;

}  // namespace glassgrad
