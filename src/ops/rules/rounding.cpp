// The compiled rules of ops/rules/rounding.hpp.
#include "engine/rules.hpp"
#include "glassgrad/ops/ops.hpp"

namespace glassgrad {
GLASSGRAD_RULES(RoundingOps)
}  // namespace glassgrad
