// The kernels of every elementwise op, made from its value and local: forward, and backward with
// broadcasting undone on the way. A number is a vector whose other lanes are not read, so that a
// scalar and an array entry have the same bits. Included by files that hold kernels only.
#pragma once

#include <optional>

#include "glassgrad/engine/elementwise_slopes.hpp"
#include "glassgrad/kernels/elementwise_far.hpp"
#include "glassgrad/kernels/elementwise_sums.hpp"
#include "glassgrad/kernels/kernels.hpp"

namespace glassgrad::detail {

template <class Op, class T, class Isa = NativeIsa>
class ElementwiseKernel : ElementwiseSums<T, Isa> {
  using Walk = ElementwiseWalk<T, Isa>;
  using Sums = ElementwiseSums<T, Isa>;
  using V = typename Walk::V;
  using Plane = typename Walk::Plane;
  using Stream = typename Walk::Stream;
  using Walk::give, Walk::lanes, Walk::small, Walk::store;
  static constexpr int n = arity<Op>;

  static V value_of(const Op& op, const auto&... x) { return op.value(x...); }

 public:
  static void forward(const void* attributes, std::span<const View<const T>> in, View<T> out,
                      Pool&) {
    if (const std::int64_t count = out.count(); count <= lanes && Walk::template flat<n>(in, out)) {
      [&]<std::size_t... k>(std::index_sequence<k...>) {
        const Op op = *static_cast<const Op*>(attributes);
        simd::store_part(value_of(op, small(in[k], count)...), out.data, count);
      }
      (std::make_index_sequence<std::size_t(n)>{});
    } else {
      Walk::template walk<n>(in, out, true, [&](const Plane& plane) {
        forward_runs(attributes, in, plane, out.data);
      });
    }
  }

  static T number(const void* attributes, const T* const* in) {
    const Op op = *static_cast<const Op*>(attributes);
    return [&]<std::size_t... k>(std::index_sequence<k...>) {
      return simd::first(value_of(op, V(*in[k])...));
    }
    (std::make_index_sequence<std::size_t(n)>{});
  }
  static void numbers(const NumberCalls<T>& calls) {
    const Op op = *static_cast<const Op*>(calls.attributes);
    T* const numbers = calls.numbers;
    T* out = numbers + calls.out;
    const std::uint32_t* in = calls.in;
    for (std::uint32_t left = calls.count; left > 0; --left, in += n) {
      [&]<std::size_t... k>(std::index_sequence<k...>) {
        *out++ = simd::first(value_of(op, V(numbers[in[k]])...));
      }
      (std::make_index_sequence<std::size_t(n)>{});
    }
  }
  static void number_pull(const void* attributes, const T* const* in, T out, T upstream,
                          T* contributions) {
    const Op op = *static_cast<const Op*>(attributes);
    V all[n + 2];
    for (int k = 0; k < n; ++k) all[k] = V(*in[k]);
    all[n] = V(out), all[n + 1] = V(upstream);
    [&]<std::size_t... k>(std::index_sequence<k...>) {
      ((contributions[k] = simd::first(contribution<int(k)>(op, all))), ...);
    }
    (std::make_index_sequence<std::size_t(n)>{});
  }

  static void pull(const void* attributes, std::span<const View<const T>> in, View<const T> out,
                   View<const T> upstream, std::span<const Sink<T>> sinks, Pool&) {
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
    View<const T> arrays[n + 1];  // of a plane: x..., upstream
    std::copy_n(in.begin(), n, arrays);
    arrays[n] = upstream;
    if (const std::int64_t count = out.count();
        whole && count <= lanes && Walk::template flat<n + 1>(arrays, out)) {
      V all[n + 2];
      for (int i = 0; i < n; ++i) all[i] = small(in[std::size_t(i)], count);
      all[n] = small(out, count), all[n + 1] = small(upstream, count);
      const V given = contribution<k>(op, all);
      return give(given, sink.data, count, sink.add);
    }
    if (whole) return backward_whole<k>(op, in, arrays, out, sink);
    backward_summed<k>(op, in, arrays, out, sink);
  }
  // Every contribution at its place of an array of the output's shape.
  template <int k>
  static void backward_whole(const Op& op, std::span<const View<const T>> in,
                             const View<const T>* arrays, const View<const T>& out,
                             const Sink<T>& sink) {
    Walk::template walk<n + 1>({arrays, std::size_t(n + 1)}, out, true, [&](const Plane& plane) {
      Stream streams[n + 2];
      start_all(streams, in, out, arrays[n], plane);
      backward_runs<k>(op, streams, plane, sink.data + plane.offset[n + 1], sink.add);
    });
  }

  // Broadcasting undone: what reaches one place of the sink is added up, apart from what is there.
  template <int k>
  static void backward_summed(const Op& op, std::span<const View<const T>> in,
                              const View<const T>* arrays, const View<const T>& out,
                              const Sink<T>& sink) {
    const std::int64_t count = in[k].count(), all = out.count();
    const bool may_leave = all >= least_terms * count, beside = sink.add && may_leave;
    Apart<T> apart(beside ? count : 0);
    T* const g = beside ? apart.numbers() : sink.data;
    if (beside || !sink.add) std::fill(g, g + count, T(0));
    if (all > 0) add_planes<k>(op, in, arrays, out, g);
    if (may_leave && !all_finite<V>(g, count))
      sum_of_whole<k>(op, in, arrays, out, g, beside ? sink.data : nullptr);
    for (std::int64_t i = 0; beside && i < count; ++i) sink.data[i] += g[i];
  }
  // What left the range on its way: added up as every sum is, which knows the way back. Where that
  // is out of the range, what is `there` already may take it back: one more term.
  template <int k>
  [[gnu::noinline, gnu::cold]] static void sum_of_whole(const Op& op,
                                                        std::span<const View<const T>> in,
                                                        const View<const T>* arrays,
                                                        const View<const T>& out, T* g, T* there) {
    const std::int64_t count = in[k].count(), all = out.count();
    Apart<T> terms(all), sums(count);
    const auto add_up = [&] {
      kernels::reduce(kernels::Reduction::sum, View<const T>{terms.numbers(), out.sizes},
                      in[k].shape(), sums.numbers());
    };
    backward_whole<k>(op, in, arrays, out, Sink<T>{terms.numbers(), false});
    add_up();
    Smaller<T>::mend(sums.numbers(), count, g);
    if (!there || all_finite<V>(g, count)) return;
    const Smaller<T> smaller(all / count + 1);
    smaller.take(terms.numbers(), all, terms.numbers());
    add_up();
    for (std::int64_t i = 0; i < count; ++i)
      if (const T total = (sums.numbers()[i] + there[i] * smaller.by) / smaller.by;
          !std::isfinite(g[i]) && std::isfinite(total))
        g[i] = total, there[i] = T(0);
  }
  // Plane by plane on to g.
  template <int k>
  static void add_planes(const Op& op, std::span<const View<const T>> in,
                         const View<const T>* arrays, const View<const T>& out, T* g) {
    const std::int64_t count = in[k].count(), all = out.count();
    std::optional<Lost<T>> lost;
    Walk::template walk<n + 1>({arrays, std::size_t(n + 1)}, out, false, [&](const Plane& plane) {
      const std::int64_t inside =
          (plane.step[k] ? 1 : plane.length) * (plane.row_step[k] ? 1 : plane.rows);
      if (!lost)
        lost.emplace(all <= plain_terms * count * inside ? 1 : all / count / inside, count);
      Stream streams[n + 2];
      start_all(streams, in, out, arrays[n], plane);
      Sums::template sum_plane<n>(Pull<k>{op}, streams, plane, k, g + plane.offset[k],
                                  lost->at(plane.offset[k]));
    });
    lost->settle(g, count);
  }

  static void start_all(Stream* streams, std::span<const View<const T>> in,
                        const View<const T>& out, const View<const T>& upstream,
                        const Plane& plane) {
    start(streams, in, plane);
    streams[n].start(out.data + plane.offset[n + 1], 1);
    streams[n + 1].start(upstream.data + plane.offset[n], plane.step[n]);
  }

  static void start(Stream* streams, std::span<const View<const T>> in, const Plane& plane) {
    for (int k = 0; k < n; ++k)
      streams[k].start(in[std::size_t(k)].data + plane.offset[k], plane.step[k]);
  }

  // Flat: with a call for every vector a loop takes a fifth longer.
  [[gnu::noinline, gnu::flatten]] static void forward_runs(const void* attributes,
                                                           std::span<const View<const T>> in,
                                                           const Plane& plane, T* out) {
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
      Walk::template along<n>(
          streams, plane.length, value,
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

  template <int k>
  struct Pull {
    Op op;
    V operator()(const auto&... v) const {
      const V all[] = {v...};
      return contribution<k>(op, all);
    }
  };

  // streams: x..., y, upstream
  template <int k>
  [[gnu::noinline, gnu::flatten]] static void backward_runs(const Op& shared, Stream* streams,
                                                            const Plane& plane, T* g, bool add) {
    const Op op = shared;
    for (std::int64_t row = 0;;) {
      std::int64_t done = 0;
      if constexpr (HasFar<Op, V>)
        done = FarSlopes<Op, T, Isa>::pull(op, streams, plane.length, g, add);
      Walk::template along<n + 2>(
          streams, plane.length, Pull<k>{op},
          [g, add](const V& v, std::int64_t i, std::int64_t count) { give(v, g + i, count, add); },
          done);
      if (++row == plane.rows) return;
      Sums::template next_row<n>(streams, plane, 1);
      g += plane.row_step[n + 1];
    }
  }

  // The contribution to input k, from x..., y, upstream.
  template <int k>
  static V contribution(const Op& op, const V* all) {
    if constexpr (std::is_same_v<LocalType<k, Op, V>, None>) {
      return V(T(0));
    } else {
      return [&]<std::size_t... i>(std::index_sequence<i...>) {
        return pull_of<k>(op, all[n + 1], all[n], all[i]...);
      }
      (std::make_index_sequence<std::size_t(n)>{});
    }
  }
};

}  // namespace glassgrad::detail
