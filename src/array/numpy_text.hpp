// Arrays as NumPy's str() writes them: aligned columns, eight digits and no more than tell the
// number apart, scientific notation where numbers are large, small or far apart, the middle of more
// than 1000 numbers left out. tests/round_trips/arrays_test.py compares with NumPy itself.
#pragma once

#include <string>

#include "glassgrad/array/array.hpp"

namespace glassgrad::detail {

// T is float, double or std::int64_t. A single number of rank 0 is written as NumPy's scalars are:
// all its digits, 3.0 and 1e-05.
template <class T>
std::string numpy_text(View<const T> array);

}  // namespace glassgrad::detail
