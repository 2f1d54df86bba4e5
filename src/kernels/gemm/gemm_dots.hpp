// Products with few columns, summed along the rows of both matrices: an entry is a sum over vectors
// of k, so nothing is transposed, and n < lanes leaves no lane idle.
#pragma once

#include <algorithm>

#include "kernels/gemm/gemm_tile.hpp"
#include "kernels/sums.hpp"

namespace glassgrad::gemm {
namespace {

// Sums of side x side entries stay in registers.
constexpr int side = most_rows / 2 - (most_rows > 6);

// a and b at their first rows, c at the entry of those two
template <int rows, int columns, class T>
void dots(const T* a, const T* b, std::int64_t k, T* c, std::int64_t c_step, bool add) {
  using V = Vector<T>;
  // Long rows are summed in parts of this size, then added to the total: see kernels/sums.hpp.
  constexpr std::int64_t most = 4 * detail::plain_terms * lanes<T>;
  detail::Total<T> totals[rows][columns];
  for (std::int64_t p = 0; p < k; p += most) {
    const std::int64_t depth = std::min(most, k - p);
    V sums[rows][columns];
#pragma GCC unroll 8
    for (int i = 0; i < rows; ++i)
#pragma GCC unroll 8
      for (int j = 0; j < columns; ++j) sums[i][j] = V(T(0));
    std::int64_t q = p;
    for (; q + lanes<T> <= p + depth; q += lanes<T>) {
      V y[columns];
#pragma GCC unroll 8
      for (int j = 0; j < columns; ++j) y[j] = V::load_unaligned(b + j * k + q);
#pragma GCC unroll 8
      for (int i = 0; i < rows; ++i) {
        const V x = V::load_unaligned(a + i * k + q);
#pragma GCC unroll 8
        for (int j = 0; j < columns; ++j) sums[i][j] = fused<T>(x, y[j], sums[i][j]);
      }
    }
    for (int i = 0; i < rows; ++i)
      for (int j = 0; j < columns; ++j) {
        T sum = xsimd::hadd(sums[i][j]);
        for (std::int64_t r = q; r < p + depth; ++r) sum += a[i * k + r] * b[j * k + r];
        totals[i][j].add(sum);
      }
  }
  for (int i = 0; i < rows; ++i)
    for (int j = 0; j < columns; ++j) {
      T& to = c[i * c_step + j];
      to = add ? to + totals[i][j].value() : totals[i][j].value();
    }
}

// c (+)= a b^T for an m x k matrix a and an n x k matrix b
template <class T>
void dots(const T* a, const T* b, std::int64_t m, std::int64_t n, std::int64_t k, T* c, bool add) {
  const auto each = [](std::int64_t count, const auto& body) {
    for (std::int64_t i = 0; i < count; i += side) {
      const auto with = [&]<int... less>(std::integer_sequence<int, less...>) {
        const std::int64_t rest = count - i;
        (void)((rest >= side - less ? (body(std::integral_constant<int, side - less>(), i), true)
                                    : false) ||
               ...);
      };
      with(std::make_integer_sequence<int, side>());
    }
  };
  each(m, [&](auto rows, std::int64_t i) {
    each(n, [&](auto columns, std::int64_t j) {
      dots<rows(), columns()>(a + i * k, b + j * k, k, c + i * n + j, n, add);
    });
  });
}

}  // namespace
}  // namespace glassgrad::gemm
