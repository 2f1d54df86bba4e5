// Linear algebra by plain loops on any kind of number, for the references of solve.hpp and
// decompositions.hpp.
#pragma once

#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "../../src/ops/rules/slow_matrices.hpp"
#include "reference/reference.hpp"

namespace glassgrad {
namespace slow {

// Matrix number `batch` of an array, and back into one.
template <class A>
auto matrix_of(const A& x, std::int64_t batch) {
  Matrix<typename decltype(x.numbers)::value_type> m(x.shape.from_end(2), x.shape.from_end(1));
  for (std::size_t i = 0; i < m.numbers.size(); ++i)
    m.numbers[i] = x.numbers[std::size_t(batch) * m.numbers.size() + i];
  return m;
}
template <class A, class M>
void put(A& y, std::int64_t batch, const M& m) {
  const std::int64_t size = y.shape.from_end(2) * y.shape.from_end(1);
  for (std::size_t i = 0; i < m.numbers.size(); ++i)
    y.numbers[std::size_t(batch * size) + i] = m.numbers[i];
}
// How many matrices an array has.
template <class A>
std::int64_t batches(const A& x) {
  return x.shape.count() / (x.shape.from_end(2) * x.shape.from_end(1));
}
// y = f(x), matrix by matrix.
template <class A>
void of_each(const A& x, A& y, const auto& f) {
  for (std::int64_t b = 0; b < batches(x); ++b) put(y, b, f(matrix_of(x, b)));
}

template <class S>
Matrix<S> product(const Matrix<S>& a, const Matrix<S>& b) {
  Matrix<S> y(a.rows, b.columns);
  for (std::int64_t i = 0; i < a.rows; ++i)
    for (std::int64_t k = 0; k < a.columns; ++k)
      for (std::int64_t j = 0; j < b.columns; ++j) y(i, j) += a(i, k) * b(k, j);
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
// a^-1 and the determinant of a.
template <class S>
std::pair<Matrix<S>, S> inverted(const Matrix<S>& a) {
  return solved(a, identity<S>(a.rows));
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

}  // namespace slow

// A matrix, and a batch of two, where the op is defined.
template <class Op>
struct OfSquares {
  static std::vector<Sample<Op>> samples() { return {{{}, {{3, 3}}}, {{}, {{2, 2, 2}}}}; }
  static void admit(int, auto& x) { slow::spread(x); }
};

}  // namespace glassgrad
