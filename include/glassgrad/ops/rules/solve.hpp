// Equations and determinants: inverse, solve, solve_triangular, det, slogdet. Matrices are the last
// two axes; the axes before are a batch. Rules are those of Giles, "Collected matrix derivative
// results for forward and reverse mode algorithmic differentiation" (2008), written in other ops,
// hence differentiable to any order. Next: ops/functions/linear_algebra.hpp, the functions.
#pragma once

#include "glassgrad/ops/rules/matrices.hpp"

namespace glassgrad {

// y = x^-1. Throws Error for a singular matrix.
struct Inverse {
  using Kind = Custom<>;
  static constexpr std::string_view name = "inverse";
  Shape shape(const Shape& x) const { return check_square(name, x), x; }
  template <class T>
  void value(View<const T> x, View<T> y, Pool& pool) const {
    lapack::inverse(x, y, pool);
  }
  auto adjoint(To<0>, const auto&, const auto& y, const auto& upstream) const {
    return -matrices::product(matrices::product(y, upstream, true), y, false, true);
  }
  auto push(const auto&, const auto& y, const auto& tangent) const {
    return -matrices::product(matrices::product(y, tangent), y);
  }
};

// y = A^-1 B, or A^-T B. Throws Error for a singular matrix.
struct Solve {
  using Kind = Custom<2>;
  static constexpr std::string_view name = "solve";
  bool transpose = false;
  Shape shape(const Shape& a, const Shape& b) const;
  template <class T>
  void value(View<const T> a, View<const T> b, View<T> y, Pool& pool) const {
    lapack::solve(transpose, a, b, y, pool);
  }
  auto adjoint(To<0>, const auto& a, const auto&, const auto& y, const auto& upstream) const {
    const auto g = apply(Solve{!transpose}, a, upstream);
    return -(transpose ? matrices::product(y, g, false, true)
                       : matrices::product(g, y, false, true));
  }
  auto adjoint(To<1>, const auto& a, const auto&, const auto&, const auto& upstream) const {
    return apply(Solve{!transpose}, a, upstream);
  }
  template <class X>
  X push(const X& a, const X&, const X& y, std::span<const X> tangents) const {
    X right = tangents[1];
    if (tangents[0].tape()) {
      const X moved = matrices::product(tangents[0], y, transpose);
      right = right.tape() ? right - moved : -moved;
    }
    return apply(*this, a, right);
  }
  Formula text(const Formula& a, const Formula& b) const {
    return Formula::call(name, {transpose ? Formula::postfix("^T", a) : a, b});
  }
};

// The same for the triangle of A, upper or lower; what is outside it is not read, and with `unit`
// nor is its diagonal, which counts as ones. Throws Error when its diagonal has a 0.
struct SolveTriangular {
  using Kind = Custom<2>;
  static constexpr std::string_view name = "solve_triangular";
  bool upper = false, transpose = false, unit = false;
  Shape shape(const Shape& a, const Shape& b) const;
  template <class T>
  void value(View<const T> a, View<const T> b, View<T> y, Pool& pool) const {
    lapack::solve_triangular(upper, transpose, unit, a, b, y, pool);
  }
  Triangle read() const { return {upper, unit ? (upper ? 1 : -1) : 0}; }  // what is read of A
  SolveTriangular turned() const { return {upper, !transpose, unit}; }
  auto adjoint(To<0>, const auto& a, const auto&, const auto& y, const auto& upstream) const {
    const auto g = apply(turned(), a, upstream);
    return -apply(read(), transpose ? matrices::product(y, g, false, true)
                                    : matrices::product(g, y, false, true));
  }
  auto adjoint(To<1>, const auto& a, const auto&, const auto&, const auto& upstream) const {
    return apply(turned(), a, upstream);
  }
  template <class X>
  X push(const X& a, const X&, const X& y, std::span<const X> tangents) const {
    X right = tangents[1];
    if (tangents[0].tape()) {
      const X moved = matrices::product(apply(read(), tangents[0]), y, transpose);
      right = right.tape() ? right - moved : -moved;
    }
    return apply(*this, a, right);
  }
  Formula text(const Formula& a, const Formula& b) const;
};

// y = det(x) x^-1, the adjugate, defined for a singular matrix too (by its SVD). Its own
// derivatives are only for invertible ones: NaN or infinite otherwise.
struct Adjugate;
// y = det x, 0 for a singular matrix; the derivative is the cofactors.
struct Det {
  using Kind = Custom<>;
  static constexpr std::string_view name = "det";
  Shape shape(const Shape& x) const;
  template <class T>
  void value(View<const T> x, View<T> y, Pool& pool) const {
    lapack::determinant(x, y, pool);
  }
  auto adjoint(To<0>, const auto& x, const auto&, const auto& upstream) const;
  auto push(const auto& x, const auto&, const auto& tangent) const;
};
struct Adjugate {
  using Kind = Custom<>;
  static constexpr std::string_view name = "adjugate";
  Shape shape(const Shape& x) const { return check_square(name, x), x; }
  template <class T>
  void value(View<const T> x, View<T> y, Pool& pool) const {
    lapack::adjugate(x, y, pool);
  }
  auto adjoint(To<0>, const auto& x, const auto& y, const auto& upstream) const {
    const auto along = matrices::raised(matrices::total(upstream * y)) * y;
    return matrices::transposed(along -
                                matrices::product(matrices::product(y, upstream, false, true), y)) /
           matrices::raised(apply(Det{}, x));
  }
  auto push(const auto& x, const auto& y, const auto& tangent) const {
    const auto along = matrices::raised(matrices::total(matrices::transposed(y) * tangent)) * y;
    return (along - matrices::product(matrices::product(y, tangent), y)) /
           matrices::raised(apply(Det{}, x));
  }
};
auto Det::adjoint(To<0>, const auto& x, const auto&, const auto& upstream) const {
  return matrices::raised(upstream) * matrices::transposed(apply(Adjugate{}, x));
}
auto Det::push(const auto& x, const auto&, const auto& tangent) const {
  return matrices::total(matrices::transposed(apply(Adjugate{}, x)) * tangent);
}

// y = (sign of det x, ln |det x|) on a new last axis, with no overflow; (0, -inf) for a singular
// matrix, whose derivative is an Error.
struct Slogdet {
  using Kind = Custom<>;
  static constexpr std::string_view name = "slogdet";
  Shape shape(const Shape& x) const;
  template <class T>
  void value(View<const T> x, View<T> y, Pool& pool) const {
    lapack::slogdet(x, y, pool);
  }
  auto adjoint(To<0>, const auto& x, const auto& y, const auto& upstream) const {
    const int last = y.shape().rank() - 1;
    const auto log_upstream = apply(Sum{{Axes{-1}, false}}, apply(Slice{last, 1, 1, 1}, upstream));
    return matrices::raised(log_upstream) * matrices::transposed(apply(Inverse{}, x));
  }
  auto push(const auto& x, const auto& y, const auto& tangent) const {
    const int last = y.shape().rank() - 1;
    const auto log_tangent = matrices::total(matrices::transposed(apply(Inverse{}, x)) * tangent);
    return apply(Embed{{last, 1, 1, 1}, 2}, apply(Reshape{y.shape().with(last, 1)}, log_tangent));
  }
};

using SolveOps = List<Inverse, Solve, SolveTriangular, Det, Adjugate, Slogdet>;
GLASSGRAD_FAMILY(SolveOps)

}  // namespace glassgrad
