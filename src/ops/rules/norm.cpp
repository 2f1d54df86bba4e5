// Texts of norm.hpp, and its compiled rules.
#include "engine/rules.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/ops/ops.hpp"

namespace glassgrad {

Formula Norm::text(const Formula& x) const {
  const Formula over_axes = over.text(name, x);
  if (p == 2) return over_axes;
  std::vector<Formula> arguments = over_axes.arguments();
  arguments.insert(arguments.begin() + 1, Formula::symbol(join("order ", p)));
  return Formula::call(name, std::move(arguments));
}
Formula Centre::text(const Formula& x) const { return x - over.text("mean", x); }

GLASSGRAD_RULES(NormOps)

}  // namespace glassgrad
