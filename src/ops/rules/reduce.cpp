// Texts and errors of the reductions, and their compiled rules.
#include "engine/rules.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/ops/ops.hpp"

namespace glassgrad {

Formula Reducing::text(std::string_view op, const Formula& x) const {
  if (axes.all() || x.shape().rank() == 0) return Formula::call(op, {x});
  std::string which;
  for (int i = 0; i < axes.size(); ++i) which += (i ? ", " : "") + std::to_string(axes[i]);
  return Formula::call(op,
                       {x, Formula::symbol(axes.size() == 1 ? "axis " + which : "axes " + which)});
}

template <bool largest>
Shape Extreme<largest>::shape(const Shape& x) const {
  const unsigned bits = axis_bits(name, over.axes, x.rank());
  for (int i = 0; i < x.rank(); ++i)
    if ((bits >> i & 1) && x[i] == 0)
      throw ShapeError(name, join("axis ", i, " of ", x, " has size 0"),
                       join("Nothing has no ", name, "; give at least one number"));
  return over.reduced_shape(name, x, over.keepdims);
}
template Shape Extreme<true>::shape(const Shape&) const;
template Shape Extreme<false>::shape(const Shape&) const;

GLASSGRAD_RULES(ReduceOps)

}  // namespace glassgrad
