// narrow: the one conversion of sizes, counts, axes and positions to a smaller type, and products
// of sizes that do not wrap. Both throw with the values. A plain cast of a size is for numbers that
// were checked already; scripts/check-narrowing finds those that do not say so.
// Next: whole_number.hpp, the type of parameters.
#pragma once

#include <concepts>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>

#include "glassgrad/array/error.hpp"

namespace glassgrad {
namespace detail {
// "[where] what is VALUE, outside LOW to HIGH. Use one in that range."
[[noreturn, gnu::cold]] void refuse_outside(std::string_view where, std::string_view what,
                                            const std::string& value, const std::string& lowest,
                                            const std::string& highest);
// Never inline: what a refusal needs would keep the check itself from being a comparison.
template <class To, class From>
[[noreturn, gnu::noinline, gnu::cold]] void refuse_narrow(std::string_view where,
                                                          std::string_view what, From value) {
  refuse_outside(where, what, std::to_string(value), std::to_string(std::numeric_limits<To>::min()),
                 std::to_string(std::numeric_limits<To>::max()));
}
[[noreturn]] inline void refuse_size(std::string_view where, const std::string& what) {
  throw ShapeError(where, what + " is more than 9223372036854775807", "Use smaller sizes");
}
}  // namespace detail

// value as a To. Throws ShapeError, "[where] what is VALUE, outside LOW to HIGH. ...", when To
// cannot hold it.
template <std::integral To, std::integral From>
constexpr To narrow(std::string_view where, std::string_view what, From value) {
  if (!std::in_range<To>(value)) [[unlikely]]
    detail::refuse_narrow<To>(where, what, value);
  return static_cast<To>(value);
}

// a * b of numbers that are not negative; false when it is more than an int64 holds.
constexpr bool multiply(std::int64_t a, std::int64_t b, std::int64_t& product) {
  return !__builtin_mul_overflow(a, b, &product);
}

// Sums and products of sizes that end at the largest (smallest) int64 instead of wrapping: what is
// then compared with a size, or becomes one, is refused there, with its value.
constexpr std::int64_t bounded_sum(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  if (!__builtin_add_overflow(a, b, &sum)) return sum;
  return a < 0 ? std::numeric_limits<std::int64_t>::min()
               : std::numeric_limits<std::int64_t>::max();
}
constexpr std::int64_t bounded_product(std::int64_t a, std::int64_t b) {
  std::int64_t product = 0;
  if (!__builtin_mul_overflow(a, b, &product)) return product;
  return (a < 0) != (b < 0) ? std::numeric_limits<std::int64_t>::min()
                            : std::numeric_limits<std::int64_t>::max();
}
// Sums and products that become a size. Throw ShapeError, "[where] A times B is more than ...".
constexpr std::int64_t size_sum(std::string_view where, std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  if (__builtin_add_overflow(a, b, &sum))
    detail::refuse_size(where, std::to_string(a) + " plus " + std::to_string(b));
  return sum;
}
constexpr std::int64_t size_product(std::string_view where, std::int64_t a, std::int64_t b) {
  std::int64_t product = 0;
  if (__builtin_mul_overflow(a, b, &product))
    detail::refuse_size(where, std::to_string(a) + " times " + std::to_string(b));
  return product;
}
// How many entries windows span: (size - 1) dilation + 1, bounded.
constexpr std::int64_t window_span(std::int64_t size, std::int64_t dilation) {
  return bounded_sum(bounded_product(bounded_sum(size, -1), dilation), 1);
}

}  // namespace glassgrad
