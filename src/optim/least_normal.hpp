// What update lines need of a type in double.
#pragma once

#include <limits>

namespace glassgrad {

template <class T>
inline constexpr double least_normal = double(std::numeric_limits<T>::min());

}  // namespace glassgrad
