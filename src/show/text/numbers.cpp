// Arrays as short text.
#include "show/text/numbers.hpp"

#include <cmath>

#include "array/written.hpp"

namespace glassgrad {
namespace {

void write_rows(const double*& next, const Shape& shape, int axis, Digits digits,
                std::string& text) {
  if (axis == shape.rank()) {
    text += number_text(*next++, digits);
    return;
  }
  text += '[';
  for (std::int64_t i = 0; i < shape[axis]; ++i) {
    if (i) text += axis + 1 == shape.rank() ? " " : "; ";
    write_rows(next, shape, axis + 1, digits, text);
  }
  text += ']';
}

}  // namespace

std::string number_text(double number, Digits digits) {
  if (digits.decimals < 0 || !std::isfinite(number)) return to_text(number, digits.significant);
  const double size = std::abs(number);
  if (size >= 1e15 || (size > 0 && size < 10 * std::pow(10, -digits.decimals)))
    return to_text(number, digits.significant);
  std::string text = detail::written(number, std::chars_format::fixed, digits.decimals);
  if (text.find('.') != std::string::npos) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
  }
  return text;
}

std::string numbers_text(std::span<const double> numbers, const Shape& shape, Digits digits) {
  std::string text;
  const double* next = numbers.data();
  write_rows(next, shape, 0, digits, text);
  return text;
}

std::string numbers_text(const SnapshotArray& array, Digits digits) {
  if (array.whole) return numbers_text(array.numbers, array.shape, digits);
  std::string text = to_text(array.shape) + " mean " + number_text(array.mean, digits) + ", min " +
                     number_text(array.min, digits) + ", max " + number_text(array.max, digits);
  if (array.nan) text += ", " + to_text(array.nan) + " NaN";
  if (array.infinite) text += ", " + to_text(array.infinite) + " infinite";
  return text;
}

}  // namespace glassgrad
