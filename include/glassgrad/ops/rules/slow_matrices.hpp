// Linear algebra by plain loops on any kind of number: the references of the tests of solve.hpp and
// decompositions.hpp, in 50 digits. Nothing here is compiled into the library.
#pragma once

#include <cmath>
#include <cstdint>
#include <utility>
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
// Matrix number `batch` of an array, and back into one.
template <class A>
auto matrix_of(const A& x, std::int64_t batch) {
  Matrix<typename decltype(x.numbers)::value_type> m(x.shape.from_end(2), x.shape.from_end(1));
  for (std::size_t i = 0; i < m.numbers.size(); ++i)
    m.numbers[i] = x.numbers[std::size_t(batch) * m.numbers.size() + i];
  return m;
}
template <class A, class M>
void put(A& y, std::int64_t batch, const M& m, std::int64_t first_row = 0) {
  const std::int64_t size = y.shape.from_end(2) * y.shape.from_end(1);
  for (std::size_t i = 0; i < m.numbers.size(); ++i)
    y.numbers[std::size_t(batch * size + first_row * m.columns) + i] = m.numbers[i];
}
// How many matrices an array has.
template <class A>
std::int64_t batches(const A& x) {
  return x.shape.count() / (x.shape.from_end(2) * x.shape.from_end(1));
}

template <class S>
Matrix<S> transposed(const Matrix<S>& a) {
  Matrix<S> t(a.columns, a.rows);
  for (std::int64_t i = 0; i < a.rows; ++i)
    for (std::int64_t j = 0; j < a.columns; ++j) t(j, i) = a(i, j);
  return t;
}
template <class S>
Matrix<S> product(const Matrix<S>& a, const Matrix<S>& b) {
  Matrix<S> y(a.rows, b.columns);
  for (std::int64_t i = 0; i < a.rows; ++i)
    for (std::int64_t k = 0; k < a.columns; ++k)
      for (std::int64_t j = 0; j < b.columns; ++j) y(i, j) += a(i, k) * b(k, j);
  return y;
}
template <class S>
Matrix<S> identity(std::int64_t n) {
  Matrix<S> y(n, n);
  for (std::int64_t i = 0; i < n; ++i) y(i, i) = S(1);
  return y;
}
// Gauss-Jordan with the largest pivot: x in a x = b, and the determinant of a.
template <class S>
std::pair<Matrix<S>, S> solved(Matrix<S> a, Matrix<S> b) {
  using std::abs;
  S determinant = S(1);
  const std::int64_t n = a.rows;
  for (std::int64_t k = 0; k < n; ++k) {
    std::int64_t pivot = k;
    for (std::int64_t i = k; i < n; ++i)
      if (abs(a(i, k)) > abs(a(pivot, k))) pivot = i;
    for (std::int64_t j = 0; j < n; ++j) std::swap(a(k, j), a(pivot, j));
    for (std::int64_t j = 0; j < b.columns; ++j) std::swap(b(k, j), b(pivot, j));
    if (pivot != k) determinant = -determinant;
    determinant *= a(k, k);
    const S inverse = 1 / a(k, k);
    for (std::int64_t j = 0; j < n; ++j) a(k, j) *= inverse;
    for (std::int64_t j = 0; j < b.columns; ++j) b(k, j) *= inverse;
    for (std::int64_t i = 0; i < n; ++i) {
      if (i == k) continue;
      const S factor = a(i, k);
      for (std::int64_t j = 0; j < n; ++j) a(i, j) -= factor * a(k, j);
      for (std::int64_t j = 0; j < b.columns; ++j) b(i, j) -= factor * b(k, j);
    }
  }
  return {b, determinant};
}
template <class S>
Matrix<S> symmetric(const Matrix<S>& a) {
  Matrix<S> y(a.rows, a.rows);
  for (std::int64_t i = 0; i < a.rows; ++i)
    for (std::int64_t j = 0; j < a.rows; ++j) y(i, j) = (a(i, j) + a(j, i)) / 2;
  return y;
}
// The lower triangle L with L L^T = a.
template <class S>
Matrix<S> cholesky(const Matrix<S>& a) {
  using std::sqrt;
  Matrix<S> l(a.rows, a.rows);
  for (std::int64_t j = 0; j < a.rows; ++j)
    for (std::int64_t i = j; i < a.rows; ++i) {
      S rest = a(i, j);
      for (std::int64_t k = 0; k < j; ++k) rest -= l(i, k) * l(j, k);
      l(i, j) = i == j ? S(sqrt(rest)) : S(rest / l(j, j));
    }
  return l;
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
    std::int64_t least = -1;
    for (std::int64_t k = 0; k < n; ++k)
      if (!used[std::size_t(k)] && (least < 0 || a(k, k) < a(least, least))) least = k;
    used[std::size_t(least)] = true;
    const int sign = turn(v, least);
    y(0, j) = a(least, least);
    for (std::int64_t i = 0; i < n; ++i) y(i + 1, j) = sign * v(i, least);
  }
  return y;
}
// e^a from its series, of a / 2^20, squared 20 times.
template <class S>
Matrix<S> exponential(Matrix<S> a) {
  for (S& x : a.numbers) x /= 1048576;
  Matrix<S> y = identity<S>(a.rows), term = y;
  for (int k = 1; k < 16; ++k) {
    term = product(term, a);
    for (std::size_t i = 0; i < y.numbers.size(); ++i)
      term.numbers[i] /= k, y.numbers[i] += term.numbers[i];
  }
  for (int k = 0; k < 20; ++k) y = product(y, y);
  return y;
}
// Moves random numbers to where every decomposition exists and eigenvalues are well separated.
template <class A>
void spread(A& x) {
  const std::int64_t m = x.shape.from_end(2), n = x.shape.from_end(1);
  for (std::int64_t b = 0; b < batches(x); ++b)
    for (std::int64_t i = 0; i < m && i < n; ++i)
      x.numbers[std::size_t((b * m + i) * n + i)] += 5.0 + 4.0 * double(i);
}

}  // namespace glassgrad::slow
