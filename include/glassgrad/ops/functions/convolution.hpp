// Convolution and pooling over images (N, C, H, W) or (C, H, W) and signals (N, C, L) or (C, L).
#pragma once

#include "glassgrad/ops/functions/rearrange.hpp"

namespace glassgrad {

// One number for each spatial axis: rows, columns. A signal reads the second.
struct Pair {
  KeptSize<"pair", "rows"> rows = 1;
  KeptSize<"pair", "columns"> columns = 1;
  template <std::convertible_to<Integer> A>
  constexpr Pair(A both) : Pair(both, both) {}
  constexpr Pair(Integer r, Integer c) : rows(r), columns(c) {}
};
// Padding, stride, dilation, and how many groups the channels are split into.
struct Sliding {
  Pair stride = 1, padding = 0, dilation = 1;
  KeptSize<"sliding", "groups"> groups = 1;
};
// Throws ShapeError in the name of `op` unless both are at least `lowest`.
inline void check_pair(std::string_view op, std::string_view what, const Pair& pair,
                       std::int64_t lowest) {
  pair.rows.in(op, what, at_least(lowest));
  pair.columns.in(op, what, at_least(lowest));
}

// y[n, o, i, j] = sum_c,k,l x[n, c, i s + k d - p, j s + l d - p] w[o, c, k, l] within o's group of
// channels: what networks call convolution: the kernel is not flipped. w is (O, C / groups, H, W);
// a bias is added with per_channel(). Throw ShapeError when sizes do not fit.
template <class T>
Node<T> conv2d(const Node<T>& x, const Node<T>& w, const Sliding& sliding = {});
template <class T>
Node<T> conv1d(const Node<T>& x, const Node<T>& w, const Sliding& sliding = {});
// The adjoint of conv2d as a layer: w is (C, O / groups, H, W), and a window's entries are added
// where conv2d would read them. `more` rows and columns are appended.
template <class T>
Node<T> conv_transpose2d(const Node<T>& x, const Node<T>& w, const Sliding& sliding = {},
                         Pair more = 0);
template <class T>
Node<T> conv_transpose1d(const Node<T>& x, const Node<T>& w, const Sliding& sliding = {},
                         Integer more = 0);
// One number per channel, shaped to be added to x or multiplied with it: (C, 1, 1) for images.
template <class T>
Node<T> per_channel(const Node<T>& b, const Node<T>& x, Integer spatial_axes = 2);

struct Pooling {
  Pair stride = 0;  // 0: the window's size
  Pair padding = 0, dilation = 1;
  bool ceil = false;          // a last window may reach beyond the end
  bool count_padding = true;  // padding counts in the mean
  double divisor = 0;         // 0: the number of entries averaged
};
// The largest of each window, ties splitting the gradient. The mean of each window.
template <class T>
Node<T> max_pool2d(const Node<T>& x, Pair size, const Pooling& pooling = {});
template <class T>
Node<T> max_pool1d(const Node<T>& x, Integer size, const Pooling& pooling = {});
template <class T>
Node<T> avg_pool2d(const Node<T>& x, Pair size, const Pooling& pooling = {});
template <class T>
Node<T> avg_pool1d(const Node<T>& x, Integer size, const Pooling& pooling = {});
// Means of windows from floor(i n / size) to ceil((i + 1) n / size): a result of this size.
template <class T>
Node<T> adaptive_avg_pool2d(const Node<T>& x, Pair size);
template <class T>
Node<T> adaptive_avg_pool1d(const Node<T>& x, Integer size);
// The largest of the same windows, ties splitting the gradient.
template <class T>
Node<T> adaptive_max_pool2d(const Node<T>& x, Pair size);
template <class T>
Node<T> adaptive_max_pool1d(const Node<T>& x, Integer size);

}  // namespace glassgrad
