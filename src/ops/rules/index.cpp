// Shapes and errors of the ops that take positions, and their compiled rules.
#include "engine/rules.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/ops/ops.hpp"

namespace glassgrad {
namespace {
void check_matrix(std::string_view op, const Shape& x, const Shape& positions) {
  if (x.rank() != 2 || positions.rank() != 1 || positions[0] != x[0])
    throw ShapeError(op, join("x is ", x, ", the positions are ", positions),
                     "Give a matrix and one position for each of its rows");
}
Shape laid_out(const Shape& positions, const Shape& x) {
  Shape shape = positions;
  for (int i = 1; i < x.rank(); ++i) shape.push_back(x[i]);
  return shape;
}
}  // namespace

std::int64_t Rows::row_length(const Shape& x) {
  std::int64_t length = 1;
  for (int i = 1; i < x.rank(); ++i) length *= x[i];
  return length;
}
Shape Rows::shape(const Shape& x, const Shape& positions) const {
  if (x.rank() == 0)
    throw ShapeError(name, "a single number has no rows", "Give an array with at least one axis");
  return laid_out(positions, x);
}

Shape AddRows::shape(const Shape& x, const Shape& positions) const {
  if (x != laid_out(positions, target))
    throw ShapeError(name,
                     join("x is ", x, ", ", positions, " rows of ", target, " are ",
                          laid_out(positions, target)),
                     "Give one row per position");
  return target;
}
Formula AddRows::text(const Formula& x, const Formula& at) const {
  return Formula::call(name, {x, at, Formula::symbol(join("to ", target))});
}

Shape Pick::shape(const Shape& x, const Shape& positions) const {
  check_matrix(name, x, positions);
  return positions;
}

Shape Place::shape(const Shape& x, const Shape& positions) const {
  if (x.rank() != 1 || x != positions)
    throw ShapeError(name, join("x is ", x, ", the positions are ", positions),
                     "Give one position for each number");
  return {x[0], columns};
}
Formula Place::text(const Formula& x, const Formula& at) const {
  return Formula::call(name, {x, at, Formula::symbol(join(columns, " columns"))});
}

GLASSGRAD_RULES(IndexOps)

}  // namespace glassgrad
