// The compiled rules of ops/arithmetic.hpp.
#include "glassgrad/core/make_rule.hpp"
#include "glassgrad/ops/ops.hpp"

namespace glassgrad {
template struct RuleTable<ArithmeticOps, float>;
template struct RuleTable<ArithmeticOps, double>;
}  // namespace glassgrad
