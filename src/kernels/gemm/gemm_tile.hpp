// A tile of a product of matrices: a few rows times a few vectors of columns, whose sums stay in
// registers. Every entry is summed in the order of k in any tile: blocking changes no bit. Next:
// gemm_pack.hpp, which packs operands for it.
#pragma once

#include <array>
#include <cstdint>
#include <utility>

#include "glassgrad/kernels/simd.hpp"

namespace glassgrad::gemm {
namespace {

template <class T>
using Vector = xsimd::batch<T, NativeIsa>;
template <class T>
constexpr std::int64_t lanes = std::int64_t(Vector<T>::size);

// AVX-512 and 64-bit ARM have 32 vector registers, others 16: sums of rows x vectors, the columns
// and one entry of a must fit.
#if defined(__AVX512F__) || defined(__aarch64__)
constexpr int most_rows = 12, most_vectors = 4;
constexpr int rows_of(int vectors) { return vectors == 4 ? 6 : vectors == 3 ? 9 : most_rows; }
#else
constexpr int most_rows = 6, most_vectors = 2;
constexpr int rows_of(int vectors) { return vectors == 3 ? 4 : most_rows; }
#endif

template <class T>
struct Tile {
  std::int64_t depth;  // how many products an entry sums
  const T* a;
  std::int64_t a_step;  // from row to row, or from column to column if rows are interleaved
  const T* b;
  std::int64_t b_step;  // from row to row
  const T* b_last;      // the last row, readable by whole vectors: b may end after it
  T* c;
  std::int64_t c_step;
  std::int64_t last;  // lanes of the last vector that belong to c
  bool add;
};

// x y + z, rounded once where the machine can
template <class T>
Vector<T> fused(const Vector<T>& x, const Vector<T>& y, const Vector<T>& z) {
#if defined(__AVX512F__)
  if constexpr (sizeof(T) == 4)
    return _mm512_fmadd_ps(x.data, y.data, z.data);
  else
    return _mm512_fmadd_pd(x.data, y.data, z.data);
#elif defined(__FMA__)
  if constexpr (sizeof(T) == 4)
    return _mm256_fmadd_ps(x.data, y.data, z.data);
  else
    return _mm256_fmadd_pd(x.data, y.data, z.data);
#elif defined(__aarch64__)
  if constexpr (sizeof(T) == 4)
    return vfmaq_f32(z.data, x.data, y.data);
  else
    return vfmaq_f64(z.data, x.data, y.data);
#else
  return x * y + z;
#endif
}

template <bool add, int rows, int vectors, class T>
void write(const Tile<T>& tile, const Vector<T> (&sums)[rows][vectors]) {
  T* c = tile.c;
#pragma GCC unroll 16
  for (int i = 0; i < rows; ++i, c += tile.c_step) {
#pragma GCC unroll 4
    for (int v = 0; v < vectors; ++v) {
      T* const to = c + v * lanes<T>;
      if (v + 1 < vectors || tile.last == lanes<T>)
        (add ? Vector<T>::load_unaligned(to) + sums[i][v] : sums[i][v]).store_unaligned(to);
      else
        simd::store_part(add ? simd::load_part<Vector<T>>(to, tile.last) + sums[i][v] : sums[i][v],
                         to, tile.last);
    }
  }
}

template <class T, bool side_by_side, int rows, int vectors>
void multiply(const Tile<T>& tile) {
  using V = Vector<T>;
  V sums[rows][vectors];
#pragma GCC unroll 16
  for (int i = 0; i < rows; ++i) {
#pragma GCC unroll 4
    for (int v = 0; v < vectors; ++v) {
      sums[i][v] = V(T(0));
      __builtin_prefetch(tile.c + i * tile.c_step + v * lanes<T>, 1);
    }
  }
  const T *a = tile.a, *b = tile.depth > 1 ? tile.b : tile.b_last;
  const std::int64_t a_step = tile.a_step, b_step = tile.b_step;
  for (std::int64_t p = tile.depth; p > 0; a += side_by_side ? a_step : 1) {
    V columns[vectors];
#pragma GCC unroll 4
    for (int v = 0; v < vectors; ++v) columns[v] = V::load_unaligned(b + v * lanes<T>);
#pragma GCC unroll 16
    for (int i = 0; i < rows; ++i) {
      const V x(a[side_by_side ? i : i * a_step]);
#pragma GCC unroll 4
      for (int v = 0; v < vectors; ++v) sums[i][v] = fused<T>(x, columns[v], sums[i][v]);
    }
    b = --p == 1 ? tile.b_last : b + b_step;
  }
  tile.add ? write<true>(tile, sums) : write<false>(tile, sums);
}

// multiply by number of rows, from 1
template <class T, bool side_by_side, int vectors>
constexpr auto by_rows = []<int... i>(std::integer_sequence<int, i...>) {
  return std::array<void (*)(const Tile<T>&), sizeof...(i)>{
      &multiply<T, side_by_side, i + 1, vectors>...};
}
(std::make_integer_sequence<int, rows_of(vectors)>{});

template <class T>
void multiply(const Tile<T>& tile, std::int64_t rows, std::int64_t vectors, bool side_by_side) {
  const auto with = [&]<int v>(std::integral_constant<int, v>) {
    (side_by_side ? by_rows<T, true, v> : by_rows<T, false, v>)[std::size_t(rows - 1)](tile);
  };
  if (vectors == 1) return with(std::integral_constant<int, 1>());
  if (vectors == 2) return with(std::integral_constant<int, 2>());
  if (vectors == 3) return with(std::integral_constant<int, 3>());
  with(std::integral_constant<int, most_vectors>());
}

}  // namespace
}  // namespace glassgrad::gemm
