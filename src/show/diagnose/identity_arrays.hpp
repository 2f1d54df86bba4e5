// What one array of a snapshot says about itself: its numbers, their statistics, histogram and
// preview are several statements about the same thing.
#pragma once

#include <string>

#include "show/diagnose/identity_numbers.hpp"

namespace glassgrad::detail {

// "its mean is 3, its numbers have 2", or "" when all agree, as far as what was kept can tell.
std::string disagreement(const SnapshotArray& of, const Precision& precision);

}  // namespace glassgrad::detail
