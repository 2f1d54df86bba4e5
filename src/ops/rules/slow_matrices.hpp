// Small matrices of any kind of number, and the eigenvectors of a symmetric one by plain loops:
// what stands in for LAPACK (lapack_loops.cpp), and in 50 digits what its results are compared with
// (tests/reference/slow_matrices.hpp).
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

namespace glassgrad::slow {

template <class S>
struct Matrix {
  std::int64_t rows = 0, columns = 0;
  std::vector<S> numbers;

  Matrix(std::int64_t m, std::int64_t n) : rows(m), columns(n), numbers(std::size_t(m * n), S(0)) {}
  S& operator()(std::int64_t i, std::int64_t j) { return numbers[std::size_t(i * columns + j)]; }
  const S& operator()(std::int64_t i, std::int64_t j) const {
    return numbers[std::size_t(i * columns + j)];
  }
};

template <class S>
Matrix<S> transposed(const Matrix<S>& a) {
  Matrix<S> t(a.columns, a.rows);
  for (std::int64_t i = 0; i < a.rows; ++i)
    for (std::int64_t j = 0; j < a.columns; ++j) t(j, i) = a(i, j);
  return t;
}
template <class S>
Matrix<S> identity(std::int64_t n) {
  Matrix<S> y(n, n);
  for (std::int64_t i = 0; i < n; ++i) y(i, i) = S(1);
  return y;
}
// The first entry that is at least half as large as the largest is positive: -1 turns the column.
template <class M>
int turn(const M& v, std::int64_t j) {
  using std::abs;
  auto largest = abs(v(0, j));
  for (std::int64_t i = 1; i < v.rows; ++i)
    if (abs(v(i, j)) > largest) largest = abs(v(i, j));
  for (std::int64_t i = 0; i < v.rows; ++i)
    if (2 * abs(v(i, j)) >= largest) return v(i, j) < 0 ? -1 : 1;
  return 1;
}
// Jacobi's rotations: eigenvalues in ascending order on top, eigenvectors below them as columns.
template <class S>
Matrix<S> eigh(Matrix<S> a) {
  using std::abs, std::sqrt;
  const std::int64_t n = a.rows;
  Matrix<S> v = identity<S>(n);
  for (int sweep = 0; sweep < 30; ++sweep)
    for (std::int64_t p = 0; p < n; ++p)
      for (std::int64_t q = p + 1; q < n; ++q) {
        if (a(p, q) == 0) continue;
        const S theta = (a(q, q) - a(p, p)) / (2 * a(p, q));
        const S t = S(theta < 0 ? -1 : 1) / (abs(theta) + sqrt(S(theta * theta + 1)));
        const S c = 1 / sqrt(S(t * t + 1)), s = t * c;
        for (std::int64_t k = 0; k < n; ++k) {
          const S x = a(k, p), y = a(k, q), f = v(k, p), g = v(k, q);
          a(k, p) = c * x - s * y, a(k, q) = s * x + c * y;
          v(k, p) = c * f - s * g, v(k, q) = s * f + c * g;
        }
        for (std::int64_t k = 0; k < n; ++k) {
          const S x = a(p, k), y = a(q, k);
          a(p, k) = c * x - s * y, a(q, k) = s * x + c * y;
        }
      }
  Matrix<S> y(n + 1, n);
  std::vector<bool> used(std::size_t(n), false);
  for (std::int64_t j = 0; j < n; ++j) {
    std::int64_t least = 0;
    while (used[std::size_t(least)]) ++least;
    for (std::int64_t k = least + 1; k < n; ++k)
      if (!used[std::size_t(k)] && a(k, k) < a(least, least)) least = k;
    used[std::size_t(least)] = true;
    const int sign = turn(v, least);
    y(0, j) = a(least, least);
    for (std::int64_t i = 0; i < n; ++i) y(i + 1, j) = sign * v(i, least);
  }
  return y;
}

}  // namespace glassgrad::slow
