// Pooling: windows, and a reduction over them.
#include <limits>

#include "glassgrad/array/named.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/ops/functions/convolution.hpp"
#include "glassgrad/ops/functions/positions.hpp"
#include "glassgrad/ops/rules/matmul.hpp"
#include "glassgrad/ops/rules/reduce.hpp"

namespace glassgrad {
namespace {

// How an axis of n entries is covered: how many windows, and what is added before and after it.
struct Cover {
  std::int64_t n, size, stride, padding, dilation, count, after;
  // Do the windows tile the axis exactly?
  bool tiles() const {
    return stride == size && dilation == 1 && padding == 0 && after == 0 && n == count * size;
  }
};
Cover cover(std::string_view op, std::int64_t n, std::int64_t size, std::int64_t stride,
            std::int64_t padding, std::int64_t dilation, bool ceil) {
  if (stride == 0) stride = size;
  if (padding > size / 2)
    throw ShapeError(op, join("the padding is ", padding, ", the size ", size),
                     "Pad by at most half the size");
  const std::int64_t span = window_span(size, dilation);
  const std::int64_t room = bounded_sum(n, 2 * padding) - span;
  if (room < 0)
    throw ShapeError(
        op, join("a window spans ", span, " entries, there are ", n, " and padding ", padding),
        "Use a smaller window or more padding");
  std::int64_t count = room / stride + 1;
  if (ceil && room % stride != 0 && bounded_product(count, stride) < n + padding) ++count;
  const std::int64_t needed = (count - 1) * stride + span;
  return {n, size, stride, padding, dilation, count, std::max(padding, needed - n - padding)};
}
struct Covers {
  Cover rows, columns;
};
template <class T>
Covers covers(std::string_view op, const Node<T>& x, Pair size, const Pooling& p) {
  if (x.shape().rank() < 2)
    throw ShapeError(op, join("x is ", x.shape()), "Give an image: at least two axes");
  check_pair(op, "the size", size, 1);
  check_pair(op, "the stride", p.stride, 0);  // 0: the size
  check_pair(op, "the padding", p.padding, 0);
  check_pair(op, "the dilation", p.dilation, 1);
  return {cover(op, x.shape().from_end(2), size.rows, p.stride.rows, p.padding.rows,
                p.dilation.rows, p.ceil),
          cover(op, x.shape().from_end(1), size.columns, p.stride.columns, p.padding.columns,
                p.dilation.columns, p.ceil)};
}
// The windows of an image, (..., rows, columns of a window, rows, columns of windows): a reduction
// combines whole rows.
template <class T>
Node<T> windows_of(const Node<T>& x, const Covers& c, double around) {
  const int row = x.shape().rank() - 2, column = row + 1;
  const Margin margins[] = {{row, c.rows.padding, c.rows.after},
                            {column, c.columns.padding, c.columns.after}};
  const Node<T> padded = pad(x, std::span<const Margin>(margins), Padding::constant, around);
  return apply(Windows{row,
                       {c.rows.size, c.rows.stride, c.rows.dilation},
                       {c.columns.size, c.columns.stride, c.columns.dilation}},
               padded);
}
// The same for windows that tile the image, (..., rows, rows of a window, columns, columns of a
// window): no number is moved.
template <class T>
Node<T> tiles_of(const Node<T>& x, const Covers& c) {
  Shape shape;
  for (int axis = 0; axis + 2 < x.shape().rank(); ++axis) shape.push_back(x.shape()[axis]);
  for (const Cover& along : {c.rows, c.columns})
    shape.push_back(along.count), shape.push_back(along.size);
  return reshape(x, shape);
}
// The count of numbers in each window.
std::vector<double> counts(const Cover& c, bool padding) {
  std::vector<double> all;
  for (std::int64_t i = 0; i < c.count; ++i) {
    const std::int64_t start = i * c.stride - c.padding;
    const std::int64_t end = std::min(start + c.size, c.n + c.padding);
    all.push_back(
        double(padding ? end - start : std::min(end, c.n) - std::max<std::int64_t>(start, 0)));
  }
  return all;
}
Pooling of_columns(const Pooling& p) {
  Pooling result = p;
  result.stride.rows = 1, result.padding.rows = 0, result.dilation.rows = 1;
  return result;
}

}  // namespace

template <class T>
Node<T> max_pool2d(const Node<T>& x, Pair size, const Pooling& pooling) try {
  const Covers c = covers("max_pool2d", x, size, pooling);
  if (c.rows.tiles() && c.columns.tiles()) return max(tiles_of(x, c), {-3, -1});
  return max(windows_of(x, c, -std::numeric_limits<double>::infinity()), {-4, -3});
} catch (...) {
  detail::rethrow_as("max_pool2d");
}
template <class T>
Node<T> max_pool1d(const Node<T>& x, Integer size, const Pooling& pooling) try {
  return squeeze(max_pool2d(unsqueeze(x, -2), {1, size}, of_columns(pooling)), -2);
} catch (...) {
  detail::rethrow_as("max_pool1d");
}
template <class T>
Node<T> avg_pool2d(const Node<T>& x, Pair size, const Pooling& pooling) try {
  const Covers c = covers("avg_pool2d", x, size, pooling);
  const Node<T> total = sum(windows_of(x, c, 0), {-4, -3});
  if (pooling.divisor != 0) return total / pooling.divisor;
  const auto rows = counts(c.rows, pooling.count_padding);
  const auto columns = counts(c.columns, pooling.count_padding);
  Tape<T>& tape = x.its_tape();
  return total / (unsqueeze(tape.constant(rows), 1) * tape.constant(columns));
} catch (...) {
  detail::rethrow_as("avg_pool2d");
}
template <class T>
Node<T> avg_pool1d(const Node<T>& x, Integer size, const Pooling& pooling) try {
  return squeeze(avg_pool2d(unsqueeze(x, -2), {1, size}, of_columns(pooling)), -2);
} catch (...) {
  detail::rethrow_as("avg_pool1d");
}
namespace {
std::int64_t checked_result(std::string_view op, std::int64_t n, Integer size) {
  if (n < 1)
    throw ShapeError(op, join(n, " entries are to be ", size), "Give at least one of each");
  return size.in(op, "the size", at_least(1));
}
// The matrix that averages n entries to `size` of them.
template <class T>
Node<T> averages(std::string_view op, Tape<T>& tape, std::int64_t n, Integer to) {
  const std::int64_t size = checked_result(op, n, to);
  std::vector<T> weights = room_for<T>(op, Shape{size, n}.count());
  for (std::int64_t i = 0; i < size; ++i) {
    const std::int64_t start = i * n / size, end = ((i + 1) * n + size - 1) / size;
    for (std::int64_t j = start; j < end; ++j)
      weights[std::size_t(i * n + j)] = T(1.0 / double(end - start));
  }
  return reshape(tape.constant(weights), Shape{size, n});
}
}  // namespace
template <class T>
Node<T> adaptive_avg_pool1d(const Node<T>& x, Integer size) try {
  if (x.shape().rank() == 0)
    throw ShapeError("adaptive_avg_pool1d", "x is a single number", "Give at least one axis");
  const std::int64_t n = x.shape().from_end(1);
  return matmul(x, transpose(averages("adaptive_avg_pool1d", x.its_tape(), n, size)));
} catch (...) {
  detail::rethrow_as("adaptive_avg_pool1d");
}
template <class T>
Node<T> adaptive_avg_pool2d(const Node<T>& x, Pair size) try {
  if (x.shape().rank() < 2)
    throw ShapeError("adaptive_avg_pool2d", join("x is ", x.shape()), "Give at least two axes");
  const std::int64_t n = x.shape().from_end(2);
  const Node<T> rows = averages("adaptive_avg_pool2d", x.its_tape(), n, size.rows.number());
  return matmul(rows, adaptive_avg_pool1d(x, size.columns.number()));
} catch (...) {
  detail::rethrow_as("adaptive_avg_pool2d");
}

namespace {
// x's windows along an axis, for `size` results: (..., size, longest, ...), -infinity where a
// window is shorter.
template <class T>
Node<T> adaptive_windows(std::string_view op, const Node<T>& x, int axis, Integer to) {
  const std::int64_t n = x.shape()[axis], size = checked_result(op, n, to);
  const std::int64_t longest = (n - 1) / size + 2, count = Shape{size, longest}.count();
  std::vector<std::int64_t> positions = room_for<std::int64_t>(op, count);
  std::vector<T> inside = room_for<T>(op, count);
  std::size_t place = 0;
  for (std::int64_t i = 0; i < size; ++i) {
    const std::int64_t start = i * n / size, end = ((i + 1) * n + size - 1) / size;
    for (std::int64_t j = start; j < start + longest; ++j, ++place) {
      positions[place] = std::min(j, n - 1);
      inside[place] = T(j < end);
    }
  }
  Shape mask{size, longest};
  for (int i = axis + 1; i < x.shape().rank(); ++i) mask.push_back(1);
  Tape<T>& tape = x.its_tape();
  const Indices<T> at = tape.indices({}, positions, Shape{size, longest});
  return where(reshape(tape.constant(inside), mask), index_select(x, axis, at),
               -std::numeric_limits<double>::infinity());
}
}  // namespace
template <class T>
Node<T> adaptive_max_pool1d(const Node<T>& x, Integer size) try {
  if (x.shape().rank() == 0)
    throw ShapeError("adaptive_max_pool1d", "x is a single number", "Give at least one axis");
  return max(adaptive_windows("adaptive_max_pool1d", x, x.shape().rank() - 1, size), -1);
} catch (...) {
  detail::rethrow_as("adaptive_max_pool1d");
}
template <class T>
Node<T> adaptive_max_pool2d(const Node<T>& x, Pair size) try {
  const int rank = x.shape().rank();
  if (rank < 2)
    throw ShapeError("adaptive_max_pool2d", join("x is ", x.shape()), "Give at least two axes");
  const std::string_view op = "adaptive_max_pool2d";
  const Node<T> columns = adaptive_windows(op, x, rank - 1, size.columns.number());
  return max(adaptive_windows(op, columns, rank - 2, size.rows.number()), {-3, -1});
} catch (...) {
  detail::rethrow_as("adaptive_max_pool2d");
}

#define GLASSGRAD_POOLING(T)                                            \
  template Node<T> max_pool2d(const Node<T>&, Pair, const Pooling&);    \
  template Node<T> max_pool1d(const Node<T>&, Integer, const Pooling&); \
  template Node<T> avg_pool2d(const Node<T>&, Pair, const Pooling&);    \
  template Node<T> avg_pool1d(const Node<T>&, Integer, const Pooling&); \
  template Node<T> adaptive_avg_pool2d(const Node<T>&, Pair);           \
  template Node<T> adaptive_avg_pool1d(const Node<T>&, Integer);        \
  template Node<T> adaptive_max_pool2d(const Node<T>&, Pair);           \
  template Node<T> adaptive_max_pool1d(const Node<T>&, Integer);
GLASSGRAD_POOLING(float)
GLASSGRAD_POOLING(double)
#undef GLASSGRAD_POOLING

}  // namespace glassgrad
