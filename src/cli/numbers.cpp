// Parsed with strtod and from_chars; what they would skip or leave over is refused first.
#include "numbers.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstdlib>

#include "glassgrad/array/error.hpp"
#include "glassgrad/array/text.hpp"
#include "terminal.hpp"

namespace glassgrad::cli {
namespace {

constexpr std::size_t most_shown = 60;  // bytes of a value that is refused

[[noreturn]] void refuse(std::string_view command, std::string_view flag, const std::string& value,
                         const Range& range) {
  throw Error(command, join(flag, " is ", value), range.text());
}
[[noreturn]] void refuse_text(std::string_view command, std::string_view flag,
                              const std::string& text, const char* what, const Range& range) {
  refuse(command, flag, join("\"", shown(text, most_shown), "\", which is no ", what), range);
}

// An end of a range as it may be given: a whole number in digits.
std::string bound(double number) {
  const bool whole = number == std::floor(number) && std::abs(number) < 1e19;
  return whole ? fmt::format("{:.0f}", number) : to_text(number, 9);
}

}  // namespace

std::string Range::text() const {
  constexpr double all = std::numeric_limits<double>::max();
  if (low == -all && high == all) return "Give a finite number";
  if (high == all) return join("Give a finite number of at least ", bound(low));
  if (open) return join("Give a number of at least ", bound(low), " and below ", high);
  return join("Give a number from ", bound(low), " to ", bound(high));
}

double real_from(std::string_view command, std::string_view flag, const std::string& text,
                 const Range& range) {
  // strtod would skip blanks, read hexadecimal numbers and nan(...)
  const bool plain = text.find_first_not_of("0123456789+-.eEinfatyINFATY") == text.npos;
  char* end = nullptr;
  const double number = plain ? std::strtod(text.c_str(), &end) : 0;
  if (!plain || text.empty() || end != text.c_str() + text.size())
    refuse_text(command, flag, text, "number", range);
  if (!range.holds(number)) refuse(command, flag, shown(text, most_shown), range);
  return number;
}

std::int64_t whole_from(std::string_view command, std::string_view flag, const std::string& text,
                        const Range& range) {
  const std::size_t sign = text.size() > 1 && text[0] == '+' && text[1] != '-' ? 1 : 0;
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data() + sign, end, number);
  if (read.ec == std::errc::invalid_argument || read.ptr != end)
    refuse_text(command, flag, text, "whole number", range);
  const auto above = [number](double high) {  // exactly, as a double beyond 2^53 is not
    return high < 0x1p63 && number > std::int64_t(high);
  };
  if (read.ec != std::errc{} || !range.holds(double(number)) || above(range.high))
    refuse(command, flag, shown(text, most_shown), range);
  return number;
}

void check_range(std::string_view command, std::string_view flag, double number,
                 const Range& range) {
  if (!range.holds(number)) refuse(command, flag, to_text(number), range);
}

std::string in_short(double number, int decimals) {
  constexpr double long_from = 1e6;
  return std::abs(number) < long_from || !std::isfinite(number)
             ? fmt::format("{:.{}f}", number, decimals)
             : fmt::format("{:.{}g}", number, decimals);
}

}  // namespace glassgrad::cli
