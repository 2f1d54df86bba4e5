// The compiled rules of ops/updates.hpp.
#include "glassgrad/ops/updates.hpp"

#include "glassgrad/core/make_rule.hpp"

namespace glassgrad {
template struct RuleTable<UpdateOps, float>;
template struct RuleTable<UpdateOps, double>;
}  // namespace glassgrad
