// Shapes and errors of the ops that draw random numbers, and their compiled rules.
#include "glassgrad/ops/rules/random.hpp"

#include "engine/rules.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/ops/ops.hpp"

namespace glassgrad {

Shape DropoutMask::shape(const Shape& draw) const {
  if (draw.count() != 1)
    throw ShapeError(name, join("the draw is ", draw), "Give one position: the number of the draw");
  if (!(probability >= 0 && probability < 1))
    throw ShapeError(name, join("the probability is ", probability),
                     "Give a number from 0 to below 1");
  return target;
}

GLASSGRAD_RULES(RandomOps)

}  // namespace glassgrad
