// std::from_chars for double, also where the standard library has it for integers only (libc++
// before 20, so every browser).
#pragma once

#include <charconv>

namespace glassgrad::detail {

std::from_chars_result read_number(const char* first, const char* last, double& number);

// The same by strtod, wherever it is compiled.
std::from_chars_result read_number_by_strtod(const char* first, const char* last, double& number);

}  // namespace glassgrad::detail
