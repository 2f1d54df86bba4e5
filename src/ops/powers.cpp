// The compiled rules of ops/powers.hpp.
#include "glassgrad/core/make_rule.hpp"
#include "glassgrad/ops/ops.hpp"

namespace glassgrad {
template struct RuleTable<PowersOps, float>;
template struct RuleTable<PowersOps, double>;
}  // namespace glassgrad
