// How the backward kernels of elementwise ops undo broadcasting: contributions to one entry of a
// broadcast input are summed, however many with the error of a few additions (sums.hpp). n inputs
// have n + 2 streams: x..., y, upstream; pull(v...) is upstream times local. Included by files that
// hold kernels only. Next: elementwise.hpp, the kernels.
#pragma once

#include "glassgrad/kernels/elementwise_walk.hpp"
#include "glassgrad/kernels/sums.hpp"

namespace glassgrad::detail {

template <class T, class Isa>
class ElementwiseSums : protected ElementwiseWalk<T, Isa> {
 protected:
  using Walk = ElementwiseWalk<T, Isa>;
  using V = typename Walk::V;
  using Plane = typename Walk::Plane;
  using Stream = typename Walk::Stream;
  using All = Totals<V>;
  using Walk::give, Walk::lanes, Walk::store;

  template <int n>
  static void next_row(Stream* streams, const Plane& plane, std::int64_t rows) {
    for (int i = 0; i < n; ++i) streams[i].next_row(rows * plane.row_step[i]);
    streams[n].next_row(rows * plane.row_step[n + 1]);
    streams[n + 1].next_row(rows * plane.row_step[n]);
  }

  // What a plane adds to g: numbers for its rows or for all of it, or a row. `lost`: see sums.hpp.
  template <int n, class Pull>
  [[gnu::noinline]] static void sum_plane(const Pull& shared, Stream* streams, const Plane& plane,
                                          int k, T* g, T* lost) {
    const Pull pull = shared;  // a copy: what is written might be its attributes
    if (plane.step[k] && !plane.row_step[k]) return sum_columns<n>(pull, streams, plane, g, lost);
    Total<T> total;
    for (std::int64_t row = 0;;) {
      if (plane.step[k]) {
        Walk::template along<n + 2>(streams, plane.length, pull,
                                    [=](const V& v, std::int64_t i, std::int64_t count) {
                                      if (lost)
                                        All::add(v, g + i, lost + i, count);
                                      else
                                        give(v, g + i, count, true);
                                    });
      } else if (const T sum = row_sum<n>(pull, streams, plane.length); plane.row_step[k]) {
        Lost<T>::add(sum, g, lost);
      } else {
        total.add(sum);
      }
      if (++row == plane.rows) break;
      next_row<n>(streams, plane, 1);
      g += plane.row_step[k];
      if (lost) lost += plane.row_step[k];
    }
    if (!plane.step[k] && !plane.row_step[k]) Lost<T>::add(total.value(), g, lost);
  }

  // Column sums of a plane, as for a bias: 64 rows at a time, for columns that fit the L1 cache.
  template <int n, class Pull>
  static void sum_columns(const Pull& pull, Stream* streams, const Plane& plane, T* g, T* lost) {
    if (plane.rows <= plain_terms && !lost)
      return add_rows<n>(pull, streams, plane, plane.length, plane.rows, true, g);
    Stream first[n + 2];
    std::copy_n(streams, n + 2, first);
    for (std::int64_t c = 0; c < plane.length; c += All::width) {
      const std::int64_t w = std::min(All::width, plane.length - c);
      for (int s = 0; s < n + 2; ++s)
        streams[s].start(first[s].row + c * first[s].step, first[s].step);
      All::add_rows(plane.rows, w, g + c, lost ? lost + c : nullptr,
                    [&](std::int64_t rows, bool last, T* part) {
                      add_rows<n>(pull, streams, plane, w, rows, last, part);
                    });
    }
  }
  // Adds the next rows to g; unless they are the last, the streams then stand at the row after.
  template <int n, class Pull>
  static void add_rows(const Pull& pull, Stream* streams, const Plane& plane, std::int64_t width,
                       std::int64_t rows, bool last, T* g) {
    bool registers = width <= 8 * lanes;  // column by column there is no overhead per row
    for (int i = 0; i <= n; ++i) registers &= plane.step[i] || !plane.row_step[i];
    if (registers) {
      for (std::int64_t i = 0; i < width; i += lanes)
        sum_down<n>(pull, streams, plane, rows, i, std::min(lanes, width - i), g + i);
      if (!last) next_row<n>(streams, plane, rows);
      return;
    }
    for (std::int64_t row = 1;; ++row) {
      Walk::template along<n + 2>(
          streams, width, pull,
          [g](const V& v, std::int64_t i, std::int64_t count) { give(v, g + i, count, true); });
      if (row < rows || !last) next_row<n>(streams, plane, 1);
      if (row == rows) return;
    }
  }
  template <int n, class Pull>
  static void sum_down(const Pull& pull, const Stream* streams, const Plane& plane,
                       std::int64_t rows, std::int64_t i, std::int64_t count, T* g) {
    const T* x[n + 2];
    for (int s = 0; s < n + 2; ++s) x[s] = streams[s].p + i * streams[s].step;
    V total = count == lanes ? V::load_unaligned(g) : simd::load_part<V>(g, count);
    for (; rows > 0; --rows) {
      V all[n + 2];
      for (int s = 0; s < n + 2; ++s)
        all[s] = count == lanes ? V::load_unaligned(x[s]) : simd::load_part<V>(x[s], count);
      [&]<std::size_t... s>(std::index_sequence<s...>) { total += pull(all[s]...); }
      (std::make_index_sequence<std::size_t(n + 2)>{});
      for (int s = 0; s < n; ++s) x[s] += plane.row_step[s];
      x[n] += plane.row_step[n + 1], x[n + 1] += plane.row_step[n];
    }
    store(total, g, count);
  }

  template <int n, class Pull>
  static T row_sum(const Pull& pull, const Stream* streams, std::int64_t length) {
    V part(T(0)), sum(T(0)), lost(T(0));
    T rest = T(0);
    std::int64_t filled = 0;
    Walk::template along<n + 2>(streams, length, pull,
                                [&](const V& v, std::int64_t, std::int64_t count) {
                                  if (count == lanes) {
                                    part += v;
                                    if (++filled == plain_terms)
                                      lost += two_sum(sum, part), part = V(T(0)), filled = 0;
                                  } else {
                                    T lane[lanes];
                                    v.store_unaligned(lane);
                                    for (std::int64_t i = 0; i < count; ++i) rest += lane[i];
                                  }
                                });
    lost += two_sum(sum, part);
    return with_lost(rest + xsimd::hadd(sum), xsimd::hadd(lost));
  }
};

}  // namespace glassgrad::detail
