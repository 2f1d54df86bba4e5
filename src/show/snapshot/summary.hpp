// A SnapshotArray of an array: its numbers up to the limit, and a summary of the finite ones.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "glassgrad/show/snapshot/snapshot.hpp"

namespace glassgrad {

// The histogram and the preview of an array that is not whole.
std::shared_ptr<const SnapshotPicture> picture_of(std::span<const double> numbers,
                                                  const Shape& shape, const SnapshotArray& stats);

// Mean, norm and deviation of the finite numbers, whose squares may be beyond float64's range:
// scaled by a power of two, which changes no bit where they are not.
template <class T>
void add_moments(const T* numbers, std::int64_t finite, SnapshotArray& array) {
  const double largest = std::max(std::abs(array.min), std::abs(array.max));
  if (finite == 0 || largest == 0) return;
  const int power = std::clamp(std::ilogb(largest), -1000, 1000);
  const double scale = std::ldexp(1, -power), back = std::ldexp(1, power);
  double sum = 0, squares = 0, spread = 0;
  const auto each = [&](auto&& f) {
    for (std::int64_t i = 0; i < array.shape.count(); ++i)
      if (const double x = double(numbers[i]); std::isfinite(x)) f(x * scale);
  };
  each([&](double x) { sum += x, squares += x * x; });
  const double mean = sum / double(finite);
  each([&](double x) { spread += (x - mean) * (x - mean); });
  array.mean = mean * back;
  array.norm = std::sqrt(squares) * back;
  array.deviation = std::sqrt(spread / double(finite)) * back;
}

// Of an array over the limit the picture, too; not when it was not chosen.
template <class T>
SnapshotArray summary(const T* numbers, const Shape& shape, std::int64_t limit,
                      bool chosen = true) {
  SnapshotArray array;
  array.shape = shape;
  array.whole = shape.count() <= limit && (chosen || shape.rank() == 0);
  if (array.whole) array.numbers.assign(numbers, numbers + shape.count());
  std::int64_t finite = 0;
  for (std::int64_t i = 0; i < shape.count(); ++i) {
    const double x = double(numbers[i]);
    array.nan += std::isnan(x);
    if (std::isnan(x) && array.whole)  // without the meaningless sign of a NaN
      array.numbers[std::size_t(i)] = std::numeric_limits<double>::quiet_NaN();
    array.infinite += std::isinf(x);
    array.plus_infinite += std::isinf(x) && x > 0;
    array.zeros += x == 0;
    if (!std::isfinite(x)) {
      if (!array.first_bad) array.first_bad = i;
      continue;
    }
    array.min = finite ? std::min(array.min, x) : x;
    array.max = finite ? std::max(array.max, x) : x;
    ++finite;
  }
  add_moments(numbers, finite, array);
  if (!array.whole && chosen && shape.count() > 0) {
    const std::vector<double> wide(numbers, numbers + shape.count());
    array.picture = picture_of(wide, shape, array);
  }
  return array;
}

}  // namespace glassgrad
