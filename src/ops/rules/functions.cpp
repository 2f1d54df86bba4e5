// The compiled rules of ops/rules/functions.hpp.
#include "engine/rules.hpp"
#include "glassgrad/ops/ops.hpp"

namespace glassgrad {
GLASSGRAD_RULES(FunctionsOps)
}  // namespace glassgrad
