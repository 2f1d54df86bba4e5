// Shapes and errors of matmul, and its compiled rule.
#include "engine/rules.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/ops/ops.hpp"

namespace glassgrad {
namespace {
Shape batch_of(const Shape& x) {
  return Shape(std::span<const std::int64_t>(x.begin(), std::size_t(x.rank() - 2)));
}
}  // namespace

void check_matmul(const Shape& a, const Shape& b) {
  if (a.rank() == 0 || b.rank() == 0)
    throw ShapeError("matmul", join("a single number is no matrix: a is ", a, ", b is ", b),
                     "Use a * b for a number times an array");
  const int inner_b = b.rank() == 1 ? 0 : b.rank() - 2;
  if (a.from_end(1) != b[inner_b])
    throw ShapeError("matmul", join("inner sizes differ: a is ", a, ", b is ", b),
                     join("a.shape[", a.rank() - 1, "] must equal b.shape[", inner_b, "]"));
}

Shape Matmul::shape(const Shape& a, const Shape& b) const {
  const std::int64_t inner_a = a.from_end(transpose_a ? 2 : 1);
  const std::int64_t inner_b = b.from_end(transpose_b ? 1 : 2);
  if (inner_a != inner_b)
    throw ShapeError(name, join("inner sizes differ: a is ", a, ", b is ", b),
                     join("a.shape[", a.rank() - (transpose_a ? 2 : 1), "] must equal b.shape[",
                          b.rank() - (transpose_b ? 1 : 2), "]"));
  if (a.rank() == 2 && b.rank() == 2) return Shape{a[transpose_a ? 1 : 0], b[transpose_b ? 0 : 1]};
  Shape shape = broadcast(name, batch_of(a), batch_of(b));
  shape.push_back(a.from_end(transpose_a ? 1 : 2));
  shape.push_back(b.from_end(transpose_b ? 2 : 1));
  return shape;
}

Formula Matmul::text(const Formula& a, const Formula& b) const {
  const auto operand = [](bool transposed, const Formula& x) {
    if (!transposed) return x;
    Shape shape = batch_of(x.shape());
    shape.push_back(x.shape().from_end(1));
    shape.push_back(x.shape().from_end(2));
    return Formula::postfix("^T", x).with_shape(shape);
  };
  return Formula::infix(" . ", strength::product, operand(transpose_a, a), operand(transpose_b, b));
}

GLASSGRAD_RULES(MatmulOps)

}  // namespace glassgrad
