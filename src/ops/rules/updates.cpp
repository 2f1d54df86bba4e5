// The compiled rules of ops/rules/updates.hpp.
#include "glassgrad/ops/rules/updates.hpp"

#include "engine/rules.hpp"

namespace glassgrad {
GLASSGRAD_RULES(UpdateOps)
}  // namespace glassgrad
