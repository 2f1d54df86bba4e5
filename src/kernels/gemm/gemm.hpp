// Products of matrices, blocked so that tiles re-read the nearest caches: K. Goto and R. van de
// Geijn, "Anatomy of High-Performance Matrix Multiplication" (2008).
#pragma once

#include <new>

#include "glassgrad/array/memory.hpp"
#include "kernels/gemm/gemm_pack.hpp"

namespace glassgrad::gemm {
namespace {

// A block of b is block_depth x block_columns, of a block_rows x block_depth. A tile's columns of
// it fit L1, both blocks L2. How an entry's sum is split into parts depends on k alone.
constexpr std::int64_t block_depth = 256, block_rows = 4 * most_rows;
template <class T>
constexpr std::int64_t block_columns = 4096 / std::int64_t(sizeof(T));
template <class T>
constexpr std::int64_t tile_columns = 2 * lanes<T>;  // unless there are 3 vectors in all

template <class T>
struct Blocks {
  alignas(64) T columns[block_depth * block_columns<T>];
  alignas(64) T rows[block_depth * block_rows];
};

// One per thread, allocated when it first packs more than fits its stack. Null when out of memory.
template <class T>
Blocks<T>* blocks() {
  static thread_local AlignedBytes mine;
  if (!mine) try {
      mine = allocate_aligned(sizeof(Blocks<T>));
    } catch (const MemoryError&) {  // smaller blocks give the same numbers
    }
  return reinterpret_cast<Blocks<T>*>(mine.get());
}

// c (+)= a b for an m x k matrix a and a k x n matrix b.
template <class T>
struct Product {
  Matrix<T> a, b;
  std::int64_t m, n, k;
  T* c;
  bool add;

  static constexpr auto L = lanes<T>;
  const std::int64_t widest = up(n, L) == 3 ? 3 : 2;  // vectors of a tile of packed columns
  const std::int64_t panels = up(m, rows_of(int(widest))), rows = up(m, panels);
  const bool pack_b = b.transposed || (panels > 4 && n * k > block_depth * tile_columns<T>);
  // Rows a large power of two apart evict each other from the cache.
  const bool pack_a = pack_b && n >= (a.step * std::int64_t(sizeof(T)) % 2048 == 0 ? 256 : 512);
  std::int64_t panels_of_a_task = 1;
  T* columns = nullptr;  // packed b: all of its columns in turn, or the last few

  // x / unit, rounded up; a division takes as long as dozens of products
  static std::int64_t up(std::int64_t x, std::int64_t unit) {
    return x <= unit ? x > 0 : (x + unit - 1) / unit;
  }

  // each(tasks, body) calls body(i) once for every i, on so many threads.
  template <class Each>
  void run(const Each& each, int threads) {
    panels_of_a_task = fair(threads);
    alignas(64) T few[block_depth * tile_columns<T>];
    const std::int64_t packed = (pack_b ? up(n, L) : n % L != 0) * L * std::min(k, block_depth);
    const bool fits = packed <= std::int64_t(std::size(few));
    Blocks<T>* const many = fits ? nullptr : blocks<T>();
    columns = many ? many->columns : few;
    const std::int64_t most = fits ? n : many ? block_columns<T> : tile_columns<T>;
    const std::int64_t depth =
        up(k, up(k, block_depth));  // equal parts: a thin one is all overhead
    for (std::int64_t j = 0; j < n; j += most)
      for (std::int64_t p = 0; p < k; p += depth)
        block(each, j, std::min(most, n - j), p, std::min(depth, k - p));
  }

 private:
  // A full block, unless smaller tasks balance the threads better by more than re-reading b costs.
  std::int64_t fair(int threads) const {
    const std::int64_t most = block_rows / most_rows;
    if (threads == 1) return most;
    std::int64_t best = most, soonest = up(up(panels, most), threads) * most * 19;
    for (std::int64_t few = most - 1; few > 0; --few)
      if (const std::int64_t last = up(up(panels, few), threads) * few * 20; last < soonest)
        best = few, soonest = last;
    return best;
  }

  // Does reading the last columns as a whole vector end within the next row, so that only b's last
  // row is followed by nothing?
  bool overlaps(std::int64_t rest) const { return b.step + rest >= L; }

  // Adds this part of k to the columns of c from j on.
  template <class Each>
  void block(const Each& each, std::int64_t j, std::int64_t width, std::int64_t p,
             std::int64_t depth) {
    if (pack_b)
      each(up(width, widest * L), [&](std::int64_t i) {
        const std::int64_t first = i * widest * L;
        pack_columns(b, p, j + first, depth, std::min(widest * L, width - first),
                     columns + first * depth);
      });
    else if (const std::int64_t rest = width % L) {  // its tile: all, or its last row
      const std::int64_t in_tile = widest == 3 ? width : rest;
      pack_columns(b, overlaps(rest) ? p + depth - 1 : p, j + width - in_tile,
                   overlaps(rest) ? 1 : depth, in_tile, columns);
    }
    const std::int64_t height = panels_of_a_task * rows;
    each(up(m, height), [&](std::int64_t i) {
      const std::int64_t first = i * height, count = std::min(height, m - first);
      Blocks<T>* const mine = pack_a ? blocks<T>() : nullptr;
      if (mine)
        for (std::int64_t r = 0; r < count; r += rows)
          pack_rows(a, first + r, p, depth, std::min(rows, count - r), mine->rows + r * depth);
      tiles(first, count, j, width, p, depth, mine ? mine->rows : nullptr);
    });
  }

  // `count` rows from i on; interleaved in packed_rows if not null
  void tiles(std::int64_t i, std::int64_t count, std::int64_t j, std::int64_t width, std::int64_t p,
             std::int64_t depth, const T* packed_rows) const {
    const bool with_rest = pack_b || widest == 3;  // else a partial vector is a tile
    const std::int64_t most = with_rest || rows > rows_of(most_vectors) ? widest : most_vectors;
    for (std::int64_t at = 0, vectors; at < width; at += vectors * L) {
      const std::int64_t left = width - at;
      for (vectors = most; vectors > 1; vectors = vectors == 4 ? 2 : vectors - 1)
        if (with_rest ? (vectors - 1) * L < left : vectors * L <= left) break;
      Tile<T> tile{};
      tile.depth = depth, tile.c_step = n, tile.add = add || p > 0;
      tile.last = std::min(L, left - (vectors - 1) * L);
      const bool in_place = !pack_b && (left >= vectors * L || overlaps(left % L));
      tile.b = in_place ? b.at(p, j + at) : pack_b ? columns + at * depth : columns;
      tile.b_step = in_place ? b.step : vectors * L;
      tile.b_last = left < vectors * L && in_place ? columns : tile.b + (depth - 1) * tile.b_step;
      for (std::int64_t r = 0; r < count; r += rows) {
        const std::int64_t height = std::min(rows, count - r);
        tile.a = packed_rows ? packed_rows + r * depth : a.at(i + r, p);
        tile.a_step = packed_rows ? height : a.step;
        tile.c = c + (i + r) * n + j + at;
        multiply(tile, height, vectors, packed_rows || a.transposed);
      }
    }
  }
};

}  // namespace
}  // namespace glassgrad::gemm
