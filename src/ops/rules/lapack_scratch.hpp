// Common to the LAPACK kernels: scratch from the tape's pool, transposes (LAPACK is column-major),
// LU factors, and errors.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "glassgrad/array/text.hpp"
#include "glassgrad/ops/rules/matrices.hpp"
#include "ops/rules/lapack_calls.hpp"

namespace glassgrad::lapack {

using Buffer = Array<double>;
inline Buffer buffer(Pool& pool, std::int64_t count) {
  return Buffer(&pool, Shape{std::max<std::int64_t>(1, count)});
}
struct Size {
  std::int64_t batch;
  int rows, columns;
  explicit Size(const Shape& x)
      : batch(1),
        rows(narrow<int>("matrix", "the number of its rows", x.from_end(2))),
        columns(narrow<int>("matrix", "the number of its columns", x.from_end(1))) {
    for (int i = 0; i < x.rank() - 2; ++i) batch *= x[i];
  }
  std::int64_t count() const { return std::int64_t(rows) * columns; }
};
// to(j, i) = from(i, j): between our rows and LAPACK's columns.
template <class From, class To>
void turned(const From* from, std::int64_t rows, std::int64_t columns, To* to) {
  for (std::int64_t i = 0; i < rows; ++i)
    for (std::int64_t j = 0; j < columns; ++j) to[j * rows + i] = To(from[i * columns + j]);
}
[[noreturn]] inline void refuse(std::string_view op, std::int64_t matrix, const Shape& x,
                                const std::string& what, std::string_view remedy) {
  throw Error(op, join("matrix ", matrix, " of ", x, " ", what), remedy);
}
inline void check_info(std::string_view op, int info) {
  if (info > 0) throw Error(op, "the iteration did not converge", "Look for NaN in the matrix");
}

// A product of any number of factors, without intermediate overflow.
struct Scaled {
  double number = 1;
  long exponent = 0;
  void times(double factor) {
    int of_factor = 0, of_product = 0;
    number = std::frexp(number * std::frexp(factor, &of_factor), &of_product);
    exponent += of_factor + of_product;
  }
  double value() const {
    const int power = int(std::clamp(exponent, -5000L, 5000L));  // fits: clamped
    return std::ldexp(number, power);
  }
};

// The LU factors of a matrix and its pivots; LAPACK's "info" is the first pivot that is 0, from 1.
struct Factors {
  Buffer lu;
  std::vector<int> pivots;
  int n, zero = 0;
  Factors(Pool& pool, int size)
      : lu(buffer(pool, std::int64_t(size) * size)), pivots(std::size_t(size)), n(size) {}
  template <class T>
  void factor(const T* a) {
    turned(a, n, n, lu.data());
    zero = n > 0 ? getrf(n, lu.data(), pivots.data()) : 0;
  }
  // `instead`: the op that takes singular matrices too
  void check(std::string_view op, std::int64_t matrix, const Shape& x, std::string_view instead,
             std::string_view why = "") const {
    if (zero > 0)
      refuse(op, matrix, x, join("is singular: pivot ", zero - 1, " is 0", why),
             join("Give an invertible matrix; ", instead, " takes others"));
  }
  void solve(bool transpose, int columns, double* b) const {
    if (n > 0 && columns > 0) getrs(transpose, n, columns, lu.view().data, pivots.data(), b);
  }
  double sign() const {
    double result = 1;
    for (int i = 0; i < n; ++i) {
      if (pivots[std::size_t(i)] != i + 1) result = -result;
      if (lu.view()[std::int64_t(i) * (n + 1)] < 0) result = -result;
    }
    return zero > 0 ? 0 : result;
  }
};

}  // namespace glassgrad::lapack
