// Products of matrices, block by block so that what a tile reads again lies in the nearest caches:
// K. Goto and R. van de Geijn, "Anatomy of High-Performance Matrix Multiplication" (2008).
#pragma once

#include <memory>
#include <new>

#include "core/gemm_pack.hpp"

namespace glassgrad::gemm {
namespace {

// A block of b is block_depth x block_columns; of a it is block_rows x block_depth. A tile's
// columns of it lie in the first cache, all of both in the second. Where an entry of the product is
// added up in several parts depends on block_depth alone.
constexpr std::int64_t block_depth = 256;
constexpr std::int64_t block_rows = 8 * most_rows;
template <class T>
constexpr std::int64_t block_columns = 4096 / std::int64_t(sizeof(T));
template <class T>
constexpr std::int64_t tile_columns = 2 * lanes<T>;

template <class T>
struct Blocks {
  alignas(64) T columns[block_depth * block_columns<T>];
  alignas(64) T rows[block_depth * block_rows];
};

// One for every thread, made when it first packs more than fits its stack. Null when out of memory.
template <class T>
Blocks<T>* blocks() {
  static thread_local std::unique_ptr<Blocks<T>> mine;
  if (!mine) mine.reset(new (std::nothrow) Blocks<T>);
  return mine.get();
}

// c (+)= a b for an m x k matrix a and a k x n matrix b; rows of c lie c_step apart.
template <class T>
void product(const Matrix<T>& a, const Matrix<T>& b, std::int64_t m, std::int64_t n, std::int64_t k,
             T* c, std::int64_t c_step, bool add) {
  constexpr auto L = lanes<T>;
  const std::int64_t panels = (m + most_rows - 1) / most_rows, rows = (m + panels - 1) / panels;
  const bool pack_b = b.transposed || (panels > 4 && n * k > block_depth * tile_columns<T>);
  const std::int64_t packed =
      (pack_b ? (n + L - 1) / L : n % L != 0) * L * std::min(k, block_depth);
  alignas(64) T few[block_depth * tile_columns<T>];
  const bool fits = packed <= std::int64_t(std::size(few));
  Blocks<T>* const many = fits ? nullptr : blocks<T>();
  T* const columns = many ? many->columns : few;
  const std::int64_t most_columns = fits ? n : many ? block_columns<T> : tile_columns<T>;
  // Rows that lie a large power of two apart push each other out of the cache.
  const bool pack_a = many && n >= 512;
  const std::int64_t most_a = pack_a ? block_rows / rows * rows : m;
  const std::int64_t widest = pack_b || rows > rows_of(most_vectors) ? 2 : most_vectors;

  for (std::int64_t j0 = 0; j0 < n; j0 += most_columns) {
    const std::int64_t width = std::min(most_columns, n - j0);
    for (std::int64_t p = 0; p < k; p += block_depth) {
      const std::int64_t depth = std::min(block_depth, k - p), rest = width % L;
      if (pack_b)
        for (std::int64_t j = 0; j < width; j += tile_columns<T>)
          pack_columns(b, p, j0 + j, depth, std::min(tile_columns<T>, width - j),
                       columns + j * depth);
      else if (rest)
        pack_columns(b, p, j0 + width - rest, depth, rest, columns);
      for (std::int64_t i0 = 0; i0 < m; i0 += most_a) {
        const std::int64_t height = std::min(most_a, m - i0);
        if (pack_a)
          for (std::int64_t i = 0; i < height; i += rows)
            pack_rows(a, i0 + i, p, depth, std::min(rows, height - i), many->rows + i * depth);
        for (std::int64_t j = 0; j < width;) {
          std::int64_t vectors = widest;
          while (vectors > 1 && vectors * L - L >= width - j) vectors /= 2;
          if (!pack_b && vectors > 1 && vectors * L > width - j) vectors /= 2;
          const bool aside = !pack_b && width - j < L;  // the packed rest
          const std::int64_t last = std::min(L, width - j - (vectors - 1) * L);
          Tile<T> tile{depth,
                       nullptr,
                       a.step,
                       pack_b  ? columns + j * depth
                       : aside ? columns
                               : b.at(p, j0 + j),
                       pack_b  ? vectors * L
                       : aside ? L
                               : b.step,
                       nullptr,
                       c_step,
                       last,
                       add || p > 0};
          for (std::int64_t i = 0; i < height; i += rows) {
            const std::int64_t count = std::min(rows, height - i);
            tile.a = pack_a ? many->rows + i * depth : a.at(i0 + i, p);
            if (pack_a) tile.a_step = count;
            tile.c = c + (i0 + i) * c_step + j0 + j;
            multiply(tile, count, vectors, pack_a || a.transposed);
          }
          j += vectors * L;
        }
      }
    }
  }
}

}  // namespace
}  // namespace glassgrad::gemm
