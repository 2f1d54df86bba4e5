// The kernels of convolution, and how windows lie on an image. One image at a time: its windows are
// gathered into a matrix that stays in the cache.
#pragma once

#include "glassgrad/array/array.hpp"
#include "glassgrad/array/memory.hpp"

namespace glassgrad::kernels {

// Windows along the rows or the columns of an image: how many entries they have, how far it is from
// one to the next, and between the entries of one; and how many zeros are on either side.
struct Along {
  std::int64_t size = 1, step = 1, dilation = 1, padding = 0;
  std::int64_t span() const { return window_span(size, dilation); }
  // How many there are along `length` entries; below 1 when none fits.
  std::int64_t count(std::int64_t length) const {
    const std::int64_t room = bounded_sum(length, bounded_product(2, padding)) - span();
    return room < 0 ? 0 : room / step + 1;
  }
};
struct Filter {
  Along rows, columns;
};

// Images x (..., C, H, W), weights w (..., O, C, rows * columns) and results y (..., O, I, J) of
//   y[o, i, j] = sum over c, k, l of w[o, c, k l] x[c, i s + k d - p, j s + l d - p]
// and its two adjoints. Leading axes broadcast; the result, written or with `add` accumulated, is
// summed over those that it does not have. The order of a sum depends on shapes alone.
template <class T>
void convolve(const Filter& filter, View<const T> x, View<const T> w, View<T> y, bool add,
              Pool& pool);
template <class T>
void convolve_input(const Filter& filter, View<const T> w, View<const T> y, View<T> x, bool add,
                    Pool& pool);
template <class T>
void convolve_weights(const Filter& filter, View<const T> x, View<const T> y, View<T> w, bool add,
                      Pool& pool);

}  // namespace glassgrad::kernels
