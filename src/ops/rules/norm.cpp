// Texts of norm.hpp, and its compiled rules.
#include "engine/rules.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/ops/ops.hpp"

namespace glassgrad {

Formula Norm::text(const Formula& x) const {
  const Formula over_axes = over.text(name, x);
  if (p == 2) return over_axes;
  std::vector<Formula> arguments = over_axes.arguments();
  arguments.insert(arguments.begin() + 1, Formula::symbol(join("order ", p)));
  return Formula::call(name, std::move(arguments));
}
Shape NormRatio::shape(const Shape& x, const Shape& y) const {
  if (y != over.reduced_shape(name, x, over.keepdims))
    throw ShapeError(name, join("y is ", y, " beside an x of ", x), "Give the norm of x");
  return x;
}
Formula NormRatio::text(const Formula& x, const Formula& y) const {
  const Formula quotient = x / over.along(y, x.shape());
  if (is_quotient()) return quotient;
  if (power == 0 && odd) return apply(Sign{}, x);
  Formula size = apply(Abs{}, quotient);
  if (power != 1) size = Formula::infix("^", strength::power, size, power);
  return odd ? apply(Sign{}, x) * size : size;
}
Formula MeanSquare::text(const Formula& x) const {
  return over.text("sum", Formula::infix("^", strength::power, x, 2)) / divisor;
}
Formula Centre::text(const Formula& x) const { return x - over.text("mean", x); }

GLASSGRAD_RULES(NormOps)

}  // namespace glassgrad
