#include "numbers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>
#include <system_error>

#include "array/read_number.hpp"

namespace glassgrad::detail {
namespace {

bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }

// Whether a number outside double's range underflows: its first digit stands at a power of ten
// below 0. Exponents are clamped at 10^15.
bool is_tiny(std::string_view text) {
  const std::size_t e = std::min(text.find_first_of("eE"), text.size());
  const std::size_t point = std::min(text.substr(0, e).find('.'), e);
  const std::size_t first = text.find_first_of("123456789");
  if (first >= e) return true;  // all zeros
  std::int64_t power = static_cast<std::int64_t>(point) - static_cast<std::int64_t>(first);
  if (e < text.size()) {
    constexpr std::int64_t most = 1'000'000'000'000'000;
    std::string_view digits = text.substr(e + 1);
    const bool minus = digits.starts_with('-');
    if (minus || digits.starts_with('+')) digits.remove_prefix(1);
    std::int64_t exponent = 0;
    for (const char digit : digits) exponent = std::min(most, 10 * exponent + (digit - '0'));
    power += minus ? -exponent : exponent;
  }
  return power < 0;
}

// Digits in groups of three: "1,234,567", with a sign and with a fraction after `point`.
bool is_grouped(std::string_view text, std::string_view group, char point) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  const bool leads_with_zero = text.starts_with('0');
  std::size_t lead = 0, groups = 0;
  while (lead < text.size() && is_digit(text[lead])) ++lead;
  text.remove_prefix(lead);
  if (lead < 1 || lead > 3 || leads_with_zero) return false;
  while (text.starts_with(group)) {
    text.remove_prefix(group.size());
    if (text.size() < 3 || !std::all_of(text.begin(), text.begin() + 3, is_digit)) return false;
    text.remove_prefix(3);
    ++groups;
  }
  if (text.starts_with(point)) text.remove_prefix(1);
  return groups > 0 && std::all_of(text.begin(), text.end(), is_digit);
}

std::string without(std::string_view text, std::string_view what) {
  std::string rest;
  while (!text.empty()) {
    if (text.starts_with(what)) {
      text.remove_prefix(what.size());
    } else {
      rest += text[0];
      text.remove_prefix(1);
    }
  }
  return rest;
}

std::string with_point(std::string text) {
  std::replace(text.begin(), text.end(), ',', '.');
  return text;
}

// "2024-01-31", "31.1.2024", "1/31/24", and a time of day behind it.
bool is_date(std::string_view text) {
  for (const char between : {'-', '/', '.'}) {
    std::string_view rest = text;
    int parts = 0;
    bool year = between == '/';  // "4.5.6" is a version
    while (parts < 3) {
      std::size_t digits = 0;
      while (digits < rest.size() && is_digit(rest[digits])) ++digits;
      if (digits == 0 || digits > 4) break;
      rest.remove_prefix(digits), ++parts, year = year || digits == 4;
      if (parts == 3 || !rest.starts_with(between)) break;
      rest.remove_prefix(1);
    }
    const bool ends = rest.empty() || rest[0] == ' ' || rest[0] == 'T';
    if (parts == 3 && ends && year) return true;
  }
  return false;
}

// With the minus, the digits and the blanks of a keyboard: word processors write others, which look
// the same.
std::string with_plain_letters(std::string_view text) {
  struct Letter {
    std::string_view odd, plain;
  };
  constexpr Letter letters[] = {{"\u2212", "-"}, {"\u2013", "-"}, {"\uFF0B", "+"}, {"\uFF0D", "-"},
                                {"\uFF0E", "."}, {"\u00A0", ""},  {"\u202F", ""},  {"\u2009", ""},
                                {"\u200B", ""},  {"\uFEFF", ""},  {" ", ""}};
  constexpr std::string_view zeros[] = {"\uFF10", "\u0660", "\u06F0"};  // and the nine after them
  std::string plain;
  while (!text.empty()) {
    const auto odd =
        std::find_if(std::begin(letters), std::end(letters),
                     [&](const Letter& letter) { return text.starts_with(letter.odd); });
    if (odd != std::end(letters)) {
      plain += odd->plain, text.remove_prefix(odd->odd.size());
      continue;
    }
    const auto zero = std::find_if(std::begin(zeros), std::end(zeros), [&](std::string_view from) {
      const std::size_t last = from.size() - 1;
      return text.size() > last && text.starts_with(from.substr(0, last)) &&
             text[last] >= from[last] && text[last] < from[last] + 10;
    });
    if (zero != std::end(zeros)) {
      plain += std::to_string(text[zero->size() - 1] - zero->back());
      text.remove_prefix(zero->size());
      continue;
    }
    plain += text[0], text.remove_prefix(1);
  }
  return plain;
}

std::optional<std::uint64_t> hexadecimal(std::string_view text) {
  if (!text.starts_with("0x") && !text.starts_with("0X")) return std::nullopt;
  std::uint64_t number = 0;
  const char* last = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data() + 2, last, number, 16);
  return error == std::errc() && rest == last ? std::optional(number) : std::nullopt;
}

}  // namespace

std::optional<double> number_of(std::string_view text, bool* overflow) {
  *overflow = false;
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  double number = 0;
  const char* last = text.data() + text.size();
  const auto [rest, error] = read_number(text.data(), last, number);
  if (error == std::errc::invalid_argument || rest != last) return std::nullopt;
  if (error != std::errc::result_out_of_range) return number;
  if (is_tiny(text)) return text.starts_with('-') ? -0.0 : 0.0;
  *overflow = true;
  return std::numeric_limits<double>::infinity();
}

bool is_number(std::string_view text) {
  bool overflow = false;
  return number_of(text, &overflow).has_value();
}

std::optional<Dialect> dialect_of(std::string_view text, char separator) {
  const auto thousands = [&](std::string_view group, const std::string& plain) {
    return Dialect{fmt::format("has a thousands separator, \"{}\"", group),
                   fmt::format("Write {} without it", plain)};
  };
  const auto commas = std::count(text.begin(), text.end(), ',');
  const bool may_group = separator == ',' || commas > 1 || text.find('.') != text.npos;
  if (may_group && is_grouped(text, ",", '.')) return thousands(",", without(text, ","));
  if (commas == 1 && is_grouped(text, ".", ','))
    return Dialect{"has a decimal comma and points between thousands",
                   fmt::format("Write {}, with a point", with_point(without(text, ".")))};
  if (commas == 1) {
    const std::string plain = with_point(std::string(text));
    if (is_number(plain))
      return Dialect{"has a decimal comma", fmt::format("Write {}, with a point", plain)};
  }
  if (commas == 0 && std::count(text.begin(), text.end(), '.') > 1 && is_grouped(text, ".", ','))
    return thousands(".", without(text, "."));
  for (const std::string_view group : {" ", "'", "_", "\u00A0", "\u202F", "\u2019"}) {
    for (const char point : {'.', ','})
      if (is_grouped(text, group, point)) return thousands(group, with_point(without(text, group)));
  }
  return std::nullopt;
}

std::optional<Dialect> notation_of(std::string_view text) {
  if (const std::string plain = with_plain_letters(text); plain != text && is_number(plain))
    return Dialect{"has letters that only look like a number's", fmt::format("Write {}", plain)};
  const auto trimmed = [](std::string_view rest) {
    while (rest.starts_with(' ')) rest.remove_prefix(1);
    while (rest.ends_with(' ')) rest.remove_suffix(1);
    return rest;
  };
  const auto write = [](std::string_view plain) { return fmt::format("Write {}", plain); };
  if (text.ends_with('%')) {
    const std::string_view plain = trimmed(text.substr(0, text.size() - 1));
    if (is_number(plain)) return Dialect{"has a percent sign", write(plain) + " in every line"};
  }
  for (const std::string_view sign : {"$", "\u20AC", "\u00A3", "\u00A5", "USD", "EUR"}) {
    std::string_view plain = text;
    if (plain.starts_with(sign))
      plain.remove_prefix(sign.size());
    else if (plain.ends_with(sign))
      plain.remove_suffix(sign.size());
    else
      continue;
    plain = trimmed(plain);
    if (is_number(plain)) return Dialect{"has a sign of currency", write(plain)};
    if (const auto dialect = dialect_of(plain, '\0'))
      return Dialect{"has a sign of currency", dialect->remedy};
  }
  if (text.size() > 2 && text.front() == '\'' && text.back() == '\'')
    if (const std::string plain(text.substr(1, text.size() - 2)); is_number(plain))
      return Dialect{"stands in single quotes", write(plain) + " without them"};
  for (const std::string_view word : {"true", "false", "yes", "no"})
    if (std::equal(text.begin(), text.end(), word.begin(), word.end(),
                   [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; }))
      return Dialect{"is a word", "Write 1 for true or yes, 0 for false or no"};
  if (const auto number = hexadecimal(text))
    return Dialect{"is hexadecimal", write(fmt::format("{}", *number))};
  if (is_date(text))
    return Dialect{"is a date",
                   "Write numbers, such as the year, or the days since the first date"};
  return std::nullopt;
}

}  // namespace glassgrad::detail
