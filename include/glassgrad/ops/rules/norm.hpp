// The basis of norms and variances, right over the whole range of the type: the norm, even where
// squares overflow, and numbers minus their mean. Next: ops/functions/norms.hpp and statistics.hpp,
// the public functions.
#pragma once

#include "glassgrad/ops/rules/functions.hpp"
#include "glassgrad/ops/rules/reduce.hpp"

namespace glassgrad {

// (sign x) |x / y|^power for the norm y of x, of order p, without the sign if not `odd`: right too
// where y is denormal or infinite, and has lost the digits that the quotient needs, and where the
// quotient leaves the range and its power does not. 0 where y is 0, and where x is unless power is
// 0. Infinite numbers beside others count as equal ones. As an op its derivatives are made of
// itself, to every order.
struct NormRatio {
  using Kind = Custom<2>;
  static constexpr std::string_view name = "norm_ratio";
  double p = 2, power = 1;
  bool odd = true;
  Reducing over;
  Shape shape(const Shape& x, const Shape& y) const;
  template <class T>
  void value(View<const T> x, View<const T> y, View<T> ratio, Pool& pool) const {
    kernels::norm_ratio<T>(x, over.reduced_shape(name, x.shape(), true), {p, power, odd}, y.data,
                           nullptr, ratio, pool);
  }
  // a / size, and 0 where size is 0 or infinite: the two that are twice themselves
  auto divided(const auto& a, const auto& size) const {
    const auto none = 2 * size == size;
    return where(none, constant(a, 0), a / where(none, constant(size, 1), size));
  }
  // y d/dx, which of x / y is 1
  bool is_quotient() const { return power == 1 && odd; }
  auto steepness(const auto& x, const auto& y) const {
    return power * apply(NormRatio{p, power == 0 ? 0 : power - 1, !odd, over}, x, y);
  }
  auto adjoint(To<0>, const auto& x, const auto& y, const auto&, const auto& upstream) const {
    const auto size = over.along(y, x.shape());
    if (is_quotient()) return divided(upstream, size);
    return divided(upstream * steepness(x, y), size);
  }
  auto adjoint(To<1>, const auto&, const auto& y, const auto& ratio, const auto& upstream) const {
    const auto all = apply(Sum{over}, -upstream * ratio);
    return divided(power == 1 ? all : all * power, y);
  }
  template <class X>
  X push(const X& x, const X& y, const X& ratio, std::span<const X> tangents) const {
    const X size = over.along(y, x.shape()), moved = ratio * over.along(tangents[1], x.shape());
    if (is_quotient()) return divided(tangents[0] - moved, size);
    return divided(tangents[0] * steepness(x, y) - moved * power, size);
  }
  Formula text(const Formula& x, const Formula& y) const;
  NormRatio batched(std::int64_t, const Shape& x, const Shape&) const {
    return {p, power, odd, over.batched(x)};
  }
  bool by_rows(const Shape& x, const Shape&) const { return over.by_rows(x); }
};

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
  auto slope(const auto& x, const auto& y) const {
    return apply(NormRatio{p, p - 1, true, over}, x, y);
  }
  auto adjoint(To<0>, const auto& x, const auto& y, const auto& upstream) const {
    return over.along(upstream, x.shape()) * slope(x, y);
  }
  template <class T>
  void adjoint_into(To<0>, View<const T> x, View<const T> y, View<const T> upstream, View<T> to,
                    Pool& pool) const {
    kernels::norm_ratio<T>(x, over.reduced_shape(name, x.shape(), true), {p, p - 1, true}, y.data,
                           upstream.data, to, pool);
  }
  auto push(const auto& x, const auto& y, const auto& tangent) const {
    return apply(Sum{over}, tangent * slope(x, y));
  }
  Formula text(const Formula& x) const;
  Norm batched(std::int64_t, const Shape& x) const { return {p, over.batched(x)}; }
  bool by_rows(const Shape& x) const { return over.by_rows(x); }
};

// y = sum x^2 / divisor: the mean of squares of a variance, right where a square is infinite or 0
// and it is not.
struct MeanSquare {
  using Kind = Custom<>;
  static constexpr std::string_view name = "mean_square";
  double divisor = 1;
  Reducing over;
  Shape shape(const Shape& x) const { return over.reduced_shape(name, x, over.keepdims); }
  template <class T>
  void value(View<const T> x, View<T> y, Pool& pool) const {
    kernels::mean_square(x, over.reduced_shape(name, x.shape(), true), divisor, y.data, pool);
  }
  // the factor 2 last: twice an upstream may be infinite where the slope is not
  auto adjoint(To<0>, const auto& x, const auto&, const auto& upstream) const {
    return over.along(upstream / divisor, x.shape()) * x * 2;
  }
  template <class T>
  void adjoint_into(To<0>, View<const T> x, View<const T>, View<const T> upstream, View<T> to,
                    Pool& pool) const {
    kernels::mean_square_adjoint(x, over.reduced_shape(name, x.shape(), true), divisor,
                                 upstream.data, to, pool);
  }
  auto push(const auto& x, const auto&, const auto& tangent) const {
    return apply(Sum{over}, tangent / divisor * x) * 2;
  }
  Formula text(const Formula& x) const;
  MeanSquare batched(std::int64_t, const Shape& x) const { return {divisor, over.batched(x)}; }
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

using NormOps = List<NormRatio, Norm, MeanSquare, Centre>;
GLASSGRAD_FAMILY(NormOps)

}  // namespace glassgrad
