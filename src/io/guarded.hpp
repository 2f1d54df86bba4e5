// The one exception boundary of public readers: any failure below is a DataError that names the
// file.
#pragma once

#include <exception>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>

#include "glassgrad/array/error.hpp"

namespace glassgrad::detail {

// Returns read(). Our own errors pass; out of memory and other exceptions become DataError.
template <class F>
auto guarded(std::string_view where, std::string_view name, F&& read) {
  const auto refuse = [&](std::string_view problem, std::string_view remedy) {
    throw DataError(where, std::string(name).append(" ").append(problem), remedy);
  };
  try {
    return read();
  } catch (const Error&) {
    throw;
  } catch (const std::bad_alloc&) {
    refuse("does not fit into memory", "Give a smaller file, or free some memory");
    throw;
  } catch (const std::length_error&) {
    refuse("does not fit into memory", "Give a smaller file, or free some memory");
    throw;
  } catch (const std::exception& error) {
    refuse(std::string("cannot be read: ").append(error.what()), "Check the file");
    throw;
  }
}

}  // namespace glassgrad::detail
