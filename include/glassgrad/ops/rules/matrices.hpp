// Linear algebra by LAPACK, always in double: what the ops of solve.hpp and decompositions.hpp
// call, for all matrices of a batch.
#pragma once

#include <string_view>

#include "glassgrad/ops/rules/compare.hpp"
#include "glassgrad/ops/rules/matmul.hpp"
#include "glassgrad/ops/rules/reduce.hpp"
#include "glassgrad/ops/rules/windows.hpp"

namespace glassgrad {

// The last two axes are the matrices, those before are the batch. Throw ShapeError, in the name of
// `op`, unless there are two axes; unless the matrices are square.
void check_matrices(std::string_view op, const Shape& x);
void check_square(std::string_view op, const Shape& x);

// What was called and led to an equation or an inverse, also where that is met later: in a slope,
// in a program. Errors speak of it. An op carries it as a Hint.
enum class Asked {
  itself,
  cholesky_solve,
  matrix_power,
  slope_of_qr,
  slope_of_slogdet,
  slope_of_logdet
};
constexpr Hint asked(Asked by) { return {static_cast<int>(by)}; }  // fits: one of these

namespace lapack {
// Throw Error for a singular matrix, or one that is not positive definite, and say which it is.
template <class T>
void inverse(Hint asked, View<const T> x, View<T> y, Pool& pool);
template <class T>
void solve(bool transpose, View<const T> a, View<const T> b, View<T> y, Pool& pool);
template <class T>
void solve_triangular(bool upper, bool transpose, bool unit, Hint asked, View<const T> a,
                      View<const T> b, View<T> y, Pool& pool);
template <class T>
void cholesky(View<const T> x, View<T> y, Pool& pool);
// These take any matrix. `packed` results are described at their ops.
template <class T>
void determinant(View<const T> x, View<T> y, Pool& pool);
template <class T>
void slogdet(View<const T> x, View<T> y, Pool& pool);
template <class T>
void adjugate(View<const T> x, View<T> y, Pool& pool);
template <class T>
void adjugate_along(View<const T> x, View<const T> t, View<T> y, Pool& pool);
// Singular values of at most `cut` times the largest count as 0.
template <class T>
void pseudoinverse(double cut, View<const T> x, View<T> y, Pool& pool);
template <class T>
void qr(View<const T> x, View<T> y, Pool& pool);
template <class T>
void eigh(View<const T> x, View<T> y, Pool& pool);
template <class T>
void svd(View<const T> x, View<T> y, Pool& pool);
template <class T>
void exponential(View<const T> x, View<T> y, Pool& pool);
}  // namespace lapack

// Small helpers for nodes, arrays and formulas alike, on the last two axes.
namespace matrices {
template <Traced X>
X product(const X& a, const X& b, bool transpose_a = false, bool transpose_b = false) {
  return apply(Matmul{transpose_a, transpose_b}, a, b);
}
template <Traced X>
X transposed(const X& x) {
  int order[max_rank];
  const int rank = x.shape().rank();
  for (int i = 0; i < rank; ++i) order[i] = i < rank - 2 ? i : 2 * rank - 3 - i;
  return apply(Transpose{Axes(std::span<const int>(order, std::size_t(rank)))}, x);
}
template <Traced X>
X lower(const X& x, std::int64_t offset = 0) {
  return apply(Triangle{false, offset}, x);
}
template <Traced X>
X upper(const X& x, std::int64_t offset = 0) {
  return apply(Triangle{true, offset}, x);
}
template <Traced X>
X symmetric(const X& x) {
  return (x + transposed(x)) / 2;
}
// Rows, or columns, first, ..., first + count - 1.
template <Traced X>
X rows(const X& x, std::int64_t first, std::int64_t count) {
  return apply(Slice{x.shape().rank() - 2, first, count, 1}, x);
}
template <Traced X>
X columns(const X& x, std::int64_t first, std::int64_t count) {
  return apply(Slice{x.shape().rank() - 1, first, count, 1}, x);
}
// Matrices stacked by rows.
template <Traced X>
X below(std::initializer_list<X> parts) {
  const Concat concat{parts.begin()->shape().rank() - 2};
  return apply_all(concat, std::span<const X>(parts.begin(), parts.size()));
}
// A number for each matrix, as matrices of one entry, and back.
template <Traced X>
X raised(const X& numbers) {
  Shape shape = numbers.shape();
  shape.push_back(1), shape.push_back(1);
  return apply(Reshape{shape}, numbers);
}
template <Traced X>
X total(const X& x) {
  return apply(Sum{{Axes{-2, -1}, false}}, x);
}
// The diagonal matrix of a row; the row of a matrix's diagonal.
template <Traced X>
X diagonal_of(const X& row) {
  const int rank = row.shape().rank();
  return lower(upper(apply(BroadcastTo{row.shape().with(rank - 2, row.shape()[rank - 1])}, row)));
}
template <Traced X>
X row_of(const X& x) {
  return apply(Sum{{Axes{-2}, true}}, lower(upper(x)));
}
// 1 / (row[j] - row[i]), and 0 where the two are equal: an invariant function has no other
// contribution there.
template <Traced X>
X inverse_gaps(const X& row) {
  const X gap = row - transposed(row);
  const X equal = gap == constant(gap, 0);
  return where(equal, constant(gap, 0), 1 / where(equal, constant(gap, 1), gap));
}
// x / row for singular values `row`: 0 where both are 0, since an x of 0 asks nothing of a vector
// that is not determined.
template <Traced X>
X over_values(const X& x, const X& row) {
  const X zero = constant(row, 0), one = constant(x, 1);
  return x / where(row == zero, where(x == constant(x, 0), one, constant(x, 0)), row);
}
// row[j] / (row[i] + row[j]) of nonnegative numbers: times 1 / (row[j] - row[i]) it gives the gaps
// of squares without squaring. 0 where both are 0.
template <Traced X>
X fraction_of_sum(const X& row) {
  const X sum = row + transposed(row);
  const X none = sum == constant(sum, 0);
  return where(none, constant(sum, 0), row / where(none, constant(sum, 1), sum));
}
}  // namespace matrices

}  // namespace glassgrad
