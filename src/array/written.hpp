// std::to_chars into as much room as the number needs: into too little it writes nothing of use,
// and gives the end of the room.
#pragma once

#include <algorithm>
#include <charconv>
#include <string>

namespace glassgrad::detail {

// No double has more significant digits (2^-1074 has the most behind its point); from there on,
// all would be zeros.
inline constexpr int most_significant = 767, most_decimals = 1074;

inline std::string written(double number, std::chars_format format, int precision) {
  precision =
      std::min(precision, format == std::chars_format::fixed ? most_decimals : most_significant);
  char buffer[64];
  const auto short_one = std::to_chars(buffer, buffer + sizeof buffer, number, format, precision);
  if (short_one.ec == std::errc()) return {buffer, short_one.ptr};
  std::string text(2048, '\0');  // 309 digits before the point, 1074 behind it
  const auto long_one =
      std::to_chars(text.data(), text.data() + text.size(), number, format, precision);
  text.resize(std::size_t(long_one.ptr - text.data()));
  return text;
}

}  // namespace glassgrad::detail
