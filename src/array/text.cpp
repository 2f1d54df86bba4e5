// Numbers as text: the shortest digits that read back as the same number, or so many digits.
#include "glassgrad/array/text.hpp"

#include <charconv>
#include <cmath>

#include "array/written.hpp"

namespace glassgrad {
namespace {

template <class T>
std::string shortest(T number) {
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, number).ptr;
  return std::string(buffer, end);
}

template <class T>
void write_rows(View<const T> array, int axis, std::int64_t& next, int digits, std::string& text) {
  if (axis == array.rank()) {
    text += to_text(double(array[next++]), digits);
    return;
  }
  text += '[';
  for (std::int64_t i = 0; i < array.shape()[axis]; ++i) {
    if (i) text += axis + 1 == array.rank() ? " " : "; ";
    write_rows(array, axis + 1, next, digits, text);
  }
  text += ']';
}

}  // namespace

std::string to_text(double number) { return shortest(number); }
std::string to_text(float number) { return shortest(number); }

std::string to_text(double number, int digits) {
  if (number == 0) return "0";
  return detail::written(number, std::chars_format::general, digits);
}

template <class T>
std::string to_text(View<const T> array, int digits) {
  std::string text;
  std::int64_t next = 0;
  write_rows(array, 0, next, digits, text);
  return text;
}
template std::string to_text(View<const float>, int);
template std::string to_text(View<const double>, int);

}  // namespace glassgrad
