// Shapes, walks and errors of the movement ops, and their compiled rules.
#include "glassgrad/ops/rules/movement.hpp"

#include "engine/rules.hpp"
#include "front_axis.hpp"
#include "glassgrad/array/named.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/ops/ops.hpp"

namespace glassgrad {

Shape Reshape::shape(const Shape& x) const {
  if (x.count() != target.count())
    throw ShapeError(name,
                     join("cannot put ", x, ", ", x.count(), " numbers, into ", target, ", ",
                          target.count(), " numbers"),
                     "The sizes must multiply to the same count");
  return target;
}
Formula Reshape::text(const Formula& x) const {
  if (x.shape() == target) return x;
  return Formula::call(name, {x, Formula::symbol(to_text(target))});
}

Shape resolved_shape(const Shape& x, std::span<const std::int64_t> sizes) {
  std::int64_t known = 1, open = 0;
  for (std::int64_t size : sizes)
    if (size == -1)
      ++open;
    else
      known = bounded_product(known, Integer(size).in("reshape", "a size", at_least(-1)));
  if (open > 1) throw ShapeError("reshape", "two sizes are -1", "Leave at most one size open");
  if (open == 1 && (known == 0 || x.count() % known != 0))
    throw ShapeError("reshape",
                     join(x.count(), " numbers of shape ", x, " do not divide by ", known),
                     "Give sizes that divide the count");
  return in_the_name_of("reshape", [&] {
    Shape shape;
    for (std::int64_t size : sizes) shape.push_back(size == -1 ? x.count() / known : size);
    return shape;
  });
}
Shape resolved_shape(const Shape& x, std::span<const Integer> sizes) {
  if (sizes.size() > max_rank)
    throw ShapeError("reshape", join("more than ", max_rank, " axes"),
                     join("Use at most ", max_rank));
  std::int64_t all[max_rank] = {};
  for (std::size_t i = 0; i < sizes.size(); ++i)
    all[i] = sizes[i].in("reshape", "a size", at_least(-1));
  return resolved_shape(x, std::span<const std::int64_t>(all, sizes.size()));
}

int Transpose::axis(int i, int rank) const {
  return order.all() ? rank - 1 - i : checked_axis(name, order[i], rank);
}
Shape Transpose::shape(const Shape& x) const {
  if (!order.all()) {
    axis_bits(name, order, x.rank());
    if (order.size() != x.rank())
      throw ShapeError(
          name, join("the order has ", order.size(), " axes, the array ", x, " has ", x.rank()),
          "Name every axis once");
  }
  Shape shape;
  for (int i = 0; i < x.rank(); ++i) shape.push_back(x[axis(i, x.rank())]);
  return shape;
}
Transpose Transpose::inverse(int rank) const {
  if (order.all()) return *this;
  int back[max_rank] = {};
  for (int i = 0; i < rank; ++i) back[axis(i, rank)] = i;
  return {Axes(std::span<const int>(back, std::size_t(rank)))};
}
Transpose Transpose::batched(std::int64_t, const Shape& x) const {
  int axes[max_rank] = {};
  for (int i = 0; i < x.rank(); ++i) axes[i + 1] = axis(i, x.rank()) + 1;
  return {Axes(std::span<const int>(axes, std::size_t(x.rank() + 1)))};
}
kernels::Walk Transpose::walk(const Shape& x) const {
  const kernels::Walk plain = kernels::row_major(x);
  kernels::Walk walk;
  for (int i = 0; i < x.rank(); ++i) walk.steps[i] = plain.steps[axis(i, x.rank())];
  return walk;
}
Formula Transpose::text(const Formula& x) const {
  if (x.shape().rank() == 2 && axis(0, 2) == 1) return Formula::postfix("^T", x);
  if (order.all()) return Formula::call(name, {x});
  std::string axes = "axes ";
  for (int i = 0; i < order.size(); ++i) axes += join(i ? ", " : "", order[i]);
  return Formula::call(name, {x, Formula::symbol(axes)});
}

Slice resolved_slice(const Shape& x, Axis axis, Integer from, Integer to, Integer by) {
  const std::int64_t start = from.in("slice", "start"), stop = to.in("slice", "stop");
  const std::int64_t step = by.in("slice", "step");
  if (step == 0) throw ShapeError("slice", "the step is 0", "Step forwards or backwards");
  const int at = checked_axis("slice", axis, x.rank());
  const std::int64_t n = x[at];
  const std::int64_t lowest = step > 0 ? 0 : -1, highest = step > 0 ? n : n - 1;
  const auto clip = [&](std::int64_t p) { return std::clamp(p < 0 ? p + n : p, lowest, highest); };
  const std::int64_t first = clip(start);
  const std::int64_t end = stop == whole_axis ? (step > 0 ? n : -1) : clip(stop);
  const std::int64_t span = step > 0 ? end - first : first - end;
  const std::int64_t pace = step > 0 ? step : bounded_product(step, -1);
  return {at, first, span <= 0 ? 0 : (span - 1) / pace + 1, step};
}
Shape Slice::shape(const Shape& x) const {
  check_front(name, axis, x.rank());
  if (count > 1 && step == 0) throw ShapeError(name, "the step is 0", "Step forwards or backwards");
  const std::int64_t last = bounded_sum(start, bounded_product(count - 1, step));
  if (count > 0 && (start < 0 || start >= x[axis] || last < 0 || last >= x[axis]))
    throw ShapeError(name, join("positions ", start, " to ", last, " leave axis ", axis, " of ", x),
                     "Use slice(x, axis, start, stop, step), which clips");
  return x.with(axis, count);
}
kernels::Walk Slice::walk(const Shape& x) const {
  kernels::Walk walk = kernels::row_major(x);
  walk.offset = count > 0 ? start * walk.steps[axis] : 0;
  walk.steps[axis] *= count > 1 ? step : 0;
  return walk;
}
std::string Slice::brackets() const {
  std::string text = "[";
  for (int i = 0; i < axis; ++i) text += ":, ";
  const std::int64_t stop = bounded_sum(start, bounded_product(count, step));
  text += join(start, ":") + (stop < 0 ? "" : to_text(stop));
  return text + (step == 1 ? "]" : join(":", step, "]"));
}
Formula Slice::text(const Formula& x) const { return Formula::postfix(brackets(), x); }

Shape Embed::shape(const Shape& x) const {
  check_front(name, slice.axis, x.rank());
  const Shape whole = x.with(slice.axis, size);
  if (const Shape place = slice.shape(whole); place != x)
    throw ShapeError(name, join("x is ", x, ", its place is ", place), "Give the slice that x was");
  return whole;
}
Formula Embed::text(const Formula& x) const {
  return Formula::call(name, {x, Formula::symbol(join("at ", slice.brackets(), " of ", size))});
}

Shape Concat::shape(std::span<const Shape* const> in) const {
  Shape shape = *in[0];
  check_front(name, axis, shape.rank());
  std::int64_t total = 0;
  for (std::size_t k = 0; k < in.size(); ++k) {
    if (in[k]->rank() != shape.rank() || in[k]->with(axis, 0) != shape.with(axis, 0))
      throw ShapeError(name, join("array 0 is ", shape, ", array ", k, " is ", *in[k]),
                       join("All sizes but that of axis ", axis, " must be equal"));
    total = size_sum(name, total, (*in[k])[axis]);
    if (each.value && (*in[k])[axis] != each.value)
      throw ShapeError(name,
                       join("array ", k, " is ", *in[k], ", each is said to have ", each.value),
                       "Leave `each` 0");
  }
  return shape.with(axis, total);
}
Formula Concat::text(std::span<const Formula> in) const {
  std::vector<Formula> arguments(in.begin(), in.end());
  arguments.push_back(Formula::symbol(join("axis ", axis)));
  return Formula::call(name, std::move(arguments));
}
int resolved_concat_axis(std::string_view op, Axis axis, int rank, std::size_t arrays) {
  if (arrays == 0) throw ShapeError(op, "no arrays are given", "Give at least one");
  return checked_axis(op, axis, rank);
}
void check_stacked(std::size_t k, const Shape& first, const Shape& other) {
  if (first != other)
    throw ShapeError("stack", join("array 0 is ", first, ", array ", k, " is ", other),
                     "Stacked arrays have one shape");
}
Shape stacked_shape(const Shape& x, int axis) {
  Shape shape;
  for (int i = 0; i <= x.rank(); ++i) {
    if (i == axis) shape.push_back(1);
    if (i < x.rank()) shape.push_back(x[i]);
  }
  return shape;
}

GLASSGRAD_RULES(LayoutOps)

}  // namespace glassgrad
