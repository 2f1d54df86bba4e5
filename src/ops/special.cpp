// The compiled rules of ops/special.hpp.
#include "core/rules.hpp"
#include "glassgrad/ops/ops.hpp"

namespace glassgrad {
GLASSGRAD_RULES(SpecialOps)
}  // namespace glassgrad
