// The compiled rules of ops/rounding.hpp.
#include "glassgrad/core/make_rule.hpp"
#include "glassgrad/ops/ops.hpp"

namespace glassgrad {
template struct RuleTable<RoundingOps, float>;
template struct RuleTable<RoundingOps, double>;
}  // namespace glassgrad
