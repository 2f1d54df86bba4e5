// An action's error message: tests compare it with the exact text.
#pragma once

#include <string>

#include "glassgrad/array/error.hpp"

namespace glassgrad {

template <class F>
std::string error_of(F&& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace glassgrad
