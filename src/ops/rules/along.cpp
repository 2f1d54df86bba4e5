// Shapes, texts and errors of along.hpp, and its compiled rules.
#include "engine/rules.hpp"
#include "front_axis.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/ops/ops.hpp"

namespace glassgrad {
namespace {
Formula with_axis(std::string_view op, std::vector<Formula> arguments, int axis) {
  arguments.push_back(Formula::symbol(join("axis ", axis)));
  return Formula::call(op, std::move(arguments));
}
void check_along(std::string_view op, const Shape& x, int axis, const Shape& positions) {
  check_front(op, axis, x.rank());
  bool fit = positions.rank() == x.rank();
  for (int i = 0; fit && i < x.rank(); ++i) fit = i == axis || positions[i] <= x[i];
  if (!fit)
    throw ShapeError(op, join("x is ", x, ", the positions are ", positions),
                     join("Along every axis but ", axis,
                          " there are at most as many positions "
                          "as entries"));
}
}  // namespace

Shape TakeAlong::shape(const Shape& x, const Shape& positions) const {
  check_along(name, x, axis, positions);
  return positions;
}
Formula TakeAlong::text(const Formula& x, const Formula& at) const {
  return with_axis(name, {x, at}, axis);
}
std::vector<Sample<TakeAlong>> TakeAlong::samples() {
  return {{{0}, {{4, 2}, {3, 2}}, 4}, {{1}, {{3, 2, 2}, {2, 3, 2}}, 2}, {{0}, {{3}, {5}}, 3}};
}

Shape AddAlong::shape(const Shape& x, const Shape& positions) const {
  check_along(name, target, axis, positions);
  if (x != positions)
    throw ShapeError(name, join("x is ", x, ", the positions are ", positions),
                     "Give one position for each number");
  return target;
}
Formula AddAlong::text(const Formula& x, const Formula& at) const {
  return with_axis(name, {x, at, Formula::symbol(join("to ", target))}, axis);
}
std::vector<Sample<AddAlong>> AddAlong::samples() {
  return {{{0, {4, 2}}, {{3, 2}, {3, 2}}, 4}, {{1, {3, 2, 2}}, {{2, 3, 2}, {2, 3, 2}}, 2}};
}

Shape Cumsum::shape(const Shape& x) const {
  check_front(name, axis, x.rank());
  return x;
}
Formula Cumsum::text(const Formula& x) const {
  return with_axis(reversed ? "reversed_cumsum" : name, {x}, axis);
}
std::vector<Sample<Cumsum>> Cumsum::samples() {
  return {
      {{0, false}, {{4}}}, {{1, true}, {{2, 3, 2}}}, {{0, false}, {{3, 2}}}, {{0, true}, {{0}}}};
}

Shape Cumprod::shape(const Shape& x) const {
  check_front(name, axis, x.rank());
  return x;
}
Formula Cumprod::text(const Formula& x) const { return with_axis(name, {x}, axis); }
std::vector<Sample<Cumprod>> Cumprod::samples() {
  return {{{0}, {{4}}}, {{1}, {{2, 3, 2}}}, {{0}, {{1, 2}}}, {{0}, {{0}}}};
}

GLASSGRAD_RULES(AlongOps)

}  // namespace glassgrad
