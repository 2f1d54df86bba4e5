// Text as a number, and what other text may have been meant as.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace glassgrad::detail {

// The whole of `text` as a number, the same in every locale: 1, -2.5, +3e4, nan, inf. None when it
// is something else. Beyond double's range it is infinity, with *overflow set; closer to 0 than its
// smallest number it is 0 with its sign, as IEEE 754 rounds.
std::optional<double> number_of(std::string_view text, bool* overflow);
bool is_number(std::string_view text);

// A number in another notation: what is special about it, and what to write instead.
struct Dialect {
  std::string problem;  // "has a decimal comma"
  std::string remedy;   // "Write 1.5, with a point"
};
// None if `text` is not. A comma before three digits is ambiguous: with a comma between columns it
// means thousands.
std::optional<Dialect> dialect_of(std::string_view text, char separator);
// What may be a column's name as well: "25%", "$5", "0x1F", a date.
std::optional<Dialect> notation_of(std::string_view text);

}  // namespace glassgrad::detail
