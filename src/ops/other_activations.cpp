// The compiled rules of ops/other_activations.hpp.
#include "core/rules.hpp"
#include "glassgrad/ops/ops.hpp"

namespace glassgrad {
GLASSGRAD_RULES(OtherActivationsOps)
}  // namespace glassgrad
