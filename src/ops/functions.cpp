// The compiled rules of ops/functions.hpp.
#include "glassgrad/core/make_rule.hpp"
#include "glassgrad/ops/ops.hpp"

namespace glassgrad {
template struct RuleTable<FunctionsOps, float>;
template struct RuleTable<FunctionsOps, double>;
}  // namespace glassgrad
