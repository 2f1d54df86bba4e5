// The compiled rules of ops/rules/powers.hpp.
#include "engine/rules.hpp"
#include "glassgrad/ops/ops.hpp"

namespace glassgrad {
GLASSGRAD_RULES(PowersOps)
}  // namespace glassgrad
