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

Shape Cumsum::shape(const Shape& x) const {
  check_front(name, axis, x.rank());
  return x;
}
Formula Cumsum::text(const Formula& x) const {
  return with_axis(reversed ? "reversed_cumsum" : name, {x}, axis);
}

Shape Cumprod::shape(const Shape& x) const {
  check_front(name, axis, x.rank());
  return x;
}
Formula Cumprod::text(const Formula& x) const { return with_axis(name, {x}, axis); }

namespace {
// Of x, what reaches y in the adjoint, and directions: 2^directions parts of every number.
Shape check_derivative(std::string_view op, int axis, std::span<const Shape* const> in,
                       std::size_t others) {
  constexpr std::size_t most = 16;
  if (in.size() < others)
    throw ShapeError(op, join(in.size(), " inputs are too few"), join("Give ", others, " or more"));
  check_front(op, axis, in[0]->rank());
  for (const Shape* const each : in)
    if (*each != *in[0])
      throw ShapeError(op, join("x is ", *in[0], ", another input is ", *each),
                       "Give inputs of one shape");
  if (in.size() > others + most)
    throw ShapeError(op, join("derivatives in ", in.size() - others, " directions are too many"),
                     join("Take ", most, " or fewer"));
  return *in[0];
}
}  // namespace

Formula along_axis(std::string_view op, std::span<const Formula> in, int axis) {
  return with_axis(op, {in.begin(), in.end()}, axis);
}
Shape CumprodPush::shape(std::span<const Shape* const> in) const {
  return check_derivative(name, axis, in, 1);
}

Shape CumprodAdjoint::shape(std::span<const Shape* const> in) const {
  return check_derivative(name, axis, in, 2);
}

GLASSGRAD_RULES(AlongOps)

}  // namespace glassgrad
