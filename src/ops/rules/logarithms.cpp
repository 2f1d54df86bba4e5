// The compiled rules of ops/rules/logarithms.hpp.
#include "engine/rules.hpp"
#include "glassgrad/ops/ops.hpp"

namespace glassgrad {
GLASSGRAD_RULES(LogarithmsOps)
}  // namespace glassgrad
