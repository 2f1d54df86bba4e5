// How the views write an array: all its numbers when it is small, a summary when it is not.
#pragma once

#include <string>

#include "glassgrad/array/text.hpp"
#include "glassgrad/show/snapshot/snapshot.hpp"

namespace glassgrad {

// How many digits: significant ones, or with decimals >= 0 that many after the point, zeros at the
// end cut; a number of which that would leave one digit or none keeps its significant ones.
struct Digits {
  int significant = 4;
  int decimals = -1;
};

// "0.5", "[0.1 0.6]", or "(64, 128) mean 0.01, min -1, max 2"
std::string numbers_text(const SnapshotArray& array, Digits digits);
std::string numbers_text(std::span<const double> numbers, const Shape& shape, Digits digits);
std::string number_text(double number, Digits digits);

}  // namespace glassgrad
