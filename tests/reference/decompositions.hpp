// References of the decompositions.
#pragma once

#include <algorithm>
#include <cmath>
#include <type_traits>

#include "glassgrad/ops/rules/decompositions.hpp"
#include "reference/slow_matrices.hpp"

namespace glassgrad {

template <>
struct Reference<Cholesky> : OfSquares<Cholesky> {
  static void value(const Cholesky&, const auto& x, auto& y) {
    slow::of_each(x, y, [](const auto& a) { return slow::cholesky(slow::symmetric(a)); });
  }
};

template <>
struct Reference<Qr> {
  // R from the Cholesky factor of x^T x
  static void value(const Qr&, const auto& x, auto& y) {
    const std::int64_t m = x.shape.from_end(2);
    for (std::int64_t b = 0; b < slow::batches(x); ++b) {
      const auto a = slow::matrix_of(x, b);
      const auto l = slow::cholesky(slow::product(slow::transposed(a), a));
      slow::put(y, b, slow::transposed(slow::solved(l, slow::transposed(a)).first));
      const auto r = slow::transposed(l);
      for (std::int64_t i = 0; i < r.rows; ++i)
        for (std::int64_t j = 0; j < r.columns; ++j)
          y.numbers[std::size_t((b * (m + r.rows) + m + i) * r.columns + j)] = r(i, j);
    }
  }
  static void admit(int, auto& x) { slow::spread(x); }
  static std::vector<Sample<Qr>> samples() {
    return {{{}, {{3, 3}}}, {{}, {{4, 2}}}, {{}, {{2, 2, 2}}}};
  }
};

template <>
struct Reference<Eigh> : OfSquares<Eigh> {
  static void value(const Eigh&, const auto& x, auto& y) {
    slow::of_each(x, y, [](const auto& a) { return slow::eigh(slow::symmetric(a)); });
  }
};

template <>
struct Reference<Svd> {
  // from the eigenvectors of x^T x or x x^T
  static void value(const Svd&, const auto& x, auto& y) {
    slow::of_each(x, y, [](const auto& a) {
      using std::sqrt;
      const std::int64_t m = a.rows, n = a.columns, k = std::min(m, n);
      const auto t = slow::transposed(a);
      const auto values = slow::eigh(m < n ? slow::product(a, t) : slow::product(t, a));
      std::remove_cvref_t<decltype(a)> all(m + 1 + n, k);
      for (std::int64_t j = 0; j < k; ++j) {
        auto first = decltype(all)(k, 1);
        for (std::int64_t i = 0; i < k; ++i) first(i, 0) = values(i + 1, k - 1 - j);
        auto other = slow::product(m < n ? t : a, first);
        all(m, j) = sqrt(values(0, k - 1 - j));
        for (auto& number : other.numbers) number /= all(m, j);
        const auto &left = m < n ? first : other, &right = m < n ? other : first;
        const int sign = slow::turn(right, 0);
        for (std::int64_t i = 0; i < m; ++i) all(i, j) = sign * left(i, 0);
        for (std::int64_t i = 0; i < n; ++i) all(m + 1 + i, j) = sign * right(i, 0);
      }
      return all;
    });
  }
  static void admit(int, auto& x) { slow::spread(x); }
  static std::vector<Sample<Svd>> samples() {
    return {{{}, {{3, 3}}}, {{}, {{4, 2}}}, {{}, {{2, 3}}}, {{}, {{2, 2, 2}}}};
  }
};

template <>
struct Reference<Pinv> {
  // of full rank: (x^T x)^-1 x^T or x^T (x x^T)^-1
  static void value(const Pinv&, const auto& x, auto& y) {
    slow::of_each(x, y, [](const auto& a) {
      const auto t = slow::transposed(a);
      return a.rows < a.columns ? slow::transposed(slow::solved(slow::product(a, t), a).first)
                                : slow::solved(slow::product(t, a), t).first;
    });
  }
  static void admit(int, auto& x) { slow::spread(x); }
  static std::vector<Sample<Pinv>> samples() {
    return {{{}, {{3, 3}}}, {{}, {{4, 2}}}, {{1e-9}, {{2, 3}}}, {{}, {{2, 2, 2}}}};
  }
};

template <>
struct Reference<MatrixExp> {
  static void value(const MatrixExp&, const auto& x, auto& y) {
    slow::of_each(x, y, [](const auto& a) { return slow::exponential(a); });
  }
  static std::vector<Sample<MatrixExp>> samples() { return {{{}, {{3, 3}}}, {{}, {{2, 2, 2}}}}; }
};

}  // namespace glassgrad
