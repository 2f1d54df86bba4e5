// The compiled rules of ops/rounding.hpp.
#include "core/rules.hpp"
#include "glassgrad/ops/ops.hpp"

namespace glassgrad {
GLASSGRAD_RULES(RoundingOps)
}  // namespace glassgrad
