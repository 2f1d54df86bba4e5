// Functions accept an axis counted from the back; recorded ops hold it counted from the front.
#pragma once

#include "glassgrad/array/text.hpp"

namespace glassgrad {

// Throws ShapeError, in the name of `op`, for any other axis.
inline void check_front(std::string_view op, int axis, int rank) {
  if (checked_axis(op, axis, rank) != axis)
    throw ShapeError(op, join("axis ", axis, " is counted from the back"),
                     "Count it from the front here");
}

}  // namespace glassgrad
