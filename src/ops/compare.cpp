// The compiled rules of ops/compare.hpp.
#include "core/rules.hpp"
#include "glassgrad/ops/ops.hpp"

namespace glassgrad {
GLASSGRAD_RULES(CompareOps)
}  // namespace glassgrad
