// The compiled rules of ops/rules/special.hpp.
#include "engine/rules.hpp"
#include "glassgrad/ops/ops.hpp"

namespace glassgrad {
GLASSGRAD_RULES(SpecialOps)
}  // namespace glassgrad
