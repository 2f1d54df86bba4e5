// The compiled rules of ops/updates.hpp.
#include "glassgrad/ops/updates.hpp"

#include "core/rules.hpp"

namespace glassgrad {
GLASSGRAD_RULES(UpdateOps)
}  // namespace glassgrad
