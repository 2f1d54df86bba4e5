// The compiled rules of ops/rules/other_activations.hpp.
#include "engine/rules.hpp"
#include "glassgrad/ops/ops.hpp"

namespace glassgrad {
GLASSGRAD_RULES(OtherActivationsOps)
}  // namespace glassgrad
