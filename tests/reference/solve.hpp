// References of equations and determinants.
#pragma once

#include <cmath>

#include "glassgrad/ops/rules/solve.hpp"
#include "reference/slow_matrices.hpp"

namespace glassgrad {

template <>
struct Reference<Inverse> : OfSquares<Inverse> {
  static void value(const Inverse&, const auto& x, auto& y) {
    slow::of_each(x, y, [](const auto& a) { return slow::inverted(a).first; });
  }
};

template <>
struct Reference<Solve> {
  static void value(const Solve& op, const auto& a, const auto& b, auto& y) {
    for (std::int64_t k = 0; k < slow::batches(a); ++k) {
      auto own = slow::matrix_of(a, k);
      if (op.transpose) own = slow::transposed(own);
      slow::put(y, k, slow::solved(own, slow::matrix_of(b, k)).first);
    }
  }
  static void admit(int k, auto& x) {
    if (k == 0) slow::spread(x);
  }
  static std::vector<Sample<Solve>> samples() {
    return {{{}, {{3, 3}, {3, 2}}}, {{true}, {{2, 2, 2}, {2, 2, 1}}}};
  }
};

template <>
struct Reference<SolveTriangular> {
  static void value(const SolveTriangular& op, const auto& a, const auto& b, auto& y) {
    for (std::int64_t k = 0; k < slow::batches(a); ++k) {
      auto own = slow::matrix_of(a, k);
      for (std::int64_t i = 0; i < own.rows; ++i)
        for (std::int64_t j = 0; j < own.rows; ++j)
          if (i == j && op.unit)
            own(i, j) = 1;
          else if (op.upper ? j < i : j > i)
            own(i, j) = 0;
      if (op.transpose) own = slow::transposed(own);
      slow::put(y, k, slow::solved(own, slow::matrix_of(b, k)).first);
    }
  }
  static void admit(int k, auto& x) { Reference<Solve>::admit(k, x); }
  static std::vector<Sample<SolveTriangular>> samples() {
    return {{{false, false}, {{3, 3}, {3, 2}}},       {{true, false}, {{2, 2, 2}, {2, 2, 1}}},
            {{true, true}, {{3, 3}, {3, 1}}},         {{false, true}, {{2, 2}, {2, 2}}},
            {{false, false, true}, {{3, 3}, {3, 2}}}, {{true, true, true}, {{2, 3, 3}, {2, 3, 1}}}};
  }
};

template <>
struct Reference<Det> : OfSquares<Det> {
  static void value(const Det&, const auto& x, auto& y) {
    for (std::int64_t b = 0; b < slow::batches(x); ++b) {
      const auto a = slow::matrix_of(x, b);
      y.numbers[std::size_t(b)] = slow::solved(a, a).second;
    }
  }
};

template <>
struct Reference<Adjugate> : OfSquares<Adjugate> {
  static void value(const Adjugate&, const auto& x, auto& y) {
    slow::of_each(x, y, [](const auto& a) {
      auto [inverse, determinant] = slow::inverted(a);
      for (auto& number : inverse.numbers) number *= determinant;
      return inverse;
    });
  }
};

template <>
struct Reference<AdjugateAlong> {
  static void value(const AdjugateAlong&, const auto& x, const auto& t, auto& y) {
    for (std::int64_t b = 0; b < slow::batches(x); ++b) {
      const auto along = slow::matrix_of(t, b);
      const auto [inverse, determinant] = slow::inverted(slow::matrix_of(x, b));
      const auto once = slow::product(inverse, along);
      auto result = slow::product(once, inverse), trace = once;
      for (std::int64_t i = 1; i < once.rows; ++i) trace(0, 0) += once(i, i);
      for (std::size_t i = 0; i < result.numbers.size(); ++i)
        result.numbers[i] = determinant * (trace(0, 0) * inverse.numbers[i] - result.numbers[i]);
      slow::put(y, b, result);
    }
  }
  static void admit(int k, auto& x) { Reference<Solve>::admit(k, x); }
  static std::vector<Sample<AdjugateAlong>> samples() {
    return {{{}, {{3, 3}, {3, 3}}}, {{}, {{2, 3, 3}, {2, 3, 3}}}};
  }
};

template <>
struct Reference<Slogdet> : OfSquares<Slogdet> {
  static void value(const Slogdet&, const auto& x, auto& y) {
    using std::abs, std::log;
    for (std::int64_t b = 0; b < slow::batches(x); ++b) {
      const auto a = slow::matrix_of(x, b);
      const auto determinant = slow::solved(a, a).second;
      y.numbers[std::size_t(2 * b)] = determinant < 0 ? -1 : 1;
      y.numbers[std::size_t(2 * b + 1)] = log(abs(determinant));
    }
  }
};

}  // namespace glassgrad
