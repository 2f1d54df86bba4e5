// The kernels of every elementwise op, made from its value and local: forward, and backward with
// broadcasting undone on the way. A number is a vector whose other lanes are not read, so that a
// scalar and an array entry have the same bits. Included by files that hold kernels only.
#pragma once

#include "glassgrad/kernels/elementwise_far.hpp"
#include "glassgrad/kernels/elementwise_sums.hpp"
#include "glassgrad/kernels/kernels.hpp"
#include "glassgrad/kernels/slopes.hpp"

namespace glassgrad::detail {

template <class Op, class T, class Isa = NativeIsa>
class ElementwiseKernel : ElementwiseWalk<T, Isa> {
  using Walk = ElementwiseWalk<T, Isa>;
  using V = typename Walk::V;
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
    const bool whole = to.count() == out.count();
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
    if (whole)
      return Walk::template walk<n + 1>(
          {arrays, std::size_t(n + 1)}, out, true, [&](const Plane& plane) {
            pull_plane<k>(op, arrays, out, plane, sink.data + plane.offset[n + 1],
                          plane.row_step[n + 1], sink.add);
          });
    if constexpr (n > 1) {
      constexpr auto how = [] {
        if constexpr (requires { Op::summed_from[k]; })
          return Op::summed_from[k];
        else
          return SummedFrom::written;
      }();
      const Contributions<T> all{&op, arrays, out, n, k, how, &write<k>};
      kernels::sum_contributions(all, sink);
    }
  }
  template <int k>
  static void write(const Contributions<T>& from, const Plane& plane, T* to,
                    std::int64_t row_step) {
    pull_plane<k>(*static_cast<const Op*>(from.op), from.arrays, from.out, plane, to, row_step,
                  false);
  }
  template <int k>
  static void pull_plane(const Op& op, const View<const T>* arrays, const View<const T>& out,
                         const Plane& plane, T* to, std::int64_t row_step, bool add) {
    Stream streams[n + 2];
    start(streams, arrays, plane);
    streams[n].start(out.data + plane.offset[n + 1], 1);
    streams[n + 1].start(arrays[n].data + plane.offset[n], plane.step[n]);
    backward_runs<k>(op, streams, plane, to, row_step, add);
  }

  static void start(Stream* streams, const View<const T>* in, const Plane& plane) {
    for (int k = 0; k < n; ++k) streams[k].start(in[k].data + plane.offset[k], plane.step[k]);
  }

  // Flat: with a call for every vector a loop takes a fifth longer.
  [[gnu::noinline, gnu::flatten]] static void forward_runs(const void* attributes,
                                                           std::span<const View<const T>> in,
                                                           const Plane& plane, T* out) {
    const Op op = *static_cast<const Op*>(attributes);
    const auto value = [&op](const auto&... x) { return value_of(op, x...); };
    Stream streams[n];
    start(streams, in.data(), plane);
    T* y = out + plane.offset[n];
    if constexpr (n > 1)
      if (short_rows<n>(plane))
        return down<n>(streams, plane.row_step, plane, value, y, plane.row_step[n],
                       [](const V& v, T* to, std::int64_t count) { store(v, to, count); });
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
  template <int arrays>
  static bool short_rows(const Plane& plane) {
    bool down = plane.rows > 1 && plane.length <= 8 * lanes;
    for (int k = 0; k < arrays; ++k) down &= plane.step[k] || !plane.row_step[k];
    return down && plane.rows * plane.length <= 64 * 8 * lanes;
  }
  template <int arrays, class Body, class Out>
  static void down(const Stream* streams, const std::int64_t* steps, const Plane& plane,
                   const Body& body, T* y, std::int64_t y_step, const Out& out) {
    const T* x[arrays];
    std::int64_t step[arrays];  // copies: what y points to might be the plane's own
    std::copy_n(steps, arrays, step);
    for (std::int64_t i = 0, rows = plane.rows, length = plane.length; i < length; i += lanes) {
      const std::int64_t count = std::min(lanes, length - i);
      for (int k = 0; k < arrays; ++k) x[k] = streams[k].p + i * streams[k].step;
      T* to = y + i;
      for (std::int64_t row = 0; row < rows; ++row, to += y_step) {
        [&]<std::size_t... k>(std::index_sequence<k...>) {
          out(body((count == lanes ? V::load_unaligned(x[k]) : simd::load_part<V>(x[k], count))...),
              to, count);
        }
        (std::make_index_sequence<std::size_t(arrays)>{});
        for (int k = 0; k < arrays; ++k) x[k] += step[k];
      }
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
                                                            const Plane& plane, T* g,
                                                            std::int64_t row_step, bool add) {
    const Op op = shared;
    if constexpr (n > 1)
      if (short_rows<n + 1>(plane)) {
        std::int64_t steps[n + 2];
        std::copy_n(plane.row_step, n, steps);
        steps[n] = plane.row_step[n + 1], steps[n + 1] = plane.row_step[n];
        return down<n + 2>(
            streams, steps, plane, Pull<k>{op}, g, row_step,
            [add](const V& v, T* to, std::int64_t count) { give(v, to, count, add); });
      }
    for (std::int64_t row = 0;;) {
      std::int64_t done = 0;
      if constexpr (HasFar<Op, V>)
        done = FarSlopes<Op, T, Isa>::pull(op, streams, plane.length, g, add);
      Walk::template along<n + 2>(
          streams, plane.length, Pull<k>{op},
          [g, add](const V& v, std::int64_t i, std::int64_t count) { give(v, g + i, count, add); },
          done);
      if (++row == plane.rows) return;
      for (int i = 0; i < n; ++i) streams[i].next_row(plane.row_step[i]);
      streams[n].next_row(plane.row_step[n + 1]), streams[n + 1].next_row(plane.row_step[n]);
      g += row_step;
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
