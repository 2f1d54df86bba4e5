// Backward of the ops of one input whose slope is local where near(x, y) holds, and where local has
// no digits left far(e, y) with e = e^exponent(x). `near` is tested once for 64 entries: usual ones
// cost as much as local alone, and x is not read where local and near do not need it. Otherwise the
// far lanes are packed, to compute few exponentials. Either way a lane's bits are the same.
// Included by elementwise.hpp.
#pragma once

#include "glassgrad/kernels/elementwise_walk.hpp"

namespace glassgrad::detail {

template <class Op, class V>
concept HasFar = requires(const Op& op, const V& v) {
  op.near(v, v), op.far(op.exponent(v), v);
};

template <class Op, class T, class Isa>
class FarSlopes : ElementwiseWalk<T, Isa> {
  using Walk = ElementwiseWalk<T, Isa>;
  using V = typename Walk::V;
  using Stream = typename Walk::Stream;
  using Walk::give, Walk::lanes;
  static constexpr std::int64_t group = 64, block = 32 * lanes;

 public:
  // streams: x, y, upstream. Returns how many entries of g are done; the rest is less than a group.
  [[gnu::flatten]] static std::int64_t pull(const Op& op, const Stream* streams,
                                            std::int64_t length, T* g, bool add) {
    std::int64_t i = 0;
    while (i + group <= length) {
      const bool usual = [&]<std::size_t... k>(std::index_sequence<k...>) {
        const auto at = [i](std::size_t vector) { return i + std::int64_t(vector) * lanes; };
        if (!all((op.near(streams[0].load(at(k)), streams[1].load(at(k))) && ...))) return false;
        const V pulled[] = {pull_near(op, streams, at(k))...};
        (give(pulled[k], g + at(k), lanes, add), ...);
        return true;
      }
      (std::make_index_sequence<std::size_t(group / lanes)>{});
      const std::int64_t end = i + (usual ? group : std::min(block, (length - i) / lanes * lanes));
      if (!usual) pull_far(op, streams, i, end, g, add);
      i = end;
    }
    return i;
  }

 private:
  static V pull_near(const Op& op, const Stream* streams, std::int64_t i) {
    return streams[2].load(i) * op.local(streams[0].load(i), streams[1].load(i));
  }
  // Entries i to end, a block of them: what was packed can only be read some time after.
  [[gnu::noinline, gnu::flatten]] static void pull_far(const Op& op, const Stream* streams,
                                                       std::int64_t i, std::int64_t end, T* g,
                                                       bool add) {
    alignas(64) T packed[block + lanes];
    std::int64_t count = 0;
    for (std::int64_t j = i; j < end; j += lanes) {
      const V x = streams[0].load(j), y = streams[1].load(j);
      count += simd::pack(op.exponent(x), !op.near(x, y), packed + count);
    }
    std::fill_n(packed + count, lanes, T(0));
    for (std::int64_t k = 0; k < count; k += lanes)
      num::exp(V::load_aligned(packed + k)).store_aligned(packed + k);
    const T* next = packed;
    for (; i < end; i += lanes) {
      const V x = streams[0].load(i), y = streams[1].load(i);
      const auto near = op.near(x, y);
      const V slope = where(near, op.local(x, y), op.far(simd::unpack<V>(!near, next), y));
      give(streams[2].load(i) * slope, g + i, lanes, add);
    }
  }
};

}  // namespace glassgrad::detail
