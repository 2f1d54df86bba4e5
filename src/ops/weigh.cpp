// The rule of weigh.hpp, compiled.
#include "glassgrad/ops/weigh.hpp"

#include "core/rules.hpp"

namespace glassgrad {
GLASSGRAD_RULES(WeighOps)
}  // namespace glassgrad
