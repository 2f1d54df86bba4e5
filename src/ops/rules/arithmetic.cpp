// The compiled rules of ops/rules/arithmetic.hpp.
#include "engine/rules.hpp"
#include "glassgrad/ops/ops.hpp"

namespace glassgrad {
GLASSGRAD_RULES(ArithmeticOps)
}  // namespace glassgrad
