// SnapshotArray: an array in a snapshot. Small ones are whole; large ones are statistics, a
// histogram and a pooled preview, by limits written into the file.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "glassgrad/array/shape.hpp"

namespace glassgrad {

inline constexpr int histogram_bins = 32;
inline constexpr std::int64_t preview_side = 64;  // a preview has at most 64 x 64 cells

// The finite numbers in 32 equal bins from low to high. With a unit the bins are equal in
//   sign(x) log10(1 + |x| / unit),
// which is chosen where the largest |x| is more than 10^4 times the median |x| that is not 0: then
// that median is the unit.
struct SnapshotHistogram {
  double low = 0, high = 0, unit = 0;  // unit 0: the bins are equal in x
  std::vector<std::int64_t> counts;
};

// The array as a matrix (leading axes flattened into rows) pooled to at most 64 x 64 cells: of each
// its mean, and its extremes so that spikes survive. A NaN in a cell becomes its mean; the extremes
// ignore it. Rounded to float32 where its range allows. Where every cell is a single number there
// are no extremes.
struct SnapshotPreview {
  std::int64_t rows = 0, columns = 0;
  std::vector<double> values, min, max;
};

struct SnapshotPicture {
  SnapshotHistogram histogram;  // no counts when nothing is finite
  SnapshotPreview preview;      // no rows when the array is empty
};

// The numbers of an array, all of them up to the limit; a summary always.
struct SnapshotArray {
  Shape shape;
  std::vector<double> numbers;  // empty when the array is larger than the limit
  bool whole = false;
  double min = 0, max = 0, mean = 0, deviation = 0, norm = 0;  // over the finite numbers
  std::int64_t zeros = 0, nan = 0, infinite = 0, plus_infinite = 0;
  std::optional<std::int64_t> first_bad;           // where the first NaN or infinity stands
  std::shared_ptr<const SnapshotPicture> picture;  // of what is not whole; null: not kept
  bool finite() const { return nan + infinite == 0; }
};

}  // namespace glassgrad
