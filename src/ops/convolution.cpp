// Convolution as windows and one batched product of matrices. Next: pooling.cpp.
#include "glassgrad/ops/convolution.hpp"

#include "glassgrad/core/text.hpp"
#include "glassgrad/ops/matmul.hpp"

namespace glassgrad {
namespace {

void check_operands(std::string_view op, const Shape& x, const Shape& w, int spatial,
                    const Sliding& s) {
  if ((x.rank() != spatial + 1 && x.rank() != spatial + 2) || w.rank() != spatial + 2)
    throw ShapeError(
        op, join("x is ", x, ", the weights are ", w),
        join("Give x ", spatial + 1, " or ", spatial + 2, " axes, the weights ", spatial + 2));
  const auto below = [](const Pair& pair, std::int64_t least) {
    return pair.rows < least || pair.columns < least;
  };
  if (below(s.stride, 1) || below(s.dilation, 1) || below(s.padding, 0) || s.groups < 1)
    throw ShapeError(op,
                     join("stride ", s.stride.columns, ", dilation ", s.dilation.columns,
                          ", padding ", s.padding.columns, ", groups ", s.groups),
                     "Give at least 1, the padding at least 0");
}
// Rows of size 1 in front of the columns, so that a signal is an image.
template <class T>
Node<T> as_image(const Node<T>& x) {
  return unsqueeze(x, -2);
}
Patches patches(std::int64_t h, std::int64_t l, const Sliding& s) {
  return {{h, s.stride.rows, s.dilation.rows}, {l, s.stride.columns, s.dilation.columns}};
}
Sliding of_columns(const Sliding& s) {
  return {{1, s.stride.columns}, {0, s.padding.columns}, {1, s.dilation.columns}, s.groups};
}

}  // namespace

template <class T>
Node<T> conv2d(const Node<T>& x, const Node<T>& w, const Sliding& s) {
  check_operands("conv2d", x.shape(), w.shape(), 2, s);
  if (x.shape().rank() == 3) return squeeze(conv2d(unsqueeze(x, 0), w, s), 0);
  const std::int64_t n = x.shape()[0], c = x.shape()[1], o = w.shape()[0], g = s.groups;
  const std::int64_t h = w.shape()[2], l = w.shape()[3], own = w.shape()[1];
  if (own * g != c || o % g != 0)
    throw ShapeError("conv2d",
                     join("x has ", c, " channels, the weights ", w.shape(), " want ", own * g,
                          " in ", g, " groups"),
                     "Give weights (O, C / groups, H, W), O a multiple of groups");
  const Margin margins[] = {{2, s.padding.rows, s.padding.rows},
                            {3, s.padding.columns, s.padding.columns}};
  const Node<T> padded = pad(x, std::span<const Margin>(margins));
  // (N, C, H, L, rows, columns): what a place sees lies beside what its neighbour sees
  const Node<T> windows = apply(patches(h, l, s), padded);
  const std::int64_t rows = windows.shape()[4], columns = windows.shape()[5];
  const Node<T> taken = reshape(windows, Shape{n, g, own * h * l, rows * columns});
  const Node<T> y = matmul(reshape(w, Shape{g, o / g, own * h * l}), taken);
  return reshape(y, Shape{n, o, rows, columns});
}
template <class T>
Node<T> conv1d(const Node<T>& x, const Node<T>& w, const Sliding& s) {
  check_operands("conv1d", x.shape(), w.shape(), 1, s);
  return squeeze(conv2d(as_image(x), as_image(w), of_columns(s)), -2);
}

template <class T>
Node<T> conv_transpose2d(const Node<T>& x, const Node<T>& w, const Sliding& s, Pair more) {
  check_operands("conv_transpose2d", x.shape(), w.shape(), 2, s);
  if (x.shape().rank() == 3) return squeeze(conv_transpose2d(unsqueeze(x, 0), w, s, more), 0);
  const std::int64_t n = x.shape()[0], c = x.shape()[1], g = s.groups, own = w.shape()[1];
  const std::int64_t rows = x.shape()[2], columns = x.shape()[3], h = w.shape()[2],
                     l = w.shape()[3];
  if (w.shape()[0] != c || c % g != 0)
    throw ShapeError("conv_transpose2d",
                     join("x has ", c, " channels in ", g,
                          " groups, the "
                          "weights are ",
                          w.shape()),
                     "Give weights (C, O / groups, H, W), C a multiple of groups");
  const Node<T> spread = apply(Matmul{true, false}, reshape(w, Shape{g, c / g, own * h * l}),
                               reshape(x, Shape{n, g, c / g, rows * columns}));
  const Node<T> windows = reshape(spread, Shape{n, g * own, h, l, rows, columns});
  const auto length = [](std::int64_t count, std::int64_t stride, std::int64_t size,
                         std::int64_t dilation, std::int64_t extra) {
    return std::max<std::int64_t>(0, count - 1) * stride + (size - 1) * dilation + 1 + extra;
  };
  const std::int64_t wide = length(columns, s.stride.columns, l, s.dilation.columns, more.columns);
  const std::int64_t high = length(rows, s.stride.rows, h, s.dilation.rows, more.rows);
  if (high < 2 * s.padding.rows || wide < 2 * s.padding.columns)
    throw ShapeError("conv_transpose2d",
                     join("the padding is more than the result of ", high, " x ", wide),
                     "Give a smaller padding");
  const Node<T> y = apply(AddPatches{patches(h, l, s), high, wide}, windows);
  const Margin cut[] = {{2, -s.padding.rows, -s.padding.rows},
                        {3, -s.padding.columns, -s.padding.columns}};
  return pad(y, std::span<const Margin>(cut));
}
template <class T>
Node<T> conv_transpose1d(const Node<T>& x, const Node<T>& w, const Sliding& s, std::int64_t more) {
  check_operands("conv_transpose1d", x.shape(), w.shape(), 1, s);
  return squeeze(conv_transpose2d(as_image(x), as_image(w), of_columns(s), {0, more}), -2);
}
template <class T>
Node<T> per_channel(const Node<T>& b, const Node<T>& x, int spatial_axes) {
  const int axis = x.shape().rank() - spatial_axes - 1;
  if (b.shape().rank() != 1 || axis < 0 || b.shape()[0] != x.shape()[axis])
    throw ShapeError("per_channel", join("the numbers are ", b.shape(), ", x is ", x.shape()),
                     "Give a vector with one number for each channel");
  Shape shape = b.shape();
  for (int i = 0; i < spatial_axes; ++i) shape.push_back(1);
  return reshape(b, shape);
}

#define GLASSGRAD_CONVOLUTION(T)                                                                   \
  template Node<T> conv2d(const Node<T>&, const Node<T>&, const Sliding&);                         \
  template Node<T> conv1d(const Node<T>&, const Node<T>&, const Sliding&);                         \
  template Node<T> conv_transpose2d(const Node<T>&, const Node<T>&, const Sliding&, Pair);         \
  template Node<T> conv_transpose1d(const Node<T>&, const Node<T>&, const Sliding&, std::int64_t); \
  template Node<T> per_channel(const Node<T>&, const Node<T>&, int);
GLASSGRAD_CONVOLUTION(float)
GLASSGRAD_CONVOLUTION(double)
#undef GLASSGRAD_CONVOLUTION

}  // namespace glassgrad
