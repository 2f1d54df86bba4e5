// How elementwise kernels walk their arrays: as one flat row where possible, else row by row, a
// vector at a time, long ones split among threads. Included by files that hold kernels only. Next:
// elementwise.hpp, what is computed.
#pragma once

#include <algorithm>
#include <memory>

#include "glassgrad/array/runs.hpp"
#include "glassgrad/kernels/elementwise_sums.hpp"
#include "glassgrad/kernels/simd.hpp"
#include "glassgrad/kernels/workers.hpp"

namespace glassgrad::detail {

template <class T, class Isa>
class ElementwiseWalk {
 protected:
  using V = xsimd::batch<T, Isa>;
  static constexpr std::int64_t lanes = V::size;

  // An input along a run: steps through memory, or stays on a copy of one number in every lane.
  struct Stream {
    alignas(64) T copies[lanes];
    const T* p;
    std::int64_t step;
    const T* row;
    void start(const T* from, std::int64_t steps) {
      step = steps;
      p = row = from;
      if (!steps) {
        V(*from).store_aligned(copies);
        p = copies;
      }
    }
    void next_row(std::int64_t by) {
      if (by) start(row + by, step);
    }
    V load(std::int64_t i) const { return V::load_unaligned(p + i * step); }
    V load_part(std::int64_t i, std::int64_t count) const {
      return step ? simd::load_part<V>(p + i, count) : V::load_aligned(copies);
    }
  };

  template <class Body, std::size_t... k>
  static V call(const Body& body, const Stream* in, std::int64_t i, std::index_sequence<k...>) {
    return body(in[k].load(i)...);
  }
  // What is left at the end of a run. Never inline, nor are the runs below: a long body is then
  // compiled once per use, not once per call site.
  template <class Body, std::size_t... k>
  [[gnu::noinline]] static V call_part(const Body& body, const Stream* in, std::int64_t i,
                                       std::int64_t count, std::index_sequence<k...>) {
    return body(in[k].load_part(i, count)...);
  }
  template <int streams, class Body, class Out>
  static void along(const Stream* in, std::int64_t length, const Body& body, Out&& out,
                    std::int64_t i = 0) {
    constexpr auto all = std::make_index_sequence<std::size_t(streams)>{};
    for (; i + lanes <= length; i += lanes) out(call(body, in, i, all), i, lanes);
    if (i < length) out(call_part(body, in, i, length - i, all), i, length - i);
  }

  template <int m>
  static bool flat(std::span<const View<const T>> in, const View<const T>& out) {
    if constexpr (m > 1)
      for (const auto& x : in)
        if (x.sizes != out.sizes && x.count() != out.count() && x.count() != 1) return false;
    return true;
  }

  // A row (a bias) meets every row of the others: this plane needs no search.
  template <int m>
  static bool rows_and_row(std::span<const View<const T>> in, const View<const T>& out,
                           std::int64_t* step, std::int64_t* row_step) {
    const std::int64_t count = out.count(), length = out.rank() ? out.shape().from_end(1) : 1;
    for (int k = 0; k < m; ++k) {
      const View<const T>& x = in[std::size_t(k)];
      const std::int64_t own = x.count();
      if (own != count && own != 1 && (own != length || x.shape().from_end(1) != length))
        return false;
      step[k] = own != 1, row_step[k] = own == count ? length : 0;
    }
    step[m] = 1, row_step[m] = length;
    return true;
  }

  // Calls body(plane) for all runs. Long arrays that may be cut are split among threads: an entry
  // has the same bits wherever the cuts are. Shorter ones are not: threads start late, with the
  // data in another core's cache.
  template <int m, class Body>
  static void walk(std::span<const View<const T>> in, const View<const T>& out, bool may_cut,
                   const Body& body) {
    const std::int64_t count = out.count();
    if (count == 0) return;
    const bool cut = may_cut && count >= 4 * chunk, alike = flat<m>(in, out);
    static constexpr std::int64_t offset[m + 1] = {};
    std::int64_t step[m + 1], row_step[m + 1];
    if (!cut && alike) {
      flat_steps<m>(in, step);
      body(Plane{offset, step, step, count, 1});
    } else if (!cut && rows_and_row<m>(in, out, step, row_step)) {
      const std::int64_t length = out.shape().from_end(1);
      body(Plane{offset, step, row_step, length, count / length});
    } else {
      const auto call = [](const void* to, const Plane& plane) {
        (*static_cast<const Body*>(to))(plane);
      };
      walk_pieces<m>(in, out, cut, alike, call, std::addressof(body));
    }
  }

 private:
  static constexpr std::int64_t chunk = std::int64_t(1) << 15;
  using Call = void (*)(const void* body, const Plane& plane);

  template <int m>
  static void flat_steps(std::span<const View<const T>> in, std::int64_t* step) {
    for (int k = 0; k < m; ++k) step[k] = in[std::size_t(k)].count() != 1;
    step[m] = 1;
  }
  // The rest of them, once for all ops.
  template <int m>
  [[gnu::noinline]] static void walk_pieces(std::span<const View<const T>> in,
                                            const View<const T>& out, bool cut, bool alike,
                                            Call call, const void* body) {
    const std::int64_t count = out.count();
    if (alike) {
      std::int64_t step[m + 1];
      flat_steps<m>(in, step);
      return workers::run((count + chunk - 1) / chunk, [&](std::int64_t i) {
        std::int64_t offset[m + 1];
        for (int k = 0; k <= m; ++k) offset[k] = i * chunk * step[k];
        call(body, Plane{offset, step, step, std::min(chunk, count - i * chunk), 1});
      });
    }
    const Shape* shapes[m + 1];
    for (int k = 0; k < m; ++k) shapes[k] = in[std::size_t(k)].sizes;
    shapes[m] = out.sizes;
    const Runs<m + 1> runs(out.shape(), shapes);
    const std::int64_t rows = runs.rows();
    const std::int64_t each = cut ? std::max<std::int64_t>(1, chunk / runs.length()) : rows;
    runs.each_plane([&](const std::int64_t* first) {
      workers::run((rows + each - 1) / each, [&](std::int64_t i) {
        std::int64_t offset[m + 1];
        for (int k = 0; k <= m; ++k) offset[k] = first[k] + i * each * runs.row_step()[k];
        call(body, Plane{offset, runs.step(), runs.row_step(), runs.length(),
                         std::min(each, rows - i * each)});
      });
    });
  }

 protected:
  // All of an array that fits a vector.
  static V small(const View<const T>& x, std::int64_t count) {
    return x.count() == 1 ? V(*x.data) : simd::load_part<V>(x.data, count);
  }

  static void store(const V& v, T* y, std::int64_t count) {
    if (count == lanes)
      v.store_unaligned(y);
    else
      simd::store_part(v, y, count);
  }
  // Writes to g, or adds to it.
  static void give(const V& v, T* g, std::int64_t count, bool add) {
    if (!add) {
      // g++ 12 at -O3 would merge both into one masked addition whose mask has one lane only
      // (tests/ops at -O3); this is opaque to it.
      __asm__ volatile("");
      store(v, g, count);
    } else if (count == lanes) {
      (V::load_unaligned(g) + v).store_unaligned(g);
    } else {
      simd::store_part(simd::load_part<V>(g, count) + v, g, count);
    }
  }
};

}  // namespace glassgrad::detail
