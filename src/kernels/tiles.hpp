// Reductions over the tiles of x (..., k, J, l): over its last axis and its last but two, as
// pooling reduces windows that do not overlap. Neighbours are combined first, along a whole block
// of rows, so that no loop is as short as a tile. Included by files that hold kernels only.
#pragma once

#include "kernels/reducing.hpp"

namespace glassgrad::kernels {
namespace {

constexpr std::int64_t tile_block = 1024;  // numbers per block

struct Tiles {
  std::int64_t outer, rows, columns, size;
  bool found = false;

  // By the axes alone, not the number of tiles: a batch may be tiled.
  Tiles(const Shape& x, const Shape& kept) {
    if (x.rank() < 3 || kept.rank() != x.rank()) return;
    size = x.from_end(1), columns = x.from_end(2), rows = x.from_end(3);
    if (rows < 1 || size < 2 || size > 8 || columns < 2 || columns * size > tile_block) return;
    if (kept.from_end(1) != 1 || kept.from_end(2) != columns || kept.from_end(3) != 1) return;
    outer = 1;
    for (int axis = 0; axis + 3 < x.rank(); ++axis) {
      if (kept[axis] != x[axis]) return;
      outer *= x[axis];
    }
    found = true;
  }
  std::int64_t row() const { return columns * size; }
  std::int64_t at_once() const { return std::max<std::int64_t>(1, tile_block / row()); }
};

// y[i] = x[2 i] combined with x[2 i + 1]
template <class How, class T>
void join_pairs(const T* x, std::int64_t n, T* y) {
  using V = xsimd::batch<T, NativeIsa>;
  constexpr std::int64_t lanes = V::size;
  each_vector<V>(n, [=](std::int64_t i, std::int64_t count) {
    const T* const from = x + 2 * i;
    const V low = load<V>(from, std::min(lanes, 2 * count));
    const V high = count <= lanes / 2 ? low : load<V>(from + lanes, 2 * count - lanes);
    const auto [even, odd] = simd::unzip(low, high);
    store(How::combine(even, odd), y + i, count);
  });
}
// y[i] = x[i size] combined with the numbers up to x[(i + 1) size]
template <class How, class T>
void join_neighbours(const T* x, std::int64_t n, std::int64_t size, T* y) {
  if (size == 2) return join_pairs<How>(x, n, y);
  for (std::int64_t i = 0; i < n; ++i, x += size) {
    T joined = *x;
    for (std::int64_t j = 1; j < size; ++j) joined = How::pair(joined, x[j]);
    y[i] = joined;
  }
}
// The other way round: y[i size + j] = x[i]
template <class T>
void repeat_each(const T* x, std::int64_t n, std::int64_t size, T* y) {
  if (size == 2)  // a constant, so that the compiler makes vectors of it
    for (std::int64_t i = 0; i < n; ++i) y[2 * i] = y[2 * i + 1] = x[i];
  else
    for (std::int64_t i = 0; i < n; ++i, y += size) std::fill_n(y, size, x[i]);
}

// A sum of many rows is taken 64 at a time, accumulated with compensation.
template <class T, class How>
void reduce_tiles(const Tiles& tiles, const T* x, T* y) {
  alignas(64) T joined[tile_block], part[tile_block / 2], lost[tile_block / 2];
  using All = detail::Totals<xsimd::batch<T, NativeIsa>>;
  constexpr std::int64_t most = detail::plain_terms;
  const std::int64_t all = tiles.outer * tiles.rows, n = tiles.columns;
  const bool parts = How::sums && tiles.rows > most;
  for (std::int64_t first = 0; first < all; first += tiles.at_once()) {
    const std::int64_t last = std::min(all, first + tiles.at_once());
    join_neighbours<How>(x + first * tiles.row(), (last - first) * n, tiles.size, joined);
    for (std::int64_t i = first; i < last; ++i) {
      const std::int64_t row = i % tiles.rows;
      T* const to = y + i / tiles.rows * n;
      T* const on_to = parts && row >= most ? part : to;
      const T* const from = joined + (i - first) * n;
      if (row == 0 || (parts && row % most == 0))
        std::copy_n(from, n, on_to);
      else
        across<T, How, Same>(from, n, nullptr, on_to);
      if (!parts || row < most) continue;
      if (row == most) std::fill_n(lost, n, T(0));
      if (row % most == most - 1 || row + 1 == tiles.rows) All::add(part, n, to, lost);
      if (row + 1 == tiles.rows) All::settle(n, to, lost);
    }
  }
}

// to = upstream / (number of ties in the tile) where x is y, else 0: as extreme_adjoint.
template <class T>
void extreme_tiles_adjoint(const Tiles& tiles, const T* x, const T* y, const T* upstream, T* to) {
  using V = xsimd::batch<T, NativeIsa>;
  alignas(64) T extreme[tile_block], seen[tile_block], part[tile_block], above[tile_block];
  const auto is = [](const V& a, const V& b) { return where(a == b, V(T(1)), V(T(0))); };
  const std::int64_t n = tiles.row();
  for (std::int64_t first = 0; first < tiles.outer; first += tiles.at_once()) {
    const std::int64_t count = std::min(tiles.at_once(), tiles.outer - first);
    const std::int64_t cells = count * tiles.columns, at = first * tiles.columns;
    // body(number of x that a vector starts at, its place in a block, how many of it)
    const auto each_row = [&](const auto& body) {
      for (std::int64_t i = 0; i < count; ++i)
        for (std::int64_t row = 0; row < tiles.rows; ++row)
          each_vector<V>(n, [&](std::int64_t j, std::int64_t of) {
            body(((first + i) * tiles.rows + row) * n + j, i * n + j, of);
          });
    };
    repeat_each(y + at, cells, tiles.size, extreme);
    std::fill_n(seen, count * n, T(0));
    each_row([&](std::int64_t from, std::int64_t j, std::int64_t of) {
      store(load<V>(seen + j, of) + is(load<V>(x + from, of), load<V>(extreme + j, of)), seen + j,
            of);
    });
    join_neighbours<AddUp>(seen, cells, tiles.size, above);
    for (std::int64_t i = 0; i < cells; ++i) above[i] = T(1) / above[i];
    repeat_each(above, cells, tiles.size, part);
    repeat_each(upstream + at, cells, tiles.size, above);
    each_row([&](std::int64_t from, std::int64_t j, std::int64_t of) {
      const V weight = is(load<V>(x + from, of), load<V>(extreme + j, of)) * load<V>(part + j, of);
      store(load<V>(above + j, of) * weight, to + from, of);
    });
  }
}

}  // namespace
}  // namespace glassgrad::kernels
