// The compiled rules of ops/rules/activations.hpp.
#include "engine/rules.hpp"
#include "glassgrad/ops/ops.hpp"

namespace glassgrad {
GLASSGRAD_RULES(ActivationsOps)
}  // namespace glassgrad
