// The loops of reductions: rows into numbers, with partial results in a fixed order, so that the
// same numbers give the same bits. At most 64 numbers are added in sequence; the partial sums are
// compensated (kernels/sums.hpp), so that the error does not grow with the count, along
// any axis. Included by files that hold kernels only.
#pragma once

#include <algorithm>
#include <limits>

#include "glassgrad/kernels/elementwise.hpp"
#include "glassgrad/kernels/kernels.hpp"
#include "kernels/sums.hpp"

namespace glassgrad::kernels {
namespace {

// Combines two results, in vectors and in numbers.
struct AddUp {
  static constexpr bool sums = true;
  static constexpr double start = 0;
  static auto combine(const auto& a, const auto& b) { return a + b; }
  static auto pair(auto a, auto b) { return a + b; }
};
struct Largest {
  static constexpr bool sums = false;
  static constexpr double start = -std::numeric_limits<double>::infinity();
  // b if it is larger or NaN, else a: NaN propagates
  template <class V>
  static V combine(const V& a, const V& b) {
    return where(b > a, b, where(b == b, a, b));
  }
  static auto pair(auto a, auto b) { return b > a || b != b ? b : a; }
};
struct Smallest {
  static constexpr bool sums = false;
  static constexpr double start = std::numeric_limits<double>::infinity();
  template <class V>
  static V combine(const V& a, const V& b) {
    return where(b < a, b, where(b == b, a, b));
  }
  static auto pair(auto a, auto b) { return b < a || b != b ? b : a; }
};
struct Same {
  static auto map(const auto& x, const auto&) { return x; }
};

// Folds the lanes of a vector by halves: a fixed order and a small error. Plain numbers, which the
// compiler turns into shuffles.
template <class T, class How, class V>
T fold(const V& part) {
  alignas(64) T lane[V::size];
  part.store_aligned(lane);
  for (std::size_t half = V::size / 2; half > 0; half /= 2)
    for (std::size_t i = 0; i < half; ++i) lane[i] = How::pair(lane[i], lane[i + half]);
  return lane[0];
}

// Vectors of a row, whole or the `count` remaining numbers.
template <class V>
V load(const typename V::value_type* p, std::int64_t count) {
  return count == std::int64_t(V::size) ? V::load_unaligned(p) : simd::load_part<V>(p, count);
}
template <class V>
void store(const V& v, typename V::value_type* p, std::int64_t count) {
  if (count == std::int64_t(V::size))
    v.store_unaligned(p);
  else
    simd::store_part(v, p, count);
}
template <class V, class Body>
void each_vector(std::int64_t n, const Body& body) {
  constexpr std::int64_t lanes = V::size;
  std::int64_t i = 0;
  for (; i + lanes <= n; i += lanes) body(i, lanes);
  if (i < n) body(i, n - i);
}

// Partial results of blocks of a row, lane by lane, and the rest of the row.
template <class T, class How, class V>
struct Parts {
  V all = V(static_cast<T>(How::start)), lost = V(T(0));
  void add(const V& part) {
    if constexpr (How::sums)
      lost += detail::two_sum(all, part);
    else
      all = How::combine(all, part);
  }
  T result(T rest) const {  // with the rest of the row
    T total = How::pair(fold<T, How>(all), rest);
    if constexpr (How::sums) total = detail::with_lost(total, fold<T, AddUp>(lost));
    return total;
  }
};

// Sums body(i, count) along a row: four partial sums of 64 numbers a lane.
template <class T, class How, class Body, class V = xsimd::batch<T, NativeIsa>>
T fold_along(std::int64_t n, const Body& body) {
  constexpr std::int64_t lanes = V::size, block = 4 * lanes * detail::plain_terms;
  const V start(static_cast<T>(How::start));
  // the lanes beyond the row are neutral
  const auto rest = [&](std::int64_t i) {
    return fold<T, How>(simd::first_part(body(i, n - i), n - i, start));
  };
  if (n < lanes) return n == 0 ? T(How::start) : rest(0);
  if (n == lanes) return fold<T, How>(How::combine(start, body(0, lanes)));
  std::int64_t i = 0;
  const auto next = [&] {
    const std::int64_t stop = std::min(i + block, n);
    V part[4] = {start, start, start, start};
    for (; i + 4 * lanes <= stop; i += 4 * lanes)
      for (std::int64_t j = 0; j < 4; ++j)
        part[j] = How::combine(part[j], body(i + j * lanes, lanes));
    for (; i + lanes <= stop; i += lanes) part[0] = How::combine(part[0], body(i, lanes));
    return How::combine(How::combine(part[0], part[1]), How::combine(part[2], part[3]));
  };
  const V first = next();
  if (i + lanes > n) {  // one block
    const T total = fold<T, How>(first);
    return i == n ? total : How::pair(total, rest(i));
  }
  Parts<T, How, V> parts;
  parts.add(first);
  while (i + lanes <= n) parts.add(next());
  return parts.result(i == n ? T(How::start) : rest(i));
}
template <class T, class Body>
T sum_along(std::int64_t n, const Body& body) {
  using V = xsimd::batch<T, NativeIsa>;
  if (n < std::int64_t(V::size)) {  // fewer additions than a fold takes
    alignas(64) T lane[V::size];
    if (n > 0) body(0, n).store_aligned(lane);
    T total = T(0);
    for (std::int64_t i = 0; i < n; ++i) total += lane[i];
    return total;
  }
  return fold_along<T, AddUp>(n, body);
}

// One row of numbers into one number.
template <class T, class How, class Map, class V = xsimd::batch<T, NativeIsa>>
T along(const T* x, std::int64_t n, T shift) {
  const V s(shift);
  return fold_along<T, How>(
      n, [x, s](std::int64_t i, std::int64_t count) { return Map::map(load<V>(x + i, count), s); });
}

// Many short rows, as the scores of a classifier: one row per lane. Rows beyond the last repeat it.
constexpr std::int64_t short_row = 32;
template <class T, class How, class Map, class V = xsimd::batch<T, NativeIsa>>
void along_short(const T* x, std::int64_t rows, std::int64_t n, const T* shift, T* y) {
  constexpr std::int64_t lanes = V::size;
  alignas(64) T column[short_row][V::size];
  for (std::int64_t first = 0; first < rows; first += lanes) {
    const std::int64_t count = std::min(lanes, rows - first);
    for (std::int64_t r = 0; r < lanes; ++r) {
      const T* const row = x + (first + std::min(r, count - 1)) * n;
      for (std::int64_t j = 0; j < n; ++j) column[j][r] = row[j];
    }
    const V s = shift ? simd::load_part<V>(shift + first, count) : V(T(0));
    V part(static_cast<T>(How::start));
    for (std::int64_t j = 0; j < n; ++j)
      part = How::combine(part, Map::map(V::load_aligned(column[j]), s));
    simd::store_part(part, y + first, count);
  }
}

// Combines a row of numbers into a row of results, elementwise.
template <class T, class How, class Map, class V = xsimd::batch<T, NativeIsa>>
void across(const T* x, std::int64_t n, const T* shift, T* y) {
  constexpr std::int64_t lanes = V::size;
  std::int64_t i = 0;
  for (; i + lanes <= n; i += lanes) {
    const V s = shift ? V::load_unaligned(shift + i) : V(T(0));
    How::combine(V::load_unaligned(y + i), Map::map(V::load_unaligned(x + i), s))
        .store_unaligned(y + i);
  }
  if (i < n) {
    const V s = shift ? simd::load_part<V>(shift + i, n - i) : V(T(0));
    simd::store_part(How::combine(simd::load_part<V>(y + i, n - i),
                                  Map::map(simd::load_part<V>(x + i, n - i), s)),
                     y + i, n - i);
  }
}

// Adds rows of n numbers, `step` apart, to y in order: short rows stay in registers, long ones go
// four at a time.
template <class T, class How, class Map, class V = xsimd::batch<T, NativeIsa>>
void down(const T* x, std::int64_t rows, std::int64_t step, std::int64_t n, const T* shift, T* y) {
  const bool few = n <= 4 * std::int64_t(V::size);
  const std::int64_t together = few ? rows : 4;
  for (; rows > 0; rows -= together, x += together * step) {
    const std::int64_t now = std::min(rows, together);
    each_vector<V>(n, [=](std::int64_t i, std::int64_t count) {
      const V s = shift ? load<V>(shift + i, count) : V(T(0));
      V part = load<V>(y + i, count);
      if (now == 4) {
        for (std::int64_t r = 0; r < 4; ++r)
          part = How::combine(part, Map::map(load<V>(x + i + r * step, count), s));
      } else {
        for (std::int64_t r = 0; r < now; ++r)
          part = How::combine(part, Map::map(load<V>(x + i + r * step, count), s));
      }
      store(part, y + i, count);
    });
  }
}

// The same for any number of rows, by columns that fit L1: sums of 64 rows are accumulated with
// compensation; with `lost` so are the sums into y.
template <class T, class How, class Map>
void columns(const T* x, std::int64_t rows, std::int64_t step, std::int64_t n, const T* shift, T* y,
             T* lost) {
  using All = detail::Totals<xsimd::batch<T, NativeIsa>>;
  for (std::int64_t c = 0; c < n; c += All::width) {
    const std::int64_t w = std::min(All::width, n - c);
    const T* const s = shift ? shift + c : nullptr;
    if (!How::sums || (rows <= detail::plain_terms && !lost)) {
      down<T, How, Map>(x + c, rows, step, w, s, y + c);
      continue;
    }
    const T* from = x + c;
    All::add_rows(rows, w, y + c, lost ? lost + c : nullptr, [&](std::int64_t now, bool, T* part) {
      down<T, How, Map>(from, now, step, w, s, part);
      from += now * step;
    });
  }
}

template <class T, class How, class Map>
void reduce_runs(View<const T> x, const Shape& kept, const T* shift, T* y) {
  const std::int64_t n = x.rank() ? x.shape().from_end(1) : 1;
  // by the axes alone, not the number of rows: a batch may be tiled
  if (n > 1 && n <= short_row && x.rank() > 1 && kept.is_along(x.rank() - 1, x.shape()))
    return along_short<T, How, Map>(x.data, kept.count(), n, shift, y);
  if (kept.count() == 1) {
    *y = along<T, How, Map>(x.data, x.count(), shift ? *shift : T(0));
    return;
  }
  std::fill(y, y + kept.count(), T(How::start));
  if (x.count() == 0) return;
  const Shape* shapes[] = {x.sizes, &kept};
  const Runs<2> runs(x.shape(), shapes);
  const std::int64_t length = runs.length(), rows = runs.rows();
  const std::int64_t step = runs.row_step()[0], to_step = runs.row_step()[1];
  // how many results of a plane combine at one place of y
  const std::int64_t inside = (runs.step(1) ? 1 : length) * (to_step ? 1 : rows);
  const bool many = How::sums && x.count() > detail::plain_terms * inside * kept.count();
  const detail::Lost<T> lost(many ? x.count() / kept.count() / inside : 1, kept.count());
  runs.each_plane([&](const std::int64_t* at) {
    const T* from = x.data + at[0];
    if (runs.step(1)) {  // rows of results, or one row of them all
      const std::int64_t once = to_step ? 1 : rows;
      for (std::int64_t row = 0, to = at[1]; row < rows; row += once, from += step, to += to_step)
        columns<T, How, Map>(from, once, step, length, shift ? shift + to : nullptr, y + to,
                             lost.at(to));
      return;
    }
    const auto result = [&](std::int64_t row, std::int64_t to) {
      return along<T, How, Map>(from + row * step, length, shift ? shift[to] : T(0));
    };
    const auto give = [&](T number, std::int64_t to) {
      if constexpr (How::sums)
        lost.add(number, y + to, lost.at(to));
      else
        y[to] = How::pair(y[to], number);
    };
    if (How::sums && !to_step) {
      detail::Total<T> total;
      for (std::int64_t row = 0; row < rows; ++row) total.add(result(row, at[1]));
      return give(total.value(), at[1]);
    }
    for (std::int64_t row = 0; row < rows; ++row)
      give(result(row, at[1] + row * to_step), at[1] + row * to_step);
  });
  lost.settle(y, kept.count());
}

// Are the reduced rows contiguous?
template <class T>
bool lie_in_rows(const Runs<2>& runs, const View<const T>& x, const Shape& kept) {
  return runs.step(1) == 0 && runs.length() * kept.count() == x.count();
}

}  // namespace
}  // namespace glassgrad::kernels
