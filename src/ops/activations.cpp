// The compiled rules of ops/activations.hpp.
#include "glassgrad/core/make_rule.hpp"
#include "glassgrad/ops/ops.hpp"

namespace glassgrad {
template struct RuleTable<ActivationsOps, float>;
template struct RuleTable<ActivationsOps, double>;
}  // namespace glassgrad
