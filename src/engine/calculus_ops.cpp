// Shapes and errors of the ops that undo broadcasting, and their compiled rules.
#include "glassgrad/engine/calculus_ops.hpp"

#include "engine/rules.hpp"
#include "glassgrad/array/text.hpp"

namespace glassgrad {
Shape SumTo::shape(const Shape& x) const {
  if (!target.stretches_to(x))
    throw ShapeError(name, join(target, " does not broadcast to ", x),
                     "The target's sizes, counted from the last axis, must be equal or 1");
  return target;
}
// The target aligned with x's axes, so that none of them meets the new one.
SumTo SumTo::batched(std::int64_t n, const Shape& x) const {
  Shape aligned{n};
  for (int i = x.rank(); i > 0; --i) aligned.push_back(i > target.rank() ? 1 : target.from_end(i));
  return {aligned};
}
Formula SumTo::text(const Formula& x) const {
  return x.shape() == target ? x
                             : Formula::call("sum", {x, Formula::symbol("to " + to_text(target))});
}

Shape BroadcastTo::shape(const Shape& x) const {
  if (!x.stretches_to(target))
    throw ShapeError(name, join(x, " does not broadcast to ", target),
                     "Sizes counted from the last axis must be equal to the target's, or 1");
  return target;
}
Formula BroadcastTo::text(const Formula& x) const {
  if (x.shape() == target) return x;
  const bool reshaped = x.kind() == Formula::Kind::call && x.head() == "reshape";
  return Formula::call("broadcast", {reshaped ? x.arguments()[0] : x});
}

GLASSGRAD_RULES(CalculusOps)

}  // namespace glassgrad
