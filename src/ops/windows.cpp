// Shapes, texts and errors of windows.hpp, and its compiled rules.
#include "front_axis.hpp"
#include "glassgrad/core/make_rule.hpp"
#include "glassgrad/core/text.hpp"
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
  const std::int64_t n = x[axis], span = (size - 1) * dilation + 1;
  if (n < span)
    throw ShapeError(name,
                     join("a window spans ", span, " entries, axis ", axis, " of ", x, " has ", n),
                     "Use a smaller window or pad first");
  Shape shape = x.with(axis, (n - span) / step + 1);
  shape.push_back(size);
  return shape;
}
Formula Windows::text(const Formula& x) const {
  return Formula::call(name, {x, Formula::symbol(described(*this))});
}
std::vector<Sample<Windows>> Windows::samples() {
  return {{{0, 3, 1, 1}, {{5}}},
          {{1, 2, 2, 1}, {{2, 5}}},
          {{0, 2, 1, 2}, {{5, 2}}},
          {{1, 2, 3, 1}, {{2, 5, 2}}}};
}

Shape AddWindows::shape(const Shape& x) const {
  const int rank = x.rank() - 1;
  check_windows(name, windows, rank);
  const std::int64_t count = x[windows.axis];
  const std::int64_t span = (windows.size - 1) * windows.dilation + 1;
  if (x.from_end(1) != windows.size || (count > 0 && (count - 1) * windows.step + span > length))
    throw ShapeError(name,
                     join(count, " windows of ", x.from_end(1), " entries (", described(windows),
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
std::vector<Sample<AddWindows>> AddWindows::samples() {
  return {{{{0, 3, 1, 1}, 5}, {{3, 3}}},
          {{{1, 2, 2, 1}, 5}, {{2, 2, 2}}},
          {{{0, 2, 1, 2}, 5}, {{3, 2, 2}}}};
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
std::vector<Sample<Triangle>> Triangle::samples() {
  return {{{true, 0}, {{3, 3}}},
          {{false, 0}, {{2, 3}}},
          {{true, 1}, {{2, 3, 2}}},
          {{false, -1}, {{3, 2}}}};
}

template struct RuleTable<WindowOps, float>;
template struct RuleTable<WindowOps, double>;

}  // namespace glassgrad
