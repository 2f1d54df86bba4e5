// The compiled rules of ops/activations.hpp.
#include "core/rules.hpp"
#include "glassgrad/ops/ops.hpp"

namespace glassgrad {
GLASSGRAD_RULES(ActivationsOps)
}  // namespace glassgrad
