// One image under a convolution: its windows gathered into a matrix (im2col; K. Chellapilla, S.
// Puri and P. Simard, "High Performance Convolutional Neural Networks for Document Processing",
// 2006), some rows of results at a time so that it stays in the cache, then a matrix product. It is
// gathered anew for each use: cheaper than passing it through memory. Included by files that hold
// kernels only.
#pragma once

#include <algorithm>

#include "glassgrad/kernels/convolution.hpp"
#include "glassgrad/kernels/kernels.hpp"

namespace glassgrad::kernels {
namespace {

constexpr std::int64_t tile_bytes = std::int64_t(1) << 19;  // of the matrix of windows

// One image x (C, H, W), its weights w (O, C, size) and results y (O, I, J).
template <class T>
class Image {
 public:
  Image(const Filter& filter, const Shape& x, const Shape& y)
      : rows_(filter.rows),
        columns_(filter.columns),
        channels_(x.from_end(3)),
        height_(x.from_end(2)),
        width_(x.from_end(1)),
        outputs_(y.from_end(3)),
        i_(y.from_end(2)),
        j_(y.from_end(1)),
        depth_(channels_ * rows_.size * columns_.size),
        padded_(rows_.padding > 0 || columns_.padding > 0),
        as_it_is_(!padded_ && rows_.size == 1 && columns_.size == 1 && rows_.step == 1 &&
                  columns_.step == 1) {
    const std::int64_t row = std::max<std::int64_t>(1, depth_ * j_ * std::int64_t(sizeof(T)));
    at_once_ = as_it_is_ ? i_ : std::clamp<std::int64_t>(tile_bytes / row, 1, std::max(i_, one));
  }

  std::int64_t multiplications() const { return outputs_ * depth_ * i_ * j_; }
  // Scratch numbers needed.
  std::int64_t scratch() const {
    if (as_it_is_) return 0;
    return whole(wide() * high() * channels_) + whole(depth_ * at_once_ * j_) +
           whole(outputs_ * at_once_ * j_);
  }

  void output(T* scratch, const T* x, const T* w, T* y, bool add) const {
    if (as_it_is_) return matmul(false, false, outputs_, i_ * j_, depth_, w, x, y, add);
    const Places at(*this, scratch);
    const T* const image = padded_ ? pad(x, at.image) : x;
    each_tile([&](std::int64_t row, std::int64_t count) {
      gather(image, row, count, at.windows);
      const bool all = count == i_;
      matmul(false, false, outputs_, count * j_, depth_, w, at.windows, all ? y : at.results,
             all && add);
      if (all) return;
      (add ? kernels::add<T> : copy<T>)({outputs_, count * j_}, at.results, beside(count), y,
                                        among_all(row));
    });
  }
  void input(T* scratch, const T* w, const T* y, T* x, bool add) const {
    if (as_it_is_) return matmul(true, false, depth_, i_ * j_, outputs_, w, y, x, add);
    const Places at(*this, scratch);
    T* const image = padded_ ? at.image : x;
    if (padded_ || !add) std::fill_n(image, channels_ * high() * wide(), T(0));
    each_tile([&](std::int64_t row, std::int64_t count) {
      matmul(true, false, depth_, count * j_, outputs_, w, some(y, row, count, at.results),
             at.windows);
      const Shape sizes = windows(count);
      constexpr Overlap overlaps[] = {{1, 3}, {2, 4}};
      add_windows(sizes, at.windows, image, walk(row), overlaps);
    });
    if (padded_)
      (add ? kernels::add<T> : copy<T>)(image_shape(), image, inner(), x, row_major(image_shape()));
  }
  void weights(T* scratch, const T* x, const T* y, T* w, bool add) const {
    if (as_it_is_) return matmul(false, true, outputs_, depth_, i_ * j_, y, x, w, add);
    const Places at(*this, scratch);
    const T* const image = padded_ ? pad(x, at.image) : x;
    each_tile([&](std::int64_t row, std::int64_t count) {
      gather(image, row, count, at.windows);
      matmul(false, true, outputs_, depth_, count * j_, some(y, row, count, at.results), at.windows,
             w, add || row > 0);
    });
  }

 private:
  static constexpr std::int64_t one = 1;
  static std::int64_t whole(std::int64_t count) {  // cache lines
    constexpr std::int64_t line = std::int64_t(alignment / sizeof(T));
    return (count + line - 1) / line * line;
  }
  struct Places {
    T *image, *windows, *results;
    Places(const Image& of, T* scratch)
        : image(scratch),
          windows(image + whole(of.wide() * of.high() * of.channels_)),
          results(windows + whole(of.depth_ * of.at_once_ * of.j_)) {}
  };

  std::int64_t high() const { return height_ + 2 * rows_.padding; }
  std::int64_t wide() const { return width_ + 2 * columns_.padding; }
  Shape image_shape() const { return {channels_, height_, width_}; }
  Shape windows(std::int64_t count) const {
    return {channels_, rows_.size, columns_.size, count, j_};
  }

  // body(first row of results, how many), at least once.
  template <class Body>
  void each_tile(const Body& body) const {
    std::int64_t row = 0;
    do body(row, std::min(at_once_, i_ - row));
    while ((row += at_once_) < i_);
  }

  // The windows of an image.
  Walk walk(std::int64_t row) const {
    return {row * rows_.step * wide(),
            {high() * wide(), wide() * rows_.dilation, columns_.dilation, wide() * rows_.step,
             columns_.step}};
  }
  Walk inner() const {  // what is not padding
    return {rows_.padding * wide() + columns_.padding, {high() * wide(), wide(), 1}};
  }
  Walk beside(std::int64_t count) const { return {0, {count * j_, 1}}; }
  Walk among_all(std::int64_t row) const { return {row * j_, {i_ * j_, 1}}; }

  const T* pad(const T* x, T* image) const {
    std::fill_n(image, channels_ * high() * wide(), T(0));
    copy(image_shape(), x, row_major(image_shape()), image, inner());
    return image;
  }
  void gather(const T* image, std::int64_t row, std::int64_t count, T* to) const {
    const Shape sizes = windows(count);
    copy(sizes, image, walk(row), to, row_major(sizes));
  }
  // Some rows of every result, contiguous.
  const T* some(const T* y, std::int64_t row, std::int64_t count, T* to) const {
    if (count == i_) return y;
    copy({outputs_, count * j_}, y, among_all(row), to, beside(count));
    return to;
  }

  const Along rows_, columns_;
  const std::int64_t channels_, height_, width_, outputs_, i_, j_, depth_;
  const bool padded_, as_it_is_;  // a window is one entry: nothing to gather
  std::int64_t at_once_;          // rows of results
};

}  // namespace
}  // namespace glassgrad::kernels
