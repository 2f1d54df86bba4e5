// Shapes, texts and errors of convolve.hpp, and its compiled rules.
#include <limits>

#include "engine/rules.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/ops/ops.hpp"

namespace glassgrad {
namespace {

void check_filter(std::string_view op, const kernels::Filter& filter) {
  for (const kernels::Along& a : {filter.rows, filter.columns})
    if (a.size < 1 || a.step < 1 || a.dilation < 1 || a.padding < 0)
      throw ShapeError(op,
                       join("a window's size is ", a.size, ", stride ", a.step, ", dilation ",
                            a.dilation, ", padding ", a.padding),
                       "Give at least 1, the padding at least 0");
}
void check_ranks(std::string_view op, std::string_view what, const Shape& a, const Shape& b) {
  if (a.rank() < 3 || b.rank() < 3)
    throw ShapeError(op, join(what, " are ", a, " and ", b), "Each has three axes or more");
}
void check_channels(std::string_view op, std::string_view what, const Shape& a, int axis_a,
                    const Shape& b, int axis_b) {
  if (a.from_end(axis_a) != b.from_end(axis_b))
    throw ShapeError(op, join(what, " differ: ", a, " and ", b),
                     join("Axis -", axis_a, " of the first is axis -", axis_b, " of the second"));
}
void check_results(std::string_view op, const kernels::Filter& filter, std::int64_t height,
                   std::int64_t width, const Shape& y) {
  const std::int64_t rows = filter.rows.count(height), columns = filter.columns.count(width);
  if (y.from_end(2) != rows || y.from_end(1) != columns)
    throw ShapeError(op,
                     join("images of ", height, " x ", width, " give ", rows, " x ", columns,
                          " results, here are ", y.from_end(2), " x ", y.from_end(1)),
                     "Give the size of the images that were convolved");
}
Shape with_leading(std::string_view op, const Shape& a, const Shape& b,
                   std::initializer_list<std::int64_t> last) {
  const auto leading = [](const Shape& x) {
    return Shape(std::span<const std::int64_t>(x.begin(), std::size_t(x.rank() - 3)));
  };
  Shape shape = broadcast(op, leading(a), leading(b));
  for (const std::int64_t size : last) shape.push_back(size);
  return shape;
}

std::string described(const kernels::Filter& filter) {
  const auto& [rows, columns] = filter;
  std::string text = join(rows.size, " x ", columns.size);
  const auto add = [&](std::string_view what, std::int64_t a, std::int64_t b, std::int64_t usual) {
    if (a != usual || b != usual) text += join(", ", what, " ", a, " x ", b);
  };
  add("stride", rows.step, columns.step, 1);
  add("dilation", rows.dilation, columns.dilation, 1);
  add("padding", rows.padding, columns.padding, 0);
  return text;
}

Formula call(std::string_view name, const Formula& a, const Formula& b, std::string text) {
  return Formula::call(name, {a, b, Formula::symbol(std::move(text))});
}

}  // namespace

Shape Convolve::shape(const Shape& x, const Shape& w) const {
  check_filter(name, filter);
  check_ranks(name, "images and weights", x, w);
  check_channels(name, "channels of images and weights", x, 3, w, 2);
  if (w.from_end(1) != bounded_product(filter.rows.size, filter.columns.size))
    throw ShapeError(
        name,
        join("the weights are ", w, ", a window is ", filter.rows.size, " x ", filter.columns.size),
        "Give (..., outputs, channels, rows * columns)");
  const std::int64_t i = filter.rows.count(x.from_end(2)), j = filter.columns.count(x.from_end(1));
  if (i < 1 || j < 1)
    throw ShapeError(name,
                     join("a window spans ", filter.rows.span(), " x ", filter.columns.span(),
                          " entries, the images are ", x.from_end(2), " x ", x.from_end(1),
                          " with padding ", filter.rows.padding, " x ", filter.columns.padding),
                     "Use a smaller window or more padding");
  // so many that no size would say any more where they come from
  if (bounded_product(w.from_end(3), bounded_product(i, j)) >
      std::numeric_limits<std::int64_t>::max() / 8)
    throw ShapeError(name,
                     join("images of ", x.from_end(2), " x ", x.from_end(1), " with padding ",
                          filter.rows.padding, " x ", filter.columns.padding,
                          " give more results than fit into memory"),
                     "Use less padding");
  return with_leading(name, x, w, {w.from_end(3), i, j});
}
Formula Convolve::text(const Formula& x, const Formula& w) const {
  return call(name, x, w, described(filter));
}

Shape ConvolveInput::shape(const Shape& w, const Shape& y) const {
  check_filter(name, filter);
  check_ranks(name, "weights and results", w, y);
  check_channels(name, "outputs of weights and results", w, 3, y, 3);
  if (height < 0 || width < 0)
    throw ShapeError(name, join("an image of ", height, " x ", width), "Give sizes of at least 0");
  check_results(name, filter, height, width, y);
  return with_leading(name, w, y, {w.from_end(2), height, width});
}
Formula ConvolveInput::text(const Formula& w, const Formula& y) const {
  return call(name, w, y, join("to ", height, " x ", width, " by ", described(filter)));
}

Shape ConvolveWeights::shape(const Shape& x, const Shape& y) const {
  check_filter(name, filter);
  check_ranks(name, "images and results", x, y);
  check_results(name, filter, x.from_end(2), x.from_end(1), y);
  return with_leading(
      name, x, y,
      {y.from_end(3), x.from_end(3), size_product(name, filter.rows.size, filter.columns.size)});
}
Formula ConvolveWeights::text(const Formula& x, const Formula& y) const {
  return call(name, x, y, described(filter));
}

GLASSGRAD_RULES(ConvolveOps)

}  // namespace glassgrad
