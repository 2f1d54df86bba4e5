// Backward of the ops of one input whose slope is local where near(x, y) holds and far(x, y)
// elsewhere, where local has no digits left. `near` is asked once for 64 entries: usual ones cost
// as much as local alone, and x is not read where local and near do without it. Of a few that are
// far, the lanes are gathered for one call. Whichever way, a lane's bits are the same. Included by
// elementwise.hpp.
#pragma once

#include <bit>

#include "glassgrad/core/elementwise_walk.hpp"

namespace glassgrad::detail {

template <class Op, class V>
concept HasFar = requires(const Op& op, const V& v) {
  op.near(v, v), op.far(v, v);
};

template <class Op, class T, class Isa>
class FarSlopes : ElementwiseWalk<T, Isa> {
  using Walk = ElementwiseWalk<T, Isa>;
  using V = typename Walk::V;
  using Stream = typename Walk::Stream;
  using Walk::give, Walk::lanes;
  static constexpr std::int64_t group = 64;

 public:
  // streams: x, y, upstream. Returns how many entries of g are done, the rest is less than a group.
  [[gnu::flatten]] static std::int64_t pull(const Op& op, const Stream* streams,
                                            std::int64_t length, T* g, bool add) {
    std::int64_t i = 0;
    for (; i + group <= length; i += group) {
      const bool usual = [&]<std::size_t... k>(std::index_sequence<k...>) {
        const auto at = [i](std::size_t vector) { return i + std::int64_t(vector) * lanes; };
        if (!all((op.near(streams[0].load(at(k)), streams[1].load(at(k))) && ...))) return false;
        const V pulled[] = {pull_near(op, streams, at(k))...};
        (give(pulled[k], g + at(k), lanes, add), ...);
        return true;
      }
      (std::make_index_sequence<std::size_t(group / lanes)>{});
      if (!usual) pull_far(op, streams, i, g, add);
    }
    return i;
  }

 private:
  static V pull_near(const Op& op, const Stream* streams, std::int64_t i) {
    return streams[2].load(i) * op.local(streams[0].load(i), streams[1].load(i));
  }
  [[gnu::noinline, gnu::flatten]] static void pull_far(const Op& op, const Stream* streams,
                                                       std::int64_t i, T* g, bool add) {
    std::uint64_t far = 0;
    for (std::int64_t j = 0; j < group; j += lanes)
      far |= simd::bits(!op.near(streams[0].load(i + j), streams[1].load(i + j))) << j;
    if (std::popcount(far) > lanes) return pull_all(op, streams, i, g, add);
    alignas(64) T few[3][lanes], was[lanes];
    std::int64_t at[lanes], count = 0;
    for (; far != 0; far &= far - 1, ++count) {
      const std::int64_t j = at[count] = i + std::countr_zero(far);
      for (int k = 0; k < 3; ++k) few[k][count] = streams[k].p[j * streams[k].step];
      was[count] = g[j];
    }
    for (std::int64_t j = i; j < i + group; j += lanes)
      give(pull_near(op, streams, j), g + j, lanes, add);
    const auto load = [&](int k) { return simd::load_part<V>(few[k], count); };
    const V pulled = load(2) * op.far(load(0), load(1));
    give(pulled, was, count, add);
    for (std::int64_t k = 0; k < count; ++k) g[at[k]] = was[k];
  }
  static void pull_all(const Op& op, const Stream* streams, std::int64_t i, T* g, bool add) {
    for (const std::int64_t end = i + group; i < end; i += lanes) {
      const V x = streams[0].load(i), y = streams[1].load(i);
      const V slope = where(op.near(x, y), op.local(x, y), op.far(x, y));
      give(streams[2].load(i) * slope, g + i, lanes, add);
    }
  }
};

}  // namespace glassgrad::detail
