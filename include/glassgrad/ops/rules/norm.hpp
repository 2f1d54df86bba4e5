// The basis of norms and variances, right over the whole range of the type: the norm, even where
// squares overflow, and numbers minus their mean. Next: ops/functions/norms.hpp and statistics.hpp,
// the public functions.
#pragma once

#include "glassgrad/ops/rules/functions.hpp"
#include "glassgrad/ops/rules/reduce.hpp"

namespace glassgrad {

// y = (sum |x|^p)^(1/p) for a finite p that is not 0; slopes are 0 where y is 0 or x is.
// By the scaling of BLAS's nrm2 where squares leave the range (J. L. Blue, ACM TOMS 4, 1978).
struct Norm {
  using Kind = Custom<>;
  static constexpr std::string_view name = "norm";
  static constexpr bool kernel_reads_value = true;
  double p = 2;
  Reducing over;
  Shape shape(const Shape& x) const { return over.reduced_shape(name, x, over.keepdims); }
  template <class T>
  void value(View<const T> x, View<T> y, Pool& pool) const {
    kernels::norm(x, over.reduced_shape(name, x.shape(), true), p, y.data, pool);
  }
  // dy/dx = (sign x) |x / y|^(p - 1), from quotients, which stay within range
  auto slope(const auto& x, const auto& y) const {
    const auto size = over.along(y, x.shape());
    const auto none = size == constant(size, 0);
    const auto ratio = x / where(none, constant(size, 1), size);
    if (p == 2) return ratio;
    const auto zero = constant(x, 0);
    const auto left = ratio == zero;
    const auto safe = where(left, constant(x, 1), apply(Abs{}, ratio));
    const auto power = apply(Sign{}, ratio) * apply(Power{p - 1}, safe);
    return where(none, zero, where(left, zero, power));
  }
  auto adjoint(To<0>, const auto& x, const auto& y, const auto& upstream) const {
    return over.along(upstream, x.shape()) * slope(x, y);
  }
  Formula adjoint(To<0>, const Formula& x, const Formula& y, const Formula& upstream) const {
    const Formula ratio = x / over.along(y, x.shape());
    const Formula own = over.along(upstream, x.shape());
    if (p == 2) return own * ratio;
    return own * apply(Sign{}, x) *
           Formula::infix("^", strength::power, apply(Abs{}, ratio), p - 1);
  }
  template <class T>
  void adjoint_into(To<0>, View<const T> x, View<const T> y, View<const T> upstream, View<T> to,
                    Pool& pool) const {
    kernels::norm_adjoint(x, over.reduced_shape(name, x.shape(), true), p, y.data, upstream.data,
                          to, pool);
  }
  auto push(const auto& x, const auto& y, const auto& tangent) const {
    return apply(Sum{over}, tangent * slope(x, y));
  }
  Formula text(const Formula& x) const;
  Norm batched(std::int64_t, const Shape& x) const { return {p, over.batched(x)}; }
  bool by_rows(const Shape& x) const { return over.by_rows(x); }
};

// y = x - mean of x over the axes: exactly 0 where all of x are equal. It is its own adjoint.
struct Centre {
  using Kind = Linear<>;
  static constexpr std::string_view name = "centre";
  Reducing over;
  Shape shape(const Shape& x) const { return over.reduced_shape(name, x, true), x; }
  template <class T>
  void value(View<const T> x, View<T> y, Pool& pool) const {
    kernels::centre(x, over.reduced_shape(name, x.shape(), true), y, pool);
  }
  auto adjoint(To<0>, const auto&, const auto&, const auto& upstream) const {
    return apply(*this, upstream);
  }
  Formula text(const Formula& x) const;
  Centre batched(std::int64_t, const Shape& x) const { return {over.batched(x)}; }
  bool by_rows(const Shape& x) const { return over.by_rows(x); }
};

using NormOps = List<Norm, Centre>;
GLASSGRAD_FAMILY(NormOps)

}  // namespace glassgrad
