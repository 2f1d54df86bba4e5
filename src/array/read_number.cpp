// strtod reads what from_chars does not (blanks, a plus, 0x) and asks the locale for its decimal
// point; so the text that is a number is found first, and read in the locale "C".
#include "array/read_number.hpp"

#include <locale.h>

#include <cctype>
#include <cmath>
#include <cstdlib>
#include <string>
#include <string_view>

namespace glassgrad::detail {
namespace {

const char* skip_digits(const char* p, const char* last) {
  while (p != last && *p >= '0' && *p <= '9') ++p;
  return p;
}

// Where `word`, in small letters, ends if the text begins with it in any case; else null.
const char* skip_word(const char* p, const char* last, std::string_view word) {
  for (const char letter : word) {
    if (p == last || (*p | 0x20) != letter) return nullptr;
    ++p;
  }
  return p;
}

const char* end_of_word(const char* p, const char* last) {
  if (const char* const end = skip_word(p, last, "inf")) {
    const char* const all = skip_word(end, last, "inity");
    return all ? all : end;
  }
  const char* const end = skip_word(p, last, "nan");
  if (!end || end == last || *end != '(') return end;
  const auto in_name = [](char c) { return std::isalnum(c & 0xff) || c == '_'; };
  const char* close = end + 1;
  while (close != last && in_name(*close)) ++close;
  return close != last && *close == ')' ? close + 1 : end;
}

// Where the number that begins at p, behind its sign, ends; null: there is none.
const char* end_of_number(const char* p, const char* last) {
  const char* end = skip_digits(p, last);
  std::ptrdiff_t digits = end - p;
  if (end != last && *end == '.') {
    const char* const behind = skip_digits(end + 1, last);
    digits += behind - (end + 1);
    if (digits) end = behind;
  }
  if (digits == 0) return end_of_word(p, last);
  if (end == last || (*end | 0x20) != 'e') return end;
  const char* exponent = end + 1;
  if (exponent != last && (*exponent == '+' || *exponent == '-')) ++exponent;
  const char* const behind = skip_digits(exponent, last);
  return behind == exponent ? end : behind;
}

}  // namespace

std::from_chars_result read_number_by_strtod(const char* first, const char* last, double& number) {
  static const locale_t plain = ::newlocale(LC_ALL_MASK, "C", nullptr);
  const char* const end = end_of_number(first + (first != last && *first == '-'), last);
  if (!end) return {first, std::errc::invalid_argument};
  const std::string text(first, end);
  const double read = ::strtod_l(text.c_str(), nullptr, plain);
  // beyond the range strtod gives 0 or an infinity, where from_chars gives nothing
  const bool spelled_infinite = text.find_first_of("iI") != text.npos;
  const bool spelled_zero =
      text.substr(0, text.find_first_of("eE")).find_first_of("123456789") == text.npos;
  if ((std::isinf(read) && !spelled_infinite) || (read == 0 && !spelled_zero))
    return {end, std::errc::result_out_of_range};
  number = read;
  return {end, std::errc()};
}

std::from_chars_result read_number(const char* first, const char* last, double& number) {
#if defined(__cpp_lib_to_chars)
  return std::from_chars(first, last, number);
#else
  return read_number_by_strtod(first, last, number);
#endif
}

}  // namespace glassgrad::detail
