// Numbers, shapes and arrays as text; and small sentences for error messages, without a formatting
// library in every header.
#pragma once

#include <concepts>
#include <string>
#include <string_view>

#include "glassgrad/array/array.hpp"

namespace glassgrad {

std::string to_text(double number);  // shortest that reads back the same
std::string to_text(float number);
inline std::string to_text(std::integral auto number) { return std::to_string(number); }
inline std::string to_text(std::string_view text) { return std::string(text); }

// `digits` significant digits, trailing zeros cut: 0.1234, 1.5, 2e-08; never "-0".
std::string to_text(double number, int digits);
// All numbers of an array, rows in brackets: [0.1 0.6], [[1 2]; [3 4]] on one line.
template <class T>
std::string to_text(View<const T> array, int digits = 6);

template <class... Parts>
std::string join(const Parts&... parts) {
  std::string text;
  (text.append(to_text(parts)), ...);
  return text;
}

}  // namespace glassgrad
