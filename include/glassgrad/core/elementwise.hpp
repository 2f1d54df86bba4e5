// The kernels of every elementwise op, made from its value and local: forward, and backward with
// broadcasting undone on the way. A number is a vector whose other lanes nobody reads, so that a
// scalar and an array entry have the same bits. Included by files that hold kernels only.
#pragma once

#include <algorithm>

#include "glassgrad/core/runs.hpp"
#include "glassgrad/core/simd.hpp"
#include "glassgrad/core/workers.hpp"

namespace glassgrad::detail {

// op.local(To<k>, x..., y), or op.local(x, y) for one input.
template <int k, class Op, class V, class... X>
auto local_of(const Op& op, const V& y, const X&... x) {
  if constexpr (sizeof...(X) == 1) {
    return op.local(x..., y);
  } else {
    return op.local(To<k>{}, x..., y);
  }
}
template <class V>
V product(const V& upstream, const V& local) {
  return upstream * local;
}
template <class V>
V product(const V& upstream, Unit) {
  return upstream;
}
// upstream * local, unless the op says otherwise (where: 0 * inf must not spoil the other branch).
template <int k, class Op, class V, class... X>
V pull_of(const Op& op, const V& upstream, const V& y, const X&... x) {
  if constexpr (requires { op.pull(To<k>{}, x..., y, upstream); }) {
    return op.pull(To<k>{}, x..., y, upstream);
  } else {
    return product(upstream, local_of<k>(op, y, x...));
  }
}

template <int k, class Op, class V, std::size_t... i>
auto local_type(std::index_sequence<i...>)
    -> decltype(local_of<k>(std::declval<const Op&>(), std::declval<const V&>(),
                            (void(i), std::declval<const V&>())...));
template <int k, class Op, class V>
using LocalType = decltype(local_type<k, Op, V>(std::make_index_sequence<arity<Op>>{}));

template <class Op, class T, class Isa = NativeIsa>
class ElementwiseKernel {
  using V = xsimd::batch<T, Isa>;
  static constexpr int n = arity<Op>;
  static constexpr std::int64_t lanes = V::size;
  // Partial sums of this many lanes each keep long reductions accurate.
  static constexpr std::int64_t block = 64;

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
  // compiled once for each way of using it, not once for each place.
  template <class Body, std::size_t... k>
  [[gnu::noinline]] static V call_part(const Body& body, const Stream* in, std::int64_t i,
                                       std::int64_t count, std::index_sequence<k...>) {
    return body(in[k].load_part(i, count)...);
  }
  template <int streams, class Body, class Out>
  static void along(const Stream* in, std::int64_t length, const Body& body, Out&& out) {
    constexpr auto all = std::make_index_sequence<std::size_t(streams)>{};
    std::int64_t i = 0;
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

  // Some runs of m arrays and of the output: where the first one starts, how each steps along it,
  // and from one run to the next.
  struct Plane {
    const std::int64_t *offset, *step, *row_step;
    std::int64_t length, rows;
  };

  // Calls body(plane) for all runs. Long arrays that may be cut are shared among threads: an entry
  // has the same bits wherever the cuts are. Shorter ones are not: a thread comes late, and finds
  // them in another's cache.
  template <int m, class Body>
  static void walk(std::span<const View<const T>> in, const View<const T>& out, bool may_cut,
                   const Body& body) {
    constexpr std::int64_t chunk = std::int64_t(1) << 15;
    const std::int64_t count = out.count();
    const bool cut = may_cut && count >= 4 * chunk;
    if (flat<m>(in, out)) {
      std::int64_t step[m + 1];
      for (int k = 0; k < m; ++k) step[k] = in[std::size_t(k)].count() != 1;
      step[m] = 1;
      const std::int64_t size = cut ? chunk : std::max<std::int64_t>(count, 1);
      workers::run((count + size - 1) / size, [&](std::int64_t i) {
        std::int64_t offset[m + 1];
        for (int k = 0; k <= m; ++k) offset[k] = i * size * step[k];
        body(Plane{offset, step, step, std::min(size, count - i * size), 1});
      });
    } else {
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
          body(Plane{offset, runs.step(), runs.row_step(), runs.length(),
                     std::min(each, rows - i * each)});
        });
      });
    }
  }

  static V value_of(const Op& op, const auto&... x) { return op.value(x...); }
  // All of an array that fits a vector.
  static V small(const View<const T>& x, std::int64_t count) {
    return x.count() == 1 ? V(*x.data) : simd::load_part<V>(x.data, count);
  }

 public:
  static void forward(const void* attributes, std::span<const View<const T>> in, View<T> out,
                      Pool&) {
    if (const std::int64_t count = out.count(); count <= lanes && flat<n>(in, out)) {
      [&]<std::size_t... k>(std::index_sequence<k...>) {
        const Op op = *static_cast<const Op*>(attributes);
        simd::store_part(value_of(op, small(in[k], count)...), out.data, count);
      }
      (std::make_index_sequence<std::size_t(n)>{});
    } else {
      walk<n>(in, out, true,
              [&](const Plane& plane) { forward_runs(attributes, in, plane, out.data); });
    }
  }

  static T number(const void* attributes, const T* const* in) {
    const Op op = *static_cast<const Op*>(attributes);
    return [&]<std::size_t... k>(std::index_sequence<k...>) {
      return simd::first(value_of(op, V(*in[k])...));
    }
    (std::make_index_sequence<std::size_t(n)>{});
  }
  static void numbers(std::span<const NumberCall<T>> calls) {
    for (const NumberCall<T>& call : calls) *call.out = number(call.attributes, call.in);
  }
  static void number_backward(const void* attributes, const T* const* in, T out, T upstream,
                              T* shares) {
    const Op op = *static_cast<const Op*>(attributes);
    V all[n + 2];
    for (int k = 0; k < n; ++k) all[k] = V(*in[k]);
    all[n] = V(out), all[n + 1] = V(upstream);
    [&]<std::size_t... k>(std::index_sequence<k...>) {
      ((shares[k] = simd::first(share<int(k)>(op, all))), ...);
    }
    (std::make_index_sequence<std::size_t(n)>{});
  }

  static void backward(const void* attributes, std::span<const View<const T>> in, View<const T> out,
                       View<const T> upstream, std::span<const Sink<T>> sinks) {
    const Op op = *static_cast<const Op*>(attributes);
    [&]<std::size_t... k>(std::index_sequence<k...>) {
      (backward_to<int(k)>(op, in, out, upstream, sinks[k]), ...);
    }
    (std::make_index_sequence<std::size_t(n)>{});
  }

 private:
  template <int k>
  static void backward_to(const Op& op, std::span<const View<const T>> in, View<const T> out,
                          const View<const T>& upstream, const Sink<T>& sink) {
    if constexpr (std::is_same_v<LocalType<k, Op, V>, None>)
      return;
    else
      backward_along<k>(op, in, out, upstream, sink);
  }
  template <int k>
  static void backward_along(const Op& op, std::span<const View<const T>> in, View<const T> out,
                             const View<const T>& upstream, const Sink<T>& sink) {
    if (!sink.data) return;
    const View<const T>& to = in[k];
    const bool whole = to.count() == out.count() && to.count() != 1;
    if (!whole && !sink.add) std::fill(sink.data, sink.data + to.count(), T(0));
    const bool add = sink.add || !whole;
    View<const T> arrays[n + 1];  // of a plane: x..., upstream
    std::copy_n(in.begin(), n, arrays);
    arrays[n] = upstream;
    walk<n + 1>(arrays, out, whole, [&](const Plane& plane) {
      Stream streams[n + 2];
      start(streams, in, plane);
      streams[n].start(out.data + plane.offset[n + 1], 1);
      streams[n + 1].start(upstream.data + plane.offset[n], plane.step[n]);
      backward_runs<k>(op, streams, plane, sink.data + plane.offset[k], add);
    });
  }

  static void start(Stream* streams, std::span<const View<const T>> in, const Plane& plane) {
    for (int k = 0; k < n; ++k)
      streams[k].start(in[std::size_t(k)].data + plane.offset[k], plane.step[k]);
  }

  static void store(const V& v, T* y, std::int64_t count) {
    if (count == lanes)
      v.store_unaligned(y);
    else
      simd::store_part(v, y, count);
  }

  [[gnu::noinline]] static void forward_runs(const void* attributes,
                                             std::span<const View<const T>> in, const Plane& plane,
                                             T* out) {
    const Op op = *static_cast<const Op*>(attributes);
    const auto value = [&op](const auto&... x) { return value_of(op, x...); };
    Stream streams[n];
    start(streams, in, plane);
    T* y = out + plane.offset[n];
    if (n > 1 && short_rows(plane)) {
      for (std::int64_t i = 0; i < plane.length; i += lanes)
        down(streams, plane, i, std::min(lanes, plane.length - i), value, y + i);
      return;
    }
    for (std::int64_t row = 0;;) {
      along<n>(streams, plane.length, value,
               [y](const V& v, std::int64_t i, std::int64_t count) { store(v, y + i, count); });
      if (++row == plane.rows) return;
      for (int k = 0; k < n; ++k) streams[k].next_row(plane.row_step[k]);
      y += plane.row_step[n];
    }
  }

  // Rows of a few vectors, as a bias is added to: down the columns no row has to be started.
  static bool short_rows(const Plane& plane) {
    bool down = plane.rows > 1 && plane.length <= 8 * lanes;
    for (int k = 0; k < n; ++k) down &= plane.step[k] || !plane.row_step[k];
    return down && plane.rows * plane.length <= 64 * 8 * lanes;
  }
  template <class Body>
  static void down(const Stream* streams, const Plane& plane, std::int64_t i, std::int64_t count,
                   const Body& body, T* y) {
    const T* x[n];
    std::int64_t step[n + 1];  // copies: what y points to might be the plane's own
    std::copy_n(plane.row_step, n + 1, step);
    for (int k = 0; k < n; ++k) x[k] = streams[k].p + i * streams[k].step;
    for (std::int64_t rows = plane.rows; rows > 0; --rows, y += step[n]) {
      [&]<std::size_t... k>(std::index_sequence<k...>) {
        store(body((count == lanes ? V::load_unaligned(x[k]) : simd::load_part<V>(x[k], count))...),
              y, count);
      }
      (std::make_index_sequence<std::size_t(n)>{});
      for (int k = 0; k < n; ++k) x[k] += step[k];
    }
  }

  // streams: x..., y, upstream
  template <int k>
  [[gnu::noinline]] static void backward_runs(const Op& shared, Stream* streams, const Plane& plane,
                                              T* g, bool add) {
    const Op op = shared;
    for (std::int64_t row = 0;;) {
      backward_run<k>(op, streams, plane.length, g, plane.step[k] == 0, add);
      if (++row == plane.rows) return;
      for (int i = 0; i < n; ++i) streams[i].next_row(plane.row_step[i]);
      streams[n].next_row(plane.row_step[n + 1]);
      streams[n + 1].next_row(plane.row_step[n]);
      g += plane.row_step[k];
    }
  }
  template <int k>
  static void backward_run(const Op& op, const Stream* streams, std::int64_t length, T* g,
                           bool sums, bool add) {
    const auto pull = [&op](const auto&... v) -> V {
      const V all[] = {v...};
      return share<k>(op, all);
    };
    if (sums) {
      *g += sum(streams, length, pull);
      return;
    }
    along<n + 2>(streams, length, pull, [g, add](const V& v, std::int64_t i, std::int64_t count) {
      if (!add) {
        // g++ 12 at -O3 would make one masked addition of both ways, and its mask of one lane only
        // (tests/ops at -O3): it cannot see through this.
        __asm__ volatile("");
        store(v, g + i, count);
      } else if (count == lanes) {
        (V::load_unaligned(g + i) + v).store_unaligned(g + i);
      } else {
        simd::store_part(simd::load_part<V>(g + i, count) + v, g + i, count);
      }
    });
  }

  // The contribution to input k, from x..., y, upstream.
  template <int k>
  static V share(const Op& op, const V* all) {
    if constexpr (std::is_same_v<LocalType<k, Op, V>, None>) {
      return V(T(0));
    } else {
      return [&]<std::size_t... i>(std::index_sequence<i...>) {
        return pull_of<k>(op, all[n + 1], all[n], all[i]...);
      }
      (std::make_index_sequence<std::size_t(n)>{});
    }
  }

  template <class Pull>
  static T sum(const Stream* streams, std::int64_t length, const Pull& pull) {
    T total = 0;
    V part(T(0));
    std::int64_t filled = 0;
    along<n + 2>(streams, length, pull, [&](const V& v, std::int64_t, std::int64_t count) {
      if (count == lanes) {
        part += v;
        if (++filled == block) total += xsimd::hadd(part), part = V(T(0)), filled = 0;
      } else {
        T lane[lanes];
        v.store_unaligned(lane);
        for (std::int64_t i = 0; i < count; ++i) total += lane[i];
      }
    });
    return total + xsimd::hadd(part);
  }
};

}  // namespace glassgrad::detail
