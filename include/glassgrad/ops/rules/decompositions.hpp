// Decompositions: cholesky, qr, eigh, svd, and the matrix exponential. Several results are stacked
// into one matrix, and taken apart by slices. Rules after Giles (2008), Townsend, "Differentiating
// the singular value decomposition" (2016), and Seeger, Hetzel, Dai, Meissner, Lawrence,
// "Auto-differentiating linear algebra" (2017); written in other ops, hence differentiable to any
// order. Next: ops/functions/linear_algebra.hpp, the functions.
#pragma once

#include "glassgrad/ops/rules/solve.hpp"
#include "glassgrad/ops/rules/weigh.hpp"

namespace glassgrad {

// The lower triangle y with y y^T = (x + x^T) / 2: only the symmetric part of x counts, so its
// gradient is symmetric. Throws Error when that is not positive definite.
struct Cholesky {
  using Kind = Custom<>;
  static constexpr std::string_view name = "cholesky";
  Shape shape(const Shape& x) const { return check_square(name, x), x; }
  template <class T>
  void value(View<const T> x, View<T> y, Pool& pool) const {
    lapack::cholesky(x, y, pool);
  }
  static auto half_lower(const auto& x) {  // the lower triangle, half its diagonal
    return (matrices::lower(x) + matrices::lower(x, -1)) / 2;
  }
  // y^-1 x y^-T of a symmetric x, or y^-T x^T y^-1
  static auto between(const auto& y, const auto& x, bool transpose) {
    const SolveTriangular solve{false, transpose};
    return apply(solve, y, matrices::transposed(apply(solve, y, x)));
  }
  auto adjoint(To<0>, const auto&, const auto& y, const auto& upstream) const {
    return matrices::symmetric(between(y, half_lower(matrices::product(y, upstream, true)), true));
  }
  auto push(const auto&, const auto& y, const auto& tangent) const {
    return matrices::product(y, half_lower(between(y, matrices::symmetric(tangent), false)));
  }
};

// Q with orthonormal columns, (m, n), above R, (n, n), upper triangular with a diagonal that is not
// negative: x = Q R, for m >= n. The gradient needs full rank.
struct Qr {
  using Kind = Custom<>;
  static constexpr std::string_view name = "qr";
  Shape shape(const Shape& x) const;
  template <class T>
  void value(View<const T> x, View<T> y, Pool& pool) const {
    lapack::qr(x, y, pool);
  }
  // x R^-1
  static auto over(const auto& x, const auto& r, bool transpose) {
    return matrices::transposed(
        apply(SolveTriangular{true, transpose, false, asked(Asked::slope_of_qr)}, r,
              matrices::transposed(x)));
  }
  auto adjoint(To<0>, const auto& x, const auto& y, const auto& upstream) const {
    using namespace matrices;
    const std::int64_t m = x.shape().from_end(2), n = x.shape().from_end(1);
    const auto q = rows(y, 0, m), r = rows(y, m, n);
    const auto to_q = rows(upstream, 0, m), to_r = rows(upstream, m, n);
    const auto both = product(r, to_r, false, true) - product(to_q, q, true);
    const auto mirrored = lower(both) + transposed(lower(both, -1));
    return over(to_q + product(q, mirrored), r, false);
  }
  auto push(const auto& x, const auto& y, const auto& tangent) const {
    using namespace matrices;
    const std::int64_t m = x.shape().from_end(2), n = x.shape().from_end(1);
    const auto q = rows(y, 0, m), r = rows(y, m, n), moved = over(tangent, r, true);
    const auto along = product(q, moved, true);
    const auto turned = lower(along, -1) - transposed(lower(along, -1));
    return below({moved + product(q, turned - along), product(along - turned, r)});
  }
};

// Of (x + x^T) / 2 the eigenvalues, ascending, as a row above the eigenvectors as columns:
// (n + 1, n). An eigenvector's first entry of at least half its largest is positive. Between equal
// eigenvalues there is no contribution.
struct Eigh {
  using Kind = Custom<>;
  static constexpr std::string_view name = "eigh";
  Shape shape(const Shape& x) const;
  template <class T>
  void value(View<const T> x, View<T> y, Pool& pool) const {
    lapack::eigh(x, y, pool);
  }
  auto adjoint(To<0>, const auto&, const auto& y, const auto& upstream) const {
    using namespace matrices;
    const std::int64_t n = y.shape().from_end(1);
    const auto w = rows(y, 0, 1), v = rows(y, 1, n);
    // gaps of denormal numbers have infinite inverses: 0 times them is 0
    const auto turned = apply(Weigh{}, product(v, rows(upstream, 1, n), true), inverse_gaps(w));
    const auto inner = diagonal_of(rows(upstream, 0, 1)) + turned;
    return symmetric(product(product(v, inner), v, false, true));
  }
  auto push(const auto&, const auto& y, const auto& tangent) const {
    using namespace matrices;
    const std::int64_t n = y.shape().from_end(1);
    const auto w = rows(y, 0, 1), v = rows(y, 1, n);
    const auto moved = product(product(v, symmetric(tangent), true), v);
    return below({row_of(moved), product(v, apply(Weigh{}, moved, inverse_gaps(w)))});
  }
};

// x = U diag(S) V^T with k = min(m, n) singular values, descending: U, (m, k), above S, a row,
// above V, (n, k). Signs are those of eigh, for the columns of V. Between equal singular values
// there is no contribution; gradients to U and V of a matrix that is not square need full rank.
struct Svd {
  using Kind = Custom<>;
  static constexpr std::string_view name = "svd";
  Shape shape(const Shape& x) const;
  template <class T>
  void value(View<const T> x, View<T> y, Pool& pool) const {
    lapack::svd(x, y, pool);
  }
  auto adjoint(To<0>, const auto& x, const auto& y, const auto& upstream) const {
    using namespace matrices;
    const std::int64_t m = x.shape().from_end(2), n = x.shape().from_end(1), k = std::min(m, n);
    const auto u = rows(y, 0, m), s = rows(y, m, 1), v = rows(y, m + 1, n);
    const auto to_u = rows(upstream, 0, m), to_v = rows(upstream, m + 1, n);
    // 1 / (s_j^2 - s_i^2) s_j, without squares
    const auto gaps = inverse_gaps(s), own = fraction_of_sum(s);
    const auto in_u = product(u, to_u, true), in_v = product(v, to_v, true);
    const auto weighed = [&gaps](const auto& a, const auto& b) {  // a b gaps, 0 where a or b is
      return apply(Weigh{}, a, apply(Weigh{}, b, gaps));
    };
    auto inner = weighed(in_u - transposed(in_u), own) +
                 weighed(in_v - transposed(in_v), transposed(own)) +
                 diagonal_of(rows(upstream, m, 1));
    auto result = product(product(u, inner), v, false, true);
    if (m > k) result = result + product(over_values(to_u - product(u, in_u), s), v, false, true);
    if (n > k) result = result + product(u, over_values(to_v - product(v, in_v), s), false, true);
    return result;
  }
  auto push(const auto& x, const auto& y, const auto& tangent) const {
    using namespace matrices;
    const std::int64_t m = x.shape().from_end(2), n = x.shape().from_end(1), k = std::min(m, n);
    const auto u = rows(y, 0, m), s = rows(y, m, 1), v = rows(y, m + 1, n);
    const auto gaps = inverse_gaps(s), own = fraction_of_sum(s), other = transposed(own);
    const auto moved = product(product(u, tangent, true), v);
    auto of_u = product(u, gaps * (moved * own + other * transposed(moved)));
    auto of_v = product(v, gaps * (other * moved + transposed(moved) * own));
    if (m > k) of_u = of_u + over_values(product(tangent, v) - product(u, moved), s);
    if (n > k)
      of_v = of_v + over_values(product(tangent, u, true) - product(v, moved, false, true), s);
    return below({of_u, row_of(moved), of_v});
  }
};

// y = x^+, the pseudoinverse: V diag(1 / s) U^T over the singular values above `cut` times the
// largest; below 0, `cut` is the epsilon of the numbers times the longer side. Its derivative is
// that among matrices of x's rank (G. H. Golub and V. Pereyra, SIAM J. Numer. Anal. 10, 1973).
struct Pinv {
  using Kind = Custom<>;
  static constexpr std::string_view name = "pinv";
  double cut = -1;
  void check() const;  // throws ShapeError for a cut that is NaN
  Shape shape(const Shape& x) const;
  template <class T>
  void value(View<const T> x, View<T> y, Pool& pool) const {
    const double longer = double(std::max(x.shape().from_end(1), x.shape().from_end(2)));
    const double least = cut < 0 ? longer * double(std::numeric_limits<T>::epsilon()) : cut;
    lapack::pseudoinverse(least, x, y, pool);
  }
  // a - (x y) a and a - a (y x): a projected off the columns, the rows of x. x y and y x are of
  // order 1 for x of any size.
  static auto beside_columns(const auto& x, const auto& y, const auto& a) {
    return a - matrices::product(matrices::product(x, y), a);
  }
  static auto beside_rows(const auto& x, const auto& y, const auto& a) {
    return a - matrices::product(a, matrices::product(y, x));
  }
  auto adjoint(To<0>, const auto& x, const auto& y, const auto& upstream) const {
    using namespace matrices;
    const auto turned = transposed(upstream), back = transposed(y);
    return beside_columns(x, y, product(product(turned, y), back)) +
           beside_rows(x, y, product(product(back, y), turned)) -
           product(product(back, upstream), back);
  }
  auto push(const auto& x, const auto& y, const auto& tangent) const {
    using namespace matrices;
    const auto turned = transposed(tangent), back = transposed(y);
    const auto left = product(product(y, back), turned), right = product(turned, product(back, y));
    return left - product(left, product(x, y)) + right - product(product(y, x), right) -
           product(product(y, tangent), y);
  }
};

// y = e^x = 1 + x + x^2 / 2 + ..., by scaling, Pade's approximant and squaring (Higham 2005). Its
// derivative along t is the upper right block of the exponential of (x, t; 0, x) (Mathias 1996).
struct MatrixExp {
  using Kind = Custom<>;
  static constexpr std::string_view name = "matrix_exp";
  Shape shape(const Shape& x) const { return check_square(name, x), x; }
  template <class T>
  void value(View<const T> x, View<T> y, Pool& pool) const {
    lapack::exponential(x, y, pool);
  }
  auto along(const auto& x, const auto& tangent) const {
    const std::int64_t n = x.shape().from_end(1);
    const int row = x.shape().rank() - 2, column = row + 1;
    const auto block = [&](const auto& part, bool first_row, bool first_column) {
      return apply(Embed{{row, first_row ? 0 : n, n, 1}, 2 * n},
                   apply(Embed{{column, first_column ? 0 : n, n, 1}, 2 * n}, part));
    };
    const auto all = block(x, true, true) + block(tangent, true, false) + block(x, false, false);
    return matrices::columns(matrices::rows(apply(MatrixExp{}, all), 0, n), n, n);
  }
  auto adjoint(To<0>, const auto& x, const auto&, const auto& upstream) const {
    return along(matrices::transposed(x), upstream);
  }
  auto push(const auto& x, const auto&, const auto& tangent) const { return along(x, tangent); }
};

using DecompositionOps = List<Cholesky, Qr, Eigh, Svd, Pinv, MatrixExp>;
GLASSGRAD_FAMILY(DecompositionOps)

}  // namespace glassgrad
