// Errors in the name of the function that was called, not of an op or a container inside it.
#pragma once

#include <cstdint>
#include <new>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "glassgrad/array/error.hpp"

namespace glassgrad {
namespace detail {
[[noreturn, gnu::cold]] void rethrow_as(std::string_view name);
[[noreturn, gnu::cold]] void refuse_room(std::string_view where, std::int64_t count);
}  // namespace detail

// formula(), whose ShapeErrors and TapeErrors then begin with [name]. Out of memory is a
// MemoryError.
template <class Formula>
decltype(auto) in_the_name_of(std::string_view name, const Formula& formula) {
  try {
    return formula();
  } catch (...) {
    detail::rethrow_as(name);
  }
}

// So many numbers. Throws MemoryError, "[where] there is no memory for COUNT numbers. ...".
template <class X>
std::vector<X> room_for(std::string_view where, std::int64_t count, const X& each = X()) {
  try {
    return std::vector<X>(static_cast<std::size_t>(count), each);
  } catch (const std::bad_alloc&) {
    detail::refuse_room(where, count);
  } catch (const std::length_error&) {
    detail::refuse_room(where, count);
  }
}

}  // namespace glassgrad
