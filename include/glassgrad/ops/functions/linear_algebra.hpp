// Linear algebra: the functions over ops/rules/solve.hpp and ops/rules/decompositions.hpp. Matrices
// are the last two axes, the axes before are a batch. LAPACK computes, in double also for float.
// Throw ShapeError for shapes that do not fit, Error for a matrix that is singular or not positive
// definite.
#pragma once

#include "glassgrad/ops/rules/decompositions.hpp"

namespace glassgrad {

template <Traced X>
X inverse(const X& x) {
  return apply(Inverse{}, x);
}
template <Traced X>
X det(const X& x) {
  return apply(Det{}, x);
}
template <class T>
struct SignAndLog {
  Node<T> sign, log;
};
template <class T>
SignAndLog<T> slogdet(const Node<T>& x);  // sign and ln |det x|
template <class T>
Node<T> logdet(const Node<T>& x);  // ln |det x|

// x in A x = b. b are matrices whose batches broadcast with A's, or a vector; or, as in PyTorch,
// one vector for each matrix of a batch.
template <class T>
Node<T> solve(const Node<T>& a, const Node<T>& b);
// The same with A's triangle, or its transpose; `unit`: its diagonal counts as ones and is not
// read.
template <class T>
Node<T> solve_triangular(const Node<T>& a, const Node<T>& b, bool upper = false,
                         bool transpose = false, bool unit = false);
// x in L L^T x = b for a Cholesky factor L.
template <class T>
Node<T> cholesky_solve(const Node<T>& factor, const Node<T>& b);
// The x with the least |A x - b|, the shortest where there are several: pinv(A) b.
template <class T>
Node<T> lstsq(const Node<T>& a, const Node<T>& b);
// The pseudoinverse of any matrix. Singular values of at most `cut` times the largest count as 0;
// unless said, `cut` is the longer side times the epsilon of the numbers, as in NumPy's matrix_rank
// and PyTorch. Its slope is that among matrices of the same rank.
template <class T>
Node<T> pinv(const Node<T>& x, double cut = -1);

// L with L L^T = x, or its transpose.
template <class T>
Node<T> cholesky(const Node<T>& x, bool upper = false);
template <class T>
struct QR {
  Node<T> q, r;
};
template <class T>
QR<T> qr(const Node<T>& x);  // reduced; R's diagonal is not negative
template <class T>
struct Eigen {
  Node<T> values, vectors;
};
template <class T>
Eigen<T> eigh(const Node<T>& x);  // ascending; of the symmetric part of x
template <class T>
struct SVD {
  Node<T> u, s, v;
};
template <class T>
SVD<T> svd(const Node<T>& x);  // reduced, descending: x = u diag(s) v^T
template <class T>
Node<T> svdvals(const Node<T>& x);

template <class T>
Node<T> matrix_power(const Node<T>& x, Integer n);  // negative: of the inverse
template <Traced X>
X matrix_exp(const X& x) {
  return apply(MatrixExp{}, x);
}
// frobenius: the norm of all entries, with slope 0 at 0; nuclear: the sum of the singular values,
// spectral and least: the largest and smallest; columns and rows: the largest sum of absolute
// values of one, least_column and least_row: the smallest.
enum class MatrixNorm {
  frobenius,
  nuclear,
  spectral,
  least,
  columns,
  rows,
  least_column,
  least_row
};
template <class T>
Node<T> matrix_norm(const Node<T>& x, MatrixNorm norm = MatrixNorm::frobenius,
                    bool keepdims = false);
// The largest singular value over the smallest.
template <class T>
Node<T> condition_number(const Node<T>& x);

}  // namespace glassgrad
