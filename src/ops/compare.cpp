// The compiled rules of ops/compare.hpp.
#include "glassgrad/core/make_rule.hpp"
#include "glassgrad/ops/ops.hpp"

namespace glassgrad {
template struct RuleTable<CompareOps, float>;
template struct RuleTable<CompareOps, double>;
}  // namespace glassgrad
