// Three ops that glassgrad does not have, one of each kind, each one struct and one function.
// Next: main.cpp, how each is used and checked.
#pragma once

#include <glassgrad/extend.hpp>
#include <string_view>
#include <vector>

// Elementwise: value and local, entry by entry; SIMD, broadcasting and everything else follow.
//   y = x + sin(a x)^2 / a  (Ziyin, Hartwig, Ueda 2020), an activation that can be periodic
struct Snake {
  using Kind = glassgrad::Elementwise<1>;
  static constexpr std::string_view name = "snake";
  double a = 1;  // a data member is an attribute of the op
  auto value(const auto& x) const {
    const auto wave = glassgrad::num::sin(glassgrad::constant(x, a) * x);
    return x + wave * wave / glassgrad::constant(x, a);
  }
  auto local(const auto& x, const auto&) const {
    return 1 + apply(glassgrad::Sin{}, glassgrad::constant(x, 2 * a) * x);
  }
};
template <glassgrad::Traced X>
X snake(const X& x, double a = 1) {
  return apply(Snake{a}, x);
}

// Linear, as reductions are: a shape, a kernel and the adjoint; the op itself is its forward mode.
//   y = sum over t of rate^t x_t along the last axis: what rewards to come are worth now
// The adjoint of summing is spreading, y_t = rate^t x, and the other way round: one op does both.
struct Discount {
  using Kind = glassgrad::Linear<>;
  static constexpr std::string_view name = "discount";
  double rate = 0.9;
  bool spreads = false;
  std::int64_t steps = 0;  // to spread over
  glassgrad::Shape shape(const glassgrad::Shape& x) const {
    if (!spreads && x.rank() == 0)
      throw glassgrad::ShapeError(name, "x is a single number", "Give one number per step");
    glassgrad::Shape y;
    for (int axis = 0; axis < x.rank() - !spreads; ++axis) y.push_back(x[axis]);
    if (spreads) y.push_back(steps);
    return y;
  }
  template <class T>
  void value(glassgrad::View<const T> x, glassgrad::View<T> y, glassgrad::Pool&) const {
    const std::int64_t rows = (spreads ? x : glassgrad::View<const T>(y)).count();
    const std::int64_t length = spreads ? steps : x.shape().from_end(1);
    for (std::int64_t i = 0; i < rows; ++i) {
      T weight = 1, total = 0;
      for (std::int64_t t = 0; t < length; ++t, weight *= T(rate)) {
        if (spreads)
          y[i * length + t] = weight * x[i];
        else
          total += weight * x[i * length + t];
      }
      if (!spreads) y[i] = total;
    }
  }
  auto adjoint(glassgrad::To<0>, const auto& x, const auto&, const auto& upstream) const {
    return apply(Discount{rate, !spreads, spreads ? 0 : x.shape().from_end(1)}, upstream);
  }
  glassgrad::Formula text(const glassgrad::Formula& x) const {  // how people write it
    return glassgrad::Formula::call(spreads ? "spread" : "discount", {x, rate});
  }
};
template <glassgrad::Traced X>
X discount(const X& x, double rate) {
  return apply(Discount{rate}, x);
}

// Custom, the general kind: any kernel, and an adjoint written in ops. Forward mode comes from the
// adjoint; give `push` as well where that can be had for less.
//   T y = b for the symmetric T with diagonal d (n) and e (n - 1) beside it, in O(n) (Thomas 1949)
struct TridiagonalSolve {
  using Kind = glassgrad::Custom<3>;
  static constexpr std::string_view name = "tridiagonal_solve";
  glassgrad::Shape shape(const glassgrad::Shape& d, const glassgrad::Shape& e,
                         const glassgrad::Shape& b) const {
    if (d.rank() != 1 || e.rank() != 1 || d != b || e.count() + 1 != d.count())
      throw glassgrad::ShapeError(
          name, "d is " + to_text(d) + ", e is " + to_text(e) + ", b is " + to_text(b),
          "Give vectors of n, n - 1 and n numbers");
    return b;
  }
  template <class T>
  void value(glassgrad::View<const T> d, glassgrad::View<const T> e, glassgrad::View<const T> b,
             glassgrad::View<T> y, glassgrad::Pool&) const {
    const std::int64_t n = d.count();
    std::vector<T> above(std::size_t(n), T(0));
    for (std::int64_t i = 0; i < n; ++i) {
      const T below = i ? e[i - 1] : T(0);
      const T pivot = d[i] - (i ? below * above[std::size_t(i - 1)] : T(0));
      if (pivot == 0)
        throw glassgrad::Error(name, "the pivot of row " + std::to_string(i) + " is 0",
                               "Give a matrix whose diagonal dominates");
      if (i + 1 < n) above[std::size_t(i)] = e[i] / pivot;
      y[i] = (b[i] - (i ? below * y[i - 1] : T(0))) / pivot;
    }
    for (std::int64_t i = n - 1; i-- > 0;) y[i] -= above[std::size_t(i)] * y[i + 1];
  }
  // With g = T^-1 upstream: db = g, dT = -g y^T, of which d and e are entries.
  auto adjoint(glassgrad::To<0>, const auto& d, const auto& e, const auto&, const auto& y,
               const auto& upstream) const {
    return -(apply(*this, d, e, upstream) * y);
  }
  auto adjoint(glassgrad::To<1>, const auto& d, const auto& e, const auto&, const auto& y,
               const auto& upstream) const {
    const std::int64_t n = d.shape().count();
    const auto g = apply(*this, d, e, upstream);
    return -(slice(g, 0, 0, n - 1) * slice(y, 0, 1, n) + slice(g, 0, 1, n) * slice(y, 0, 0, n - 1));
  }
  auto adjoint(glassgrad::To<2>, const auto& d, const auto& e, const auto&, const auto&,
               const auto& upstream) const {
    return apply(*this, d, e, upstream);
  }
};
template <glassgrad::Traced X>
X tridiagonal_solve(const X& d, const X& e, const X& b) {
  return apply(TridiagonalSolve{}, d, e, b);
}
