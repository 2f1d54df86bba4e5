// How the views write an array: all its numbers when it is small, a summary when it is not.
#pragma once

#include <string>

#include "glassgrad/core/text.hpp"
#include "glassgrad/show/snapshot.hpp"

namespace glassgrad {

// "0.5", "[0.1 0.6]", or "(64, 128) mean 0.01, min -1, max 2"
std::string numbers_text(const SnapshotArray& array, int digits);

}  // namespace glassgrad
