// The compiled rules of ops/logarithms.hpp.
#include "core/rules.hpp"
#include "glassgrad/ops/ops.hpp"

namespace glassgrad {
GLASSGRAD_RULES(LogarithmsOps)
}  // namespace glassgrad
