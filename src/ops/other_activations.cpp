// The compiled rules of ops/other_activations.hpp.
#include "glassgrad/core/make_rule.hpp"
#include "glassgrad/ops/ops.hpp"

namespace glassgrad {
template struct RuleTable<OtherActivationsOps, float>;
template struct RuleTable<OtherActivationsOps, double>;
}  // namespace glassgrad
