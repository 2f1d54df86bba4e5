// Convolution by the ops of ops/rules/convolve.hpp. Next: pooling.cpp.
#include "glassgrad/ops/functions/convolution.hpp"

#include <algorithm>

#include "glassgrad/array/named.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/ops/rules/convolve.hpp"

namespace glassgrad {
namespace {

void check_operands(std::string_view op, const Shape& x, const Shape& w, int spatial,
                    const Sliding& s) {
  if ((x.rank() != spatial + 1 && x.rank() != spatial + 2) || w.rank() != spatial + 2)
    throw ShapeError(
        op, join("x is ", x, ", the weights are ", w),
        join("Give x ", spatial + 1, " or ", spatial + 2, " axes, the weights ", spatial + 2));
  check_pair(op, "the stride", s.stride, 1);
  check_pair(op, "the dilation", s.dilation, 1);
  check_pair(op, "the padding", s.padding, 0);
  s.groups.in(op, "the number of groups", at_least(1));
}
// Rows of size 1 in front of the columns, so that a signal is an image.
template <class T>
Node<T> as_image(const Node<T>& x) {
  return unsqueeze(x, -2);
}
kernels::Filter filter(std::int64_t h, std::int64_t l, const Sliding& s) {
  return {{h, s.stride.rows, s.dilation.rows, s.padding.rows},
          {l, s.stride.columns, s.dilation.columns, s.padding.columns}};
}
// Splits channels into groups, or merges them; the last axes are kept.
template <class T>
Node<T> grouped(const Node<T>& x, std::int64_t groups) {
  if (groups == 1) return x;
  const Shape& from = x.shape();
  return reshape(x, Shape{from[0], groups, from[1] / groups, from[2], from[3]});
}
template <class T>
Node<T> ungrouped(const Node<T>& x, std::int64_t groups) {
  if (groups == 1) return x;
  const Shape& from = x.shape();
  return reshape(x, Shape{from[0], from[1] * from[2], from[3], from[4]});
}
// (O, C, rows, columns) as the ops expect them.
template <class T>
Node<T> weights(const Node<T>& w, std::int64_t groups) {
  const Shape& from = w.shape();
  Shape shape;
  if (groups != 1) shape.push_back(groups);
  for (const std::int64_t size : {from[0] / groups, from[1], from[2] * from[3]})
    shape.push_back(size);
  return reshape(w, shape);
}
Sliding of_columns(const Sliding& s) {
  return {{1, s.stride.columns}, {0, s.padding.columns}, {1, s.dilation.columns}, s.groups};
}

}  // namespace

template <class T>
Node<T> conv2d(const Node<T>& x, const Node<T>& w, const Sliding& s) try {
  check_operands("conv2d", x.shape(), w.shape(), 2, s);
  if (x.shape().rank() == 3) return squeeze(conv2d(unsqueeze(x, 0), w, s), 0);
  const std::int64_t c = x.shape()[1], o = w.shape()[0], own = w.shape()[1], g = s.groups;
  if (bounded_product(own, g) != c || o % g != 0)
    throw ShapeError("conv2d",
                     join("x has ", c, " channels, the weights ", w.shape(), " want ",
                          bounded_product(own, g), " in ", g, " groups"),
                     "Give weights (O, C / groups, H, W), O a multiple of groups");
  const Convolve op{filter(w.shape()[2], w.shape()[3], s)};
  return ungrouped(apply(op, grouped(x, g), weights(w, g)), g);
} catch (...) {
  detail::rethrow_as("conv2d");
}
template <class T>
Node<T> conv1d(const Node<T>& x, const Node<T>& w, const Sliding& s) try {
  check_operands("conv1d", x.shape(), w.shape(), 1, s);
  return squeeze(conv2d(as_image(x), as_image(w), of_columns(s)), -2);
} catch (...) {
  detail::rethrow_as("conv1d");
}

template <class T>
Node<T> conv_transpose2d(const Node<T>& x, const Node<T>& w, const Sliding& s, Pair more) try {
  check_operands("conv_transpose2d", x.shape(), w.shape(), 2, s);
  check_pair("conv_transpose2d", "more", more, 0);
  if (x.shape().rank() == 3) return squeeze(conv_transpose2d(unsqueeze(x, 0), w, s, more), 0);
  const std::int64_t c = x.shape()[1], g = s.groups;
  if (w.shape()[0] != c || c % g != 0)
    throw ShapeError("conv_transpose2d",
                     join("x has ", c, " channels in ", g,
                          " groups, the "
                          "weights are ",
                          w.shape()),
                     "Give weights (C, O / groups, H, W), C a multiple of groups");
  const kernels::Filter f = filter(w.shape()[2], w.shape()[3], s);
  const auto length = [](std::int64_t count, const kernels::Along& along, std::int64_t extra) {
    const std::int64_t apart = bounded_product(std::max<std::int64_t>(0, count - 1), along.step);
    return bounded_sum(bounded_sum(apart, along.span()), extra);
  };
  const std::int64_t high = length(x.shape()[2], f.rows, more.rows);
  const std::int64_t wide = length(x.shape()[3], f.columns, more.columns);
  if (high < bounded_product(2, s.padding.rows) || wide < bounded_product(2, s.padding.columns))
    throw ShapeError("conv_transpose2d",
                     join("the padding is more than the result of ", high, " x ", wide),
                     "Give a smaller padding");
  const ConvolveInput op{f, high - 2 * s.padding.rows, wide - 2 * s.padding.columns};
  // with `more` at least a step conv2d would find extra windows there: they are empty
  const Margin missing[] = {{2, 0, f.rows.count(op.height) - x.shape()[2]},
                            {3, 0, f.columns.count(op.width) - x.shape()[3]}};
  const Node<T> given = pad(x, std::span<const Margin>(missing));
  return ungrouped(apply(op, weights(w, g), grouped(given, g)), g);
} catch (...) {
  detail::rethrow_as("conv_transpose2d");
}
template <class T>
Node<T> conv_transpose1d(const Node<T>& x, const Node<T>& w, const Sliding& s, Integer more) try {
  check_operands("conv_transpose1d", x.shape(), w.shape(), 1, s);
  return squeeze(conv_transpose2d(as_image(x), as_image(w), of_columns(s),
                                  {0, more.in("conv_transpose1d", "more", at_least(0))}),
                 -2);
} catch (...) {
  detail::rethrow_as("conv_transpose1d");
}
template <class T>
Node<T> per_channel(const Node<T>& b, const Node<T>& x, Integer spatial_axes) try {
  const int rank = x.shape().rank();
  const std::int64_t n = spatial_axes.in("per_channel", "spatial_axes", {0, rank - 1});
  const int axis = rank - int(n) - 1;  // fits: looked at
  if (b.shape().rank() != 1 || b.shape()[0] != x.shape()[axis])
    throw ShapeError("per_channel", join("the numbers are ", b.shape(), ", x is ", x.shape()),
                     "Give a vector with one number for each channel");
  Shape shape = b.shape();
  for (int i = 0; i < n; ++i) shape.push_back(1);
  return reshape(b, shape);
} catch (...) {
  detail::rethrow_as("per_channel");
}

#define GLASSGRAD_CONVOLUTION(T)                                                              \
  template Node<T> conv2d(const Node<T>&, const Node<T>&, const Sliding&);                    \
  template Node<T> conv1d(const Node<T>&, const Node<T>&, const Sliding&);                    \
  template Node<T> conv_transpose2d(const Node<T>&, const Node<T>&, const Sliding&, Pair);    \
  template Node<T> conv_transpose1d(const Node<T>&, const Node<T>&, const Sliding&, Integer); \
  template Node<T> per_channel(const Node<T>&, const Node<T>&, Integer);
GLASSGRAD_CONVOLUTION(float)
GLASSGRAD_CONVOLUTION(double)
#undef GLASSGRAD_CONVOLUTION

}  // namespace glassgrad
