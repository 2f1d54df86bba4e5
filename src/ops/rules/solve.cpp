// Shapes and errors of solve.hpp and matrices.hpp, and the compiled rules.
#include <limits>

#include "engine/rules.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/ops/ops.hpp"

namespace glassgrad {
namespace {
Shape batch_of(const Shape& x) {
  return Shape(std::span<const std::int64_t>(x.begin(), std::size_t(x.rank() - 2)));
}
Shape solved_shape(std::string_view op, const Shape& a, const Shape& b) {
  check_square(op, a), check_matrices(op, b);
  if (batch_of(a) != batch_of(b) || a.from_end(1) != b.from_end(2))
    throw ShapeError(op, join("A is ", a, ", B is ", b),
                     "Give as many rows of B as A has, and equal batches");
  return b;
}
}  // namespace

void check_matrices(std::string_view op, const Shape& x) {
  if (x.rank() < 2)
    throw ShapeError(op, join(x, " has no matrices"), "Give an array of at least two axes");
  // LAPACK counts in 32 bits, and its workspace is up to 34 numbers a row
  constexpr std::int64_t most = std::numeric_limits<int>::max() / 34;
  if (x.from_end(2) > most || x.from_end(1) > most)
    throw ShapeError(op, join("the matrices of ", x, " are larger than ", most, " x ", most),
                     "Use smaller matrices");
}
void check_square(std::string_view op, const Shape& x) {
  check_matrices(op, x);
  if (x.from_end(1) != x.from_end(2))
    throw ShapeError(op, join("the matrices of ", x, " are not square"), "Give square matrices");
}

Shape Solve::shape(const Shape& a, const Shape& b) const { return solved_shape(name, a, b); }
Shape SolveTriangular::shape(const Shape& a, const Shape& b) const {
  return solved_shape(name, a, b);
}
Formula SolveTriangular::text(const Formula& a, const Formula& b) const {
  const Formula triangle =
      Formula::call(unit ? (upper ? "unit_triu" : "unit_tril") : (upper ? "triu" : "tril"), {a});
  return Formula::call("solve", {transpose ? Formula::postfix("^T", triangle) : triangle, b});
}
Shape Det::shape(const Shape& x) const { return check_square(name, x), batch_of(x); }
Shape AdjugateAlong::shape(const Shape& x, const Shape& t) const {
  check_square(name, x);
  if (x != t) throw ShapeError(name, join("x is ", x, ", t is ", t), "Give both the same shape");
  return x;
}
Shape Slogdet::shape(const Shape& x) const {
  check_square(name, x);
  Shape shape = batch_of(x);
  shape.push_back(2);
  return shape;
}

GLASSGRAD_RULES_ONCE(SolveOps)

}  // namespace glassgrad
