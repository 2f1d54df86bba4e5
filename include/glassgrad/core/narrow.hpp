// narrow: the one conversion of sizes, counts, axes and positions to a smaller type, and products
// of sizes that do not wrap. Both throw with the values. A plain cast of a size is for numbers that
// were checked already; scripts/check-narrowing finds those that do not say so.
#pragma once

#include <concepts>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>

#include "glassgrad/core/error.hpp"

namespace glassgrad {
namespace detail {
[[noreturn]] inline void refuse_narrow(std::string_view where, std::string_view what,
                                       const std::string& value, const std::string& low,
                                       const std::string& high) {
  throw ShapeError(where, std::string(what) + " is " + value + ", outside " + low + " to " + high,
                   "Use one in that range");
}
}  // namespace detail

// value as a To. Throws ShapeError, "[where] what is VALUE, outside LOW to HIGH. ...", when To
// cannot hold it.
template <std::integral To, std::integral From>
constexpr To narrow(std::string_view where, std::string_view what, From value) {
  if (!std::in_range<To>(value))
    detail::refuse_narrow(where, what, std::to_string(value),
                          std::to_string(std::numeric_limits<To>::min()),
                          std::to_string(std::numeric_limits<To>::max()));
  return static_cast<To>(value);
}

// a * b of numbers that are not negative; false when it is more than an int64 holds.
constexpr bool multiply(std::int64_t a, std::int64_t b, std::int64_t& product) {
  return !__builtin_mul_overflow(a, b, &product);
}

}  // namespace glassgrad
