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
  Hint by = {};  // see Asked
  Shape shape(const Shape& x) const { return check_square(name, x), x; }
  template <class T>
  void value(View<const T> x, View<T> y, Pool& pool) const {
    lapack::inverse(by, x, y, pool);
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
  Hint by = {};  // see Asked
  Shape shape(const Shape& a, const Shape& b) const;
  template <class T>
  void value(View<const T> a, View<const T> b, View<T> y, Pool& pool) const {
    lapack::solve_triangular(upper, transpose, unit, by, a, b, y, pool);
  }
  Triangle read() const { return {upper, unit ? (upper ? 1 : -1) : 0}; }  // what is read of A
  SolveTriangular turned() const { return {upper, !transpose, unit, by}; }
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

// y = det(x) x^-1, the adjugate, and how it moves along t: (tr(y t) y - y t y) / det(x). Both are
// defined for a singular matrix too, by its SVD. The second's own derivatives to x, the third of
// det, are only for invertible ones: NaN or infinite otherwise.
struct Adjugate;
struct AdjugateAlong;
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
  auto adjoint(To<0>, const auto& x, const auto& y, const auto& upstream) const;
  auto push(const auto& x, const auto& y, const auto& tangent) const;
};
struct AdjugateAlong {
  using Kind = Custom<2>;
  static constexpr std::string_view name = "adjugate_along";
  Shape shape(const Shape& x, const Shape& t) const;
  template <class T>
  void value(View<const T> x, View<const T> t, View<T> y, Pool& pool) const {
    lapack::adjugate_along(x, t, y, pool);
  }
  // tr(a t)
  static auto trace(const auto& a, const auto& t) {
    return matrices::raised(matrices::total(matrices::transposed(a) * t));
  }
  // what the adjugate a and the determinant, which divides y, get
  auto adjoint(To<0>, const auto& x, const auto& t, const auto& y, const auto& upstream) const {
    using namespace matrices;
    const auto a = apply(Adjugate{}, x), d = raised(apply(Det{}, x)), turned = transposed(t);
    const auto both = product(product(upstream, a, false, true), turned) +
                      product(turned, product(a, upstream, true));
    const auto to_a = trace(a, t) * upstream + raised(total(upstream * a)) * turned - both;
    return transposed(apply(AdjugateAlong{}, x, transposed(to_a / d)) -
                      raised(total(upstream * y)) / d * a);
  }
  auto adjoint(To<1>, const auto& x, const auto&, const auto&, const auto& upstream) const {
    return matrices::transposed(apply(AdjugateAlong{}, x, matrices::transposed(upstream)));
  }
  template <class X>
  X push(const X& x, const X& t, const X& y, std::span<const X> tangents) const {
    using namespace matrices;
    X result = tangents[1];
    if (result.tape()) result = apply(AdjugateAlong{}, x, result);
    if (!tangents[0].tape()) return result;
    const X a = apply(Adjugate{}, x), d = raised(apply(Det{}, x));
    const X moved = apply(AdjugateAlong{}, x, tangents[0]);
    const X both = product(product(moved, t), a) + product(product(a, t), moved);
    const X turned =
        (trace(moved, t) * a + trace(a, t) * moved - both - trace(a, tangents[0]) * y) / d;
    return result.tape() ? result + turned : turned;
  }
};
auto Adjugate::adjoint(To<0>, const auto& x, const auto&, const auto& upstream) const {
  return matrices::transposed(apply(AdjugateAlong{}, x, matrices::transposed(upstream)));
}
auto Adjugate::push(const auto& x, const auto&, const auto& tangent) const {
  return apply(AdjugateAlong{}, x, tangent);
}
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
  Hint by = asked(Asked::slope_of_slogdet);  // of its slope
  Shape shape(const Shape& x) const;
  template <class T>
  void value(View<const T> x, View<T> y, Pool& pool) const {
    lapack::slogdet(x, y, pool);
  }
  auto adjoint(To<0>, const auto& x, const auto& y, const auto& upstream) const {
    const int last = y.shape().rank() - 1;
    const auto log_upstream = apply(Sum{{Axes{-1}, false}}, apply(Slice{last, 1, 1, 1}, upstream));
    return matrices::raised(log_upstream) * matrices::transposed(apply(Inverse{by}, x));
  }
  auto push(const auto& x, const auto& y, const auto& tangent) const {
    const int last = y.shape().rank() - 1;
    const auto log_tangent = matrices::total(matrices::transposed(apply(Inverse{by}, x)) * tangent);
    return apply(Embed{{last, 1, 1, 1}, 2}, apply(Reshape{y.shape().with(last, 1)}, log_tangent));
  }
};

using SolveOps = List<Inverse, Solve, SolveTriangular, Det, Adjugate, AdjugateAlong, Slogdet>;
GLASSGRAD_FAMILY(SolveOps)

}  // namespace glassgrad
