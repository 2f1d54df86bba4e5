// The compiled rules of ops/rules/compare.hpp.
#include "engine/rules.hpp"
#include "glassgrad/ops/ops.hpp"

namespace glassgrad {
GLASSGRAD_RULES(CompareOps)
}  // namespace glassgrad
