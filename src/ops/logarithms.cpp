// The compiled rules of ops/logarithms.hpp.
#include "glassgrad/core/make_rule.hpp"
#include "glassgrad/ops/ops.hpp"

namespace glassgrad {
template struct RuleTable<LogarithmsOps, float>;
template struct RuleTable<LogarithmsOps, double>;
}  // namespace glassgrad
