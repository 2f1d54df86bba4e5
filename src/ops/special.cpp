// The compiled rules of ops/special.hpp.
#include "glassgrad/core/make_rule.hpp"
#include "glassgrad/ops/ops.hpp"

namespace glassgrad {
template struct RuleTable<SpecialOps, float>;
template struct RuleTable<SpecialOps, double>;
}  // namespace glassgrad
