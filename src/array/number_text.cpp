#include "number_text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <limits>
#include <string_view>
#include <type_traits>

namespace glassgrad::detail {
namespace {

constexpr int precision = 8;
// From here on a column is scientific, and a number on its own. NumPy 2.3 lowered it for float.
template <class T>
constexpr double column_cutoff = std::is_same_v<T, float> ? 1e6 : 1e8;
template <class T>
constexpr double scalar_cutoff = std::is_same_v<T, float> ? 1e6 : 1e16;

// sign, digits d.ddd and exponent of a finite number.
struct Digits {
  std::string digits;
  int exponent = 0;
  bool negative = false;
};

Digits parsed(std::string_view text) {  // of "-1.234e-05", "5e+03"
  Digits result;
  const std::size_t e = text.find('e');
  for (char c : text.substr(0, e))
    if (c >= '0' && c <= '9') result.digits += c;
  result.negative = text.starts_with('-');
  const std::string_view exponent = text.substr(e + (text[e + 1] == '+' ? 2 : 1));
  std::from_chars(exponent.data(), exponent.data() + exponent.size(), result.exponent);
  return result;
}

void trim(std::string& digits) {
  while (digits.size() > 1 && digits.back() == '0') digits.pop_back();
}

// The fewest digits that tell a number apart from the others of its type.
template <class T>
Digits shortest(T number) {
  char text[64];
  const auto end = std::to_chars(text, text + sizeof text, number, std::chars_format::scientific);
  Digits result = parsed({text, end.ptr});
  trim(result.digits);
  return result;
}

// So many digits behind the point of d.ddd, rounded once.
Digits exactly(double number, std::size_t fraction) {
  char text[64];
  const auto end = std::to_chars(text, text + sizeof text, number, std::chars_format::scientific,
                                 int(std::min<std::size_t>(fraction, 40)));  // fits: at most 40
  return parsed({text, end.ptr});
}

template <class T>
Digits scientific(T number) {
  Digits digits = shortest(number);
  if (digits.digits.size() > precision + 1) {
    digits = exactly(double(number), precision);
    trim(digits.digits);
  }
  return digits;
}

struct Parts {
  std::string whole, fraction;
};

// The digits around the point, none behind it where there are only zeros: "0", "001".
Parts around_point(const Digits& of) {
  const std::string sign = of.negative ? "-" : "";
  if (of.exponent < 0) {
    const std::string zeros(std::size_t(-of.exponent - 1), '0');
    return {sign + "0", zeros + of.digits};
  }
  const std::size_t whole = std::size_t(of.exponent) + 1;
  std::string digits = of.digits;
  if (digits.size() < whole) digits.resize(whole, '0');
  return {sign + digits.substr(0, whole), digits.substr(whole)};
}

template <class T>
Parts positional(T number) {
  Parts parts = around_point(shortest(number));
  if (parts.fraction.size() > precision) {
    char text[400];
    const auto end = std::to_chars(text, text + sizeof text, double(number),
                                   std::chars_format::fixed, precision);
    const std::string_view all(text, std::size_t(end.ptr - text));
    const std::size_t point = all.find('.');
    parts = {std::string(all.substr(0, point)), std::string(all.substr(point + 1))};
    while (parts.fraction.ends_with('0')) parts.fraction.pop_back();
  }
  return parts;
}

std::string exponent_text(int exponent, std::size_t digits) {
  std::string text = std::to_string(std::abs(exponent));
  text.insert(0, digits - std::min(digits, text.size()), '0');
  return (exponent < 0 ? "e-" : "e+") + text;
}

std::string nonfinite_text(std::floating_point auto number) {
  return std::isnan(number) ? "nan" : number < 0 ? "-inf" : "inf";
}

std::string padded(std::string text, std::size_t width) {
  return text.insert(0, width - std::min(width, text.size()), ' ');
}

// Are the numbers of a column too large, too small or too far apart to be written out?
template <class T>
bool needs_exponents(const std::vector<T>& finite) {
  T least = std::numeric_limits<T>::infinity(), most = 0;
  for (T number : finite) {
    if (number == 0) continue;
    least = std::min(least, std::abs(number));
    most = std::max(most, std::abs(number));
  }
  return most > 0 && (most >= column_cutoff<T> || least < T(1e-4) || most / least > T(1000));
}

}  // namespace

std::string scalar_text(std::floating_point auto number) {
  if (!std::isfinite(number)) return nonfinite_text(number);
  const double size = std::abs(double(number));
  const Digits digits = shortest(number);
  if (size == 0 || (size >= 1e-4 && size < scalar_cutoff<decltype(number)>)) {
    const Parts parts = around_point(digits);
    return parts.whole + '.' + (parts.fraction.empty() ? "0" : parts.fraction);
  }
  const std::string behind = digits.digits.substr(1);
  return (digits.negative ? "-" : "") + digits.digits.substr(0, 1) + (behind.empty() ? "" : ".") +
         behind + exponent_text(digits.exponent, 2);
}
template std::string scalar_text(float);
template std::string scalar_text(double);

template <class T>
Column<T>::Column(const std::vector<T>& numbers) {
  std::vector<T> finite;
  std::copy_if(numbers.begin(), numbers.end(), std::back_inserter(finite),
               [](T number) { return std::isfinite(number); });
  scientific_ = needs_exponents(finite);
  for (T number : finite) {
    if (scientific_) {
      const Digits digits = scientific(number);
      left_ = std::max(left_, std::size_t(digits.negative ? 2 : 1));
      fraction_ = std::max(fraction_, digits.digits.size() - 1);
      exponent_ = std::max(exponent_, exponent_text(digits.exponent, 2).size() - 2);
    } else {
      const Parts parts = positional(number);
      left_ = std::max(left_, parts.whole.size());
      right_ = std::max(right_, parts.fraction.size());
    }
  }
  if (scientific_) right_ = fraction_ + 2 + exponent_;
  for (T number : numbers) {
    const std::size_t size = std::isfinite(number) ? 0 : nonfinite_text(number).size();
    if (size > right_ + 1) left_ = std::max(left_, size - right_ - 1);
  }
}

template <class T>
std::string Column<T>::finite(T number) const {
  if (scientific_) {
    // digits up to the column's last, also where fewer tell a float apart
    const Digits digits = exactly(double(number), fraction_);
    return padded((digits.negative ? "-" : "") + digits.digits.substr(0, 1), left_) + '.' +
           digits.digits.substr(1) + exponent_text(digits.exponent, exponent_);
  }
  const Parts parts = positional(number);
  return padded(parts.whole, left_) + '.' + parts.fraction +
         std::string(right_ - std::min(right_, parts.fraction.size()), ' ');
}

template <class T>
std::string Column<T>::text(T number) const {
  return std::isfinite(number) ? finite(number)
                               : padded(nonfinite_text(number), left_ + 1 + right_);
}
template class Column<float>;
template class Column<double>;

Column<std::int64_t>::Column(const std::vector<std::int64_t>& numbers) {
  for (std::int64_t number : numbers) width_ = std::max(width_, scalar_text(number).size());
}

std::string Column<std::int64_t>::text(std::int64_t number) const {
  return padded(scalar_text(number), width_);
}

}  // namespace glassgrad::detail
