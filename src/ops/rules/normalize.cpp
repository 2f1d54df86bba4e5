// Shape, text and errors of normalize.hpp, and its compiled rule.
#include "engine/rules.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/ops/ops.hpp"

namespace glassgrad {

Shape Normalize::shape(const Shape& x) const {
  if (axes < 1 || axes > x.rank())
    throw ShapeError(name, join(axes, " axes of ", x), "Give axes that x has");
  return x;
}
Formula Normalize::text(const Formula& x) const {
  const std::string over = axes == 1 ? "the last axis" : join("the last ", axes, " axes");
  return Formula::call(name, {x, Formula::symbol(over), Formula::symbol(join("eps ", eps))});
}

GLASSGRAD_RULES(NormalizeOps)

}  // namespace glassgrad
