// Shapes, texts and errors of windows.hpp, and its compiled rules.
#include <algorithm>

#include "engine/rules.hpp"
#include "front_axis.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/ops/ops.hpp"

namespace glassgrad {
namespace {
void check_windows(std::string_view op, const Windows& windows, int rank) {
  if (windows.size < 1 || windows.step < 1 || windows.dilation < 1)
    throw ShapeError(op,
                     join("the size is ", windows.size, ", the step ", windows.step,
                          ", the dilation ", windows.dilation),
                     "Each must be at least 1");
  check_front(op, windows.axis, rank);
}
std::string described(const Windows& windows) {
  std::string text = join("axis ", windows.axis, ", size ", windows.size);
  if (windows.step != 1) text += join(", step ", windows.step);
  if (windows.dilation != 1) text += join(", dilation ", windows.dilation);
  return text;
}
}  // namespace

Shape Windows::shape(const Shape& x) const {
  check_windows(name, *this, x.rank());
  const std::int64_t n = x[axis], span = window_span(size, dilation);
  if (n < span)
    throw ShapeError(name,
                     join("a window spans ", span, " entries, axis ", axis, " of ", x, " has ", n),
                     "Use a smaller window or pad first");
  Shape shape = x.with(axis, (n - span) / step + 1);
  shape.push_back(size);
  return shape;
}
kernels::Walk Windows::walk(const Shape& x) const {
  kernels::Walk walk = kernels::row_major(x);
  walk.steps[x.rank()] = size > 1 ? walk.steps[axis] * dilation : 0;  // the only one: not moved
  walk.steps[axis] *= step < x[axis] ? step : 0;
  return walk;
}
Formula Windows::text(const Formula& x) const {
  return Formula::call(name, {x, Formula::symbol(described(*this))});
}

Shape AddWindows::shape(const Shape& x) const {
  const int rank = x.rank() - 1;
  check_windows(name, windows, rank);
  const std::int64_t count = x[windows.axis];
  const std::int64_t span = window_span(windows.size, windows.dilation);
  if (x[rank] != windows.size ||
      (count > 0 && bounded_sum(bounded_product(count - 1, windows.step), span) > length))
    throw ShapeError(name,
                     join(count, " windows of ", x[rank], " entries (", described(windows),
                          ") do not fit into ", length),
                     "Give the length of the axis they were taken from");
  Shape shape;
  for (int i = 0; i < rank; ++i) shape.push_back(i == windows.axis ? length : x[i]);
  return shape;
}
Formula AddWindows::text(const Formula& x) const {
  return Formula::call(name,
                       {x, Formula::symbol(join("to ", length, " along ", described(windows)))});
}

Windows unfolding(const Shape& x, Axis axis, Integer entries, Integer every, Integer apart) {
  const int at = checked_axis("unfold", axis, x.rank());
  const std::int64_t n = std::max<std::int64_t>(x[at], 1);  // of nothing Windows says more
  const std::int64_t size = entries.in("unfold", "size", {1, n});
  const Range fits =
      size > 1 ? Range{1, std::max<std::int64_t>((n - 1) / (size - 1), 1)} : at_least(1);
  return {at, size, every.in("unfold", "step", at_least(1)), apart.in("unfold", "dilation", fits)};
}
AddWindows folding(const Shape& x, Axis axis, Integer entries, Integer every, Integer apart) {
  if (x.rank() < 2)
    throw ShapeError("fold", join("x is ", x), "Give windows: at least two axes, the last theirs");
  const int at = checked_axis("fold", axis, x.rank() - 1);
  const Windows windows{at, x.from_end(1), every.in("fold", "step", at_least(1)),
                        apart.in("fold", "dilation", at_least(1))};
  const std::int64_t count = x[at], span = window_span(windows.size, windows.dilation);
  const std::int64_t needed =
      count > 0 ? bounded_sum(bounded_product(count - 1, windows.step), span) : 0;
  if (!entries.within(at_least(0))) entries.in("fold", "length", at_least(needed));
  return {windows, entries.in("fold", "length")};
}

namespace {
void check_patches(std::string_view op, const Patches& p) {
  for (const Patches::Along& along : {p.rows, p.columns})
    if (along.size < 1 || along.step < 1 || along.dilation < 1)
      throw ShapeError(op,
                       join("a size is ", along.size, ", its step ", along.step, ", its dilation ",
                            along.dilation),
                       "Each must be at least 1");
}
std::string described(const Patches& p) {
  std::string text = join(p.rows.size, " x ", p.columns.size);
  if (p.rows.step != 1 || p.columns.step != 1)
    text += join(", step ", p.rows.step, " x ", p.columns.step);
  if (p.rows.dilation != 1 || p.columns.dilation != 1)
    text += join(", dilation ", p.rows.dilation, " x ", p.columns.dilation);
  return text;
}
}  // namespace

Shape Patches::shape(const Shape& x) const {
  check_patches(name, *this);
  if (x.rank() < 2)
    throw ShapeError(name, join(x, " has no images"), "Give an array of at least two axes");
  const std::int64_t high = x.from_end(2) - rows.span(), wide = x.from_end(1) - columns.span();
  if (high < 0 || wide < 0)
    throw ShapeError(name,
                     join("a window spans ", rows.span(), " x ", columns.span(),
                          " entries, the images are ", x.from_end(2), " x ", x.from_end(1)),
                     "Use a smaller window or pad first");
  Shape shape = x.with(x.rank() - 2, rows.size).with(x.rank() - 1, columns.size);
  shape.push_back(high / rows.step + 1);
  shape.push_back(wide / columns.step + 1);
  return shape;
}
kernels::Walk Patches::walk(const Shape& x) const {
  kernels::Walk walk = kernels::row_major(x);
  const int row = x.rank() - 2;
  const std::int64_t width = x.from_end(1);
  const auto steps = [&](int inside, const Along& along, std::int64_t apart, std::int64_t length) {
    walk.steps[inside] = along.size > 1 ? apart * along.dilation : 0;  // the only one: not moved
    walk.steps[inside + 2] = along.step < length ? apart * along.step : 0;
  };
  steps(row, rows, width, x.from_end(2));
  steps(row + 1, columns, 1, width);
  return walk;
}
Formula Patches::text(const Formula& x) const {
  return Formula::call(name, {x, Formula::symbol(described(*this))});
}

Shape AddPatches::shape(const Shape& x) const {
  check_patches(name, patches);
  const auto fits = [](const Patches::Along& along, std::int64_t count, std::int64_t length) {
    return count == 0 ||
           bounded_sum(bounded_product(count - 1, along.step), along.span()) <= length;
  };
  if (x.rank() < 4 || x.from_end(4) != patches.rows.size || x.from_end(3) != patches.columns.size ||
      !fits(patches.rows, x.from_end(2), height) || !fits(patches.columns, x.from_end(1), width))
    throw ShapeError(
        name,
        join("windows ", x, " (", described(patches), ") do not fit into ", height, " x ", width),
        "Give (..., window rows, window columns, rows, columns) and the image's size");
  Shape shape;
  for (int i = 0; i < x.rank() - 4; ++i) shape.push_back(x[i]);
  shape.push_back(height);
  shape.push_back(width);
  return shape;
}
Formula AddPatches::text(const Formula& x) const {
  return Formula::call(
      name, {x, Formula::symbol(join("to ", height, " x ", width, " by ", described(patches)))});
}

Shape Triangle::shape(const Shape& x) const {
  if (x.rank() < 2)
    throw ShapeError(name, join(x, " has no matrices"), "Give an array of at least two axes");
  return x;
}
Formula Triangle::text(const Formula& x) const {
  std::vector<Formula> arguments{x};
  if (offset != 0) arguments.push_back(double(offset));
  return Formula::call(upper ? "triu" : "tril", std::move(arguments));
}

GLASSGRAD_RULES(WindowOps)

}  // namespace glassgrad
