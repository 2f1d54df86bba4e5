// The loops that reductions are made of: rows into numbers, in a fixed order of partial results, so
// that the same numbers give the same bits. Included by files that hold kernels only.
#pragma once

#include <algorithm>
#include <limits>

#include "glassgrad/core/elementwise.hpp"
#include "glassgrad/core/kernels.hpp"

namespace glassgrad::kernels {
namespace {

// How two results become one, in vectors and in numbers.
struct AddUp {
  static constexpr double start = 0;
  static auto combine(const auto& a, const auto& b) { return a + b; }
  static auto pair(auto a, auto b) { return a + b; }
};
struct Largest {
  static constexpr double start = -std::numeric_limits<double>::infinity();
  // b when it is larger or NaN, a otherwise: NaN always passes
  template <class V>
  static V combine(const V& a, const V& b) {
    return where(b > a, b, where(b == b, a, b));
  }
  static auto pair(auto a, auto b) { return b > a || b != b ? b : a; }
};
struct Smallest {
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

// The lanes of a vector into one number: halves onto each other, so that the order is fixed and the
// error small. Plain numbers, which the compiler lays out as shuffles.
template <class T, class How, class V>
T fold(const V& part) {
  alignas(64) T lane[V::size];
  part.store_aligned(lane);
  for (std::size_t half = V::size / 2; half > 0; half /= 2)
    for (std::size_t i = 0; i < half; ++i) lane[i] = How::pair(lane[i], lane[i + half]);
  return lane[0];
}

// Vectors of a row, whole or the `count` numbers that are left.
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

// The sum of what body(i, count) gives along a row: four partial sums, folded every 4096 numbers.
template <class T, class Body, class V = xsimd::batch<T, NativeIsa>>
T sum_along(std::int64_t n, const Body& body) {
  constexpr std::int64_t lanes = V::size, block = 4096;
  T total = 0;
  std::int64_t i = 0;
  while (i + lanes <= n) {
    const std::int64_t stop = std::min(i + block, n);
    V part[4] = {V(T(0)), V(T(0)), V(T(0)), V(T(0))};
    for (; i + 4 * lanes <= stop; i += 4 * lanes)
      for (std::int64_t j = 0; j < 4; ++j) part[j] += body(i + j * lanes, lanes);
    for (; i + lanes <= stop; i += lanes) part[0] += body(i, lanes);
    total += fold<T, AddUp>((part[0] + part[1]) + (part[2] + part[3]));
  }
  if (i < n) {  // the lanes beyond the row are nobody's
    alignas(64) T lane[V::size];
    body(i, n - i).store_aligned(lane);
    for (std::int64_t j = 0; j < n - i; ++j) total += lane[j];
  }
  return total;
}

// One row of numbers into one number: four partial results, folded every 4096 numbers.
template <class T, class How, class Map, class V = xsimd::batch<T, NativeIsa>>
T along(const T* x, std::int64_t n, T shift) {
  constexpr std::int64_t lanes = V::size, block = 4096;
  const V s(shift), start(static_cast<T>(How::start));
  T total = T(How::start);
  std::int64_t i = 0;
  while (i + lanes <= n) {
    const std::int64_t stop = std::min(i + block, n);
    V part[4] = {start, start, start, start};
    for (; i + 4 * lanes <= stop; i += 4 * lanes)
      for (std::int64_t j = 0; j < 4; ++j)
        part[j] = How::combine(part[j], Map::map(V::load_unaligned(x + i + j * lanes), s));
    for (; i + lanes <= stop; i += lanes)
      part[0] = How::combine(part[0], Map::map(V::load_unaligned(x + i), s));
    total = How::pair(total, fold<T, How>(How::combine(How::combine(part[0], part[1]),
                                                       How::combine(part[2], part[3]))));
  }
  if (i < n) {  // the lanes beyond the row hold what changes nothing
    const V part = Map::map(simd::load_part<V>(x + i, n - i), s);
    total = How::pair(total, fold<T, How>(simd::first_part(part, n - i, start)));
  }
  return total;
}

// Many rows of a few numbers, as the scores of a classifier: a lane per row, so that one vector
// operation serves as many rows as it has lanes. Rows beyond the last repeat it.
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

// A row of numbers onto a row of results, place by place.
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

template <class T, class How, class Map>
void reduce_runs(View<const T> x, const Shape& kept, const T* shift, T* y) {
  const std::int64_t n = x.rank() ? x.shape().from_end(1) : 1;
  // by the axes alone, not by how many rows there are: a batch may come in pieces
  if (n > 1 && n <= short_row && x.rank() > 1 && kept.is_along(x.rank() - 1, x.shape()))
    return along_short<T, How, Map>(x.data, kept.count(), n, shift, y);
  if (kept.count() == 1) {
    *y = along<T, How, Map>(x.data, x.count(), shift ? *shift : T(0));
    return;
  }
  std::fill(y, y + kept.count(), T(How::start));
  const Shape* shapes[] = {x.sizes, &kept};
  const Runs<2> runs(x.shape(), shapes);
  runs.each([&](const std::int64_t* at) {
    const T* from = x.data + at[0];
    T* to = y + at[1];
    if (runs.step(1)) {
      across<T, How, Map>(from, runs.length(), shift ? shift + at[1] : nullptr, to);
    } else {
      *to = How::pair(*to, along<T, How, Map>(from, runs.length(), shift ? shift[at[1]] : T(0)));
    }
  });
}

// Is every reduced row whole in memory, one behind the other?
template <class T>
bool lie_in_rows(const Runs<2>& runs, const View<const T>& x, const Shape& kept) {
  return runs.step(1) == 0 && runs.length() * kept.count() == x.count();
}

}  // namespace
}  // namespace glassgrad::kernels
