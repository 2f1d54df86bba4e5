// The compiled rules of ops/functions.hpp.
#include "core/rules.hpp"
#include "glassgrad/ops/ops.hpp"

namespace glassgrad {
GLASSGRAD_RULES(FunctionsOps)
}  // namespace glassgrad
