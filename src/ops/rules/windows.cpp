// Shapes, texts and errors of windows.hpp, and its compiled rules.
#include <algorithm>

#include "engine/rules.hpp"
#include "front_axis.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/ops/ops.hpp"

namespace glassgrad {
namespace {
void check_windows(std::string_view op, const Windows& windows, int rank) {
  for (int k = 0; k < windows.axes(); ++k) {
    const auto& [size, step, dilation] = windows[k];
    if (size < 1 || step < 1 || dilation < 1)
      throw ShapeError(
          op, join("a window's size is ", size, ", its step ", step, ", its dilation ", dilation),
          "Each must be at least 1");
    check_front(op, windows.axis + k, rank);
  }
}
// One number for each axis that windows go along: "2 x 3".
std::string each(const Windows& windows, std::int64_t along, std::int64_t next) {
  return windows.axes() == 1 ? join(along) : join(along, " x ", next);
}
std::string described(const Windows& windows) {
  const auto& [axis, along, next] = windows;
  std::string text =
      windows.axes() == 1 ? join("axis ", axis) : join("axes ", axis, ", ", axis + 1);
  text += ", size " + each(windows, along.size, next.size);
  if (along.step != 1 || next.step != 1) text += ", step " + each(windows, along.step, next.step);
  if (along.dilation != 1 || next.dilation != 1)
    text += ", dilation " + each(windows, along.dilation, next.dilation);
  return text;
}
}  // namespace

std::int64_t Windows::Along::reach(std::int64_t count) const {
  return count > 0 ? bounded_sum(bounded_product(count - 1, step), span()) : 0;
}
Shape Windows::shape(const Shape& x) const {
  check_windows(name, *this, x.rank());
  Shape shape = x;
  for (int k = 0; k < axes(); ++k) {
    const Along& own = (*this)[k];
    const std::int64_t n = x[axis + k], span = own.span();
    if (n < span)
      throw ShapeError(
          name, join("a window spans ", span, " entries, axis ", axis + k, " of ", x, " has ", n),
          "Use a smaller window or pad first");
    const std::int64_t count = (n - span) / own.step + 1;
    shape = shape.with(axis + k, axes() == 1 ? count : own.size);
    shape.push_back(axes() == 1 ? own.size : count);
  }
  return shape;
}
kernels::Walk Windows::walk(const Shape& x) const {
  kernels::Walk walk = kernels::row_major(x);
  for (int k = 0; k < axes(); ++k) {
    const Along& own = (*this)[k];
    const kernels::Overlap place = places(k, x.rank());
    const std::int64_t apart = walk.steps[axis + k];
    walk.steps[place.inside] = own.size > 1 ? apart * own.dilation : 0;  // the only one: not moved
    walk.steps[place.windows] = own.step < x[axis + k] ? apart * own.step : 0;
  }
  return walk;
}
Formula Windows::text(const Formula& x) const {
  return Formula::call(name, {x, Formula::symbol(described(*this))});
}

Shape AddWindows::shape(const Shape& x) const {
  const int rank = x.rank() - windows.axes();
  if (rank < windows.axes())
    throw ShapeError(name, join("x is ", x),
                     join("Give windows: at least ", 2 * windows.axes(), " axes"));
  check_windows(name, windows, rank);
  std::int64_t counts[2] = {}, sizes[2] = {};
  bool fit = true;
  for (int k = 0; k < windows.axes(); ++k) {
    const kernels::Overlap place = windows.places(k, rank);
    counts[k] = x[place.windows], sizes[k] = x[place.inside];
    fit = fit && sizes[k] == windows[k].size && windows[k].reach(counts[k]) <= (k ? next : length);
  }
  if (!fit)
    throw ShapeError(
        name,
        join(each(windows, counts[0], counts[1]), " windows of ", each(windows, sizes[0], sizes[1]),
             " entries (", described(windows), ") do not fit into ", each(windows, length, next)),
        windows.axes() == 1 ? "Give the length of the axis they were taken from"
                            : "Give the lengths of the axes they were taken from");
  Shape shape;
  for (int i = 0; i < rank; ++i) {
    const int k = i - windows.axis;
    shape.push_back(k == 0 ? length : k == windows.axes() - 1 ? next : x[i]);
  }
  return shape;
}
Formula AddWindows::text(const Formula& x) const {
  const std::string to = join("to ", each(windows, length, next), " along ", described(windows));
  return Formula::call(name, {x, Formula::symbol(to)});
}

Windows unfolding(const Shape& x, Axis axis, Integer entries, Integer every, Integer apart) {
  const int at = checked_axis("unfold", axis, x.rank());
  const std::int64_t n = std::max<std::int64_t>(x[at], 1);  // of nothing Windows says more
  const std::int64_t size = entries.in("unfold", "size", {1, n});
  const Range fits =
      size > 1 ? Range{1, std::max<std::int64_t>((n - 1) / (size - 1), 1)} : at_least(1);
  const std::int64_t step = every.in("unfold", "step", at_least(1));
  return {at, {size, step, apart.in("unfold", "dilation", fits)}};
}
AddWindows folding(const Shape& x, Axis axis, Integer entries, Integer every, Integer apart) {
  if (x.rank() < 2)
    throw ShapeError("fold", join("x is ", x), "Give windows: at least two axes, the last theirs");
  const int at = checked_axis("fold", axis, x.rank() - 1);
  const std::int64_t step = every.in("fold", "step", at_least(1));
  const Windows::Along along{x.from_end(1), step, apart.in("fold", "dilation", at_least(1))};
  if (!entries.within(at_least(0))) entries.in("fold", "length", at_least(along.reach(x[at])));
  return {{at, along}, entries.in("fold", "length")};
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
