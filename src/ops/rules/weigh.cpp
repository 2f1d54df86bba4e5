// The rule of weigh.hpp, compiled.
#include "glassgrad/ops/rules/weigh.hpp"

#include "engine/rules.hpp"

namespace glassgrad {
GLASSGRAD_RULES(WeighOps)
}  // namespace glassgrad
