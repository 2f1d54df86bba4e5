// The compiled rules of ops/powers.hpp.
#include "core/rules.hpp"
#include "glassgrad/ops/ops.hpp"

namespace glassgrad {
GLASSGRAD_RULES(PowersOps)
}  // namespace glassgrad
