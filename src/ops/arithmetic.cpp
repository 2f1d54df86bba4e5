// The compiled rules of ops/arithmetic.hpp.
#include "core/rules.hpp"
#include "glassgrad/ops/ops.hpp"

namespace glassgrad {
GLASSGRAD_RULES(ArithmeticOps)
}  // namespace glassgrad
