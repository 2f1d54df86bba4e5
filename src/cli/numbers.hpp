// Numbers on the command line: parsed whole, in the range given beside the option's name.
#pragma once

#include <concepts>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace glassgrad::cli {

// low <= number <= high, or, where `open`, number < high.
struct Range {
  double low = std::numeric_limits<double>::lowest();
  double high = std::numeric_limits<double>::max();
  bool open = false;

  bool holds(double number) const {  // not NaN
    return number >= low && (open ? number < high : number <= high);
  }
  std::string text() const;  // "Give a number from 1 to 1e+09"
};

// [train] --epochs is 0. Give a number from 1 to 1e+09.
// Throws Error unless the text is one number, with nothing before or after it, and in the range.
// A number too small for float64 is 0 (or denormal), as IEEE has it.
double real_from(std::string_view command, std::string_view flag, const std::string& text,
                 const Range& range);
std::int64_t whole_from(std::string_view command, std::string_view flag, const std::string& text,
                        const Range& range);

template <class Number>
Number number_from(std::string_view command, std::string_view flag, const std::string& text,
                   const Range& range) {
  if constexpr (std::integral<Number>)
    return Number(whole_from(command, flag, text, range));
  else
    return Number(real_from(command, flag, text, range));
}

// The same for a parsed number: settings from a model file.
void check_range(std::string_view command, std::string_view flag, double number,
                 const Range& range);

// A loss or a quality as the command line prints it: 0.1235; from a million on 1.235e+200.
std::string in_short(double number, int decimals = 4);

}  // namespace glassgrad::cli
