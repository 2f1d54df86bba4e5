// Histograms and previews of large arrays (show/snapshot/snapshot_array.hpp says by which rules).
#include "show/snapshot/summary.hpp"

namespace glassgrad {
namespace {

constexpr double far = 1e4;  // largest over median size, beyond which equal bins show nothing

// The median size of the finite numbers that are not 0; 0 when there are none.
double median_size(std::span<const double> numbers) {
  std::vector<double> sizes;
  for (const double x : numbers)
    if (x != 0 && std::isfinite(x)) sizes.push_back(std::abs(x));
  if (sizes.empty()) return 0;
  const auto middle = sizes.begin() + std::ptrdiff_t(sizes.size() / 2);
  std::nth_element(sizes.begin(), middle, sizes.end());
  return *middle;
}

SnapshotHistogram histogram_of(std::span<const double> numbers, const SnapshotArray& stats) {
  SnapshotHistogram histogram;
  if (stats.nan + stats.infinite == std::int64_t(numbers.size())) return histogram;
  const double median = median_size(numbers);
  const double largest = std::max(std::abs(stats.min), std::abs(stats.max));
  histogram.low = stats.min, histogram.high = stats.max;
  if (median > 0 && largest / median > far && std::isfinite(largest / median))
    histogram.unit = median;
  const auto place = [&](double x) {
    return histogram.unit > 0 ? std::copysign(std::log10(1 + std::abs(x) / histogram.unit), x)
                              : x / 2;  // halved, so that the width of all of float64 is finite
  };
  histogram.counts.resize(histogram_bins);
  const double low = place(histogram.low), width = place(histogram.high) - low;
  for (const double x : numbers) {
    if (!std::isfinite(x)) continue;
    const double fraction = width > 0 ? (place(x) - low) / width : 0;
    ++histogram.counts[std::min(std::size_t(fraction * histogram_bins), histogram_bins - 1UL)];
  }
  return histogram;
}

// Whether float32 holds the numbers to its own precision.
bool in_range_of_float(const SnapshotArray& stats) {
  const double largest = std::max(std::abs(stats.min), std::abs(stats.max));
  return largest == 0 || (largest > 1e-30 && largest < 1e38);
}

SnapshotPreview preview_of(std::span<const double> numbers, const Shape& shape,
                           const SnapshotArray& stats) {
  const std::int64_t columns = shape.rank() ? shape.from_end(1) : 1;
  const std::int64_t rows = std::int64_t(numbers.size()) / columns;
  SnapshotPreview preview;
  preview.rows = std::min(rows, preview_side), preview.columns = std::min(columns, preview_side);
  const bool exact = preview.rows == rows && preview.columns == columns;
  const bool narrow = in_range_of_float(stats);
  const auto rounded = [&](double x) { return narrow ? double(float(x)) : x; };
  constexpr double infinity = std::numeric_limits<double>::infinity();
  for (std::int64_t r = 0; r < preview.rows; ++r)
    for (std::int64_t c = 0; c < preview.columns; ++c) {
      double sum = 0, least = infinity, most = -infinity;
      std::int64_t count = 0;
      for (std::int64_t i = r * rows / preview.rows; i < (r + 1) * rows / preview.rows; ++i)
        for (std::int64_t j = c * columns / preview.columns;
             j < (c + 1) * columns / preview.columns; ++j, ++count) {
          const double x = numbers[std::size_t(i * columns + j)];
          sum += x;
          if (!std::isnan(x)) least = std::min(least, x), most = std::max(most, x);
        }
      const double mean =
          std::isnan(sum) ? std::numeric_limits<double>::quiet_NaN() : sum / double(count);
      preview.values.push_back(rounded(mean));
      if (exact) continue;
      const bool any = least <= most;
      preview.min.push_back(any ? rounded(least) : mean);
      preview.max.push_back(any ? rounded(most) : mean);
    }
  return preview;
}

}  // namespace

std::shared_ptr<const SnapshotPicture> picture_of(std::span<const double> numbers,
                                                  const Shape& shape, const SnapshotArray& stats) {
  return std::make_shared<const SnapshotPicture>(
      SnapshotPicture{histogram_of(numbers, stats), preview_of(numbers, shape, stats)});
}

}  // namespace glassgrad
