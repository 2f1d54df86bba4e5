// Shapes and errors of decompositions.hpp, and its compiled rules.
#include <cmath>

#include "engine/rules.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/ops/ops.hpp"

namespace glassgrad {

Shape Qr::shape(const Shape& x) const {
  check_matrices(name, x);
  const std::int64_t m = x.from_end(2), n = x.from_end(1);
  if (m < n)
    throw ShapeError(name, join("the matrices of ", x, " have more columns than rows"),
                     "Use qr(), which takes such too");
  return x.with(x.rank() - 2, m + n);
}
Shape Eigh::shape(const Shape& x) const {
  check_square(name, x);
  return x.with(x.rank() - 2, x.from_end(1) + 1);
}
Shape Svd::shape(const Shape& x) const {
  check_matrices(name, x);
  const std::int64_t m = x.from_end(2), n = x.from_end(1);
  return x.with(x.rank() - 2, m + 1 + n).with(x.rank() - 1, std::min(m, n));
}
void Pinv::check() const {
  if (std::isnan(cut))
    throw ShapeError(name, "the cut is nan", "Give a part of the largest singular value: 1e-10");
}
Shape Pinv::shape(const Shape& x) const {
  check_matrices(name, x);
  const std::int64_t m = x.from_end(2), n = x.from_end(1);
  return x.with(x.rank() - 2, n).with(x.rank() - 1, m);
}

GLASSGRAD_RULES_ONCE(DecompositionOps)

}  // namespace glassgrad
