// Arrays as short text.
#include "show/numbers.hpp"

namespace glassgrad {

std::string numbers_text(const SnapshotArray& array, int digits) {
  if (array.whole) return to_text(View<const double>{array.numbers.data(), &array.shape}, digits);
  std::string text = to_text(array.shape) + " mean " + to_text(array.mean, digits) + ", min " +
                     to_text(array.min, digits) + ", max " + to_text(array.max, digits);
  if (array.nan) text += ", " + to_text(array.nan) + " NaN";
  if (array.infinite) text += ", " + to_text(array.infinite) + " infinite";
  return text;
}

}  // namespace glassgrad
