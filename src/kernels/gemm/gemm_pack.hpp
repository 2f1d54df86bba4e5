// Packs the operands of a product in the order in which tiles read them.
#pragma once

#include <algorithm>

#include "kernels/gemm/gemm_tile.hpp"

namespace glassgrad::gemm {
namespace {

// A matrix in memory, read as stored or transposed.
template <class T>
struct Matrix {
  const T* data;
  std::int64_t step;  // from row to row as stored
  bool transposed;
  const T* at(std::int64_t i, std::int64_t j) const {
    return transposed ? data + j * step + i : data + i * step + j;
  }
};

template <class T>
struct Raw {
  typedef T Lanes __attribute__((vector_size(sizeof(Vector<T>)), aligned(sizeof(T)), may_alias));
};
template <bool upper, class V, int... i>
V zip(V x, V y, std::integer_sequence<int, i...>) {
  constexpr int count = sizeof...(i);
  return __builtin_shufflevector(x, y, (i / 2 + i % 2 * count + (upper ? count / 2 : 0))...);
}

// to[j, i] = from[i, j] for a square of lanes x lanes, or the part of it that exists; `width`
// numbers of each row of `to` are written, zeros beyond `rows`. The halves of the
// rows are zipped until every row is a column.
template <class T>
void transpose(const T* from, std::int64_t from_step, std::int64_t rows, std::int64_t columns,
               T* to, std::int64_t to_step, std::int64_t width) {
  constexpr int size = int(lanes<T>);
  using V = typename Raw<T>::Lanes;
  constexpr std::make_integer_sequence<int, size> order;
  V r[size], zipped[size];
  if (rows == size && columns == size) {
#pragma GCC unroll 16
    for (int i = 0; i < size; ++i) r[i] = *reinterpret_cast<const V*>(from + i * from_step);
  } else {
    for (int i = 0; i < size; ++i)
      r[i] = i < rows ? V(simd::load_part<Vector<T>>(from + i * from_step, columns).data) : V{};
  }
#pragma GCC unroll 4
  for (int n = 1; n < size; n *= 2) {
#pragma GCC unroll 8
    for (int i = 0; i < size / 2; ++i) {
      zipped[2 * i] = zip<false>(r[i], r[i + size / 2], order);
      zipped[2 * i + 1] = zip<true>(r[i], r[i + size / 2], order);
    }
#pragma GCC unroll 16
    for (int i = 0; i < size; ++i) r[i] = zipped[i];
  }
  if (columns == size && width == size) {
#pragma GCC unroll 16
    for (int i = 0; i < size; ++i) *reinterpret_cast<V*>(to + i * to_step) = r[i];
  } else {
    for (int i = 0; i < columns; ++i) simd::store_part(Vector<T>(r[i]), to + i * to_step, width);
  }
}

// `depth` rows of the columns from (p, j) on, each as whole vectors
template <class T>
void pack_columns(const Matrix<T>& b, std::int64_t p, std::int64_t j, std::int64_t depth,
                  std::int64_t columns, T* to) {
  constexpr auto L = lanes<T>;
  constexpr std::int64_t ahead = 16;  // rows are far apart: no stream for the hardware prefetcher
  const std::int64_t width = (columns + L - 1) / L * L;
  if (!b.transposed) {
    for (std::int64_t q = 0; q < depth; ++q, to += width) {
      const T* const from = b.at(p + q, j);
      for (std::int64_t first = 0; first < columns; first += L) {
        if (q + ahead < depth) __builtin_prefetch(from + ahead * b.step + first);
        const std::int64_t count = std::min(L, columns - first);
        (count == L ? Vector<T>::load_unaligned(from + first)
                    : simd::load_part<Vector<T>>(from + first, count))
            .store_unaligned(to + first);
      }
    }
    return;
  }
  for (std::int64_t first = 0; first < columns; first += L) {
    T* at = to + first;
    for (std::int64_t q = 0; q < depth; q += L, at += L * width)
      transpose(b.at(p + q, j + first), b.step, std::min(L, columns - first),
                std::min(L, depth - q), at, width, L);
  }
}

// `rows` rows from (i, p) on, interleaved
template <class T>
void pack_rows(const Matrix<T>& a, std::int64_t i, std::int64_t p, std::int64_t depth,
               std::int64_t rows, T* to) {
  constexpr auto L = lanes<T>;
  for (std::int64_t first = 0; first < rows; first += L) {
    const std::int64_t count = std::min(L, rows - first);
    T* at = to + first;
    if (a.transposed)
      for (std::int64_t q = 0; q < depth; ++q, at += rows)
        simd::store_part(simd::load_part<Vector<T>>(a.at(i + first, p + q), count), at, count);
    else
      for (std::int64_t q = 0; q < depth; q += L, at += L * rows)
        transpose(a.at(i + first, p + q), a.step, count, std::min(L, depth - q), at, rows, count);
  }
}

}  // namespace
}  // namespace glassgrad::gemm
