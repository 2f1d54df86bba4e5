// The upstreams of backward(cost) beside the tape, where the tape itself did not keep them.
#pragma once

#include <vector>

#include "glassgrad/engine/local.hpp"
#include "show/snapshot/walk_back.hpp"

namespace glassgrad::detail {

// Of every record up to the cost, a single number; empty for those that have none. Nothing at all
// when the tape kept every one that there was, or had no backward.
template <class T>
std::vector<std::vector<T>> recomputed_upstreams(Tape<T>& tape, std::uint32_t cost) {
  bool missing = false;
  for (std::uint32_t i = 0; i <= cost; ++i)
    missing |= tape.upstreams().state(i) == Upstream::not_kept;
  if (!missing || tape.records()[cost].shape->count() != 1) return {};
  std::vector<std::vector<T>> upstreams(cost + 1);
  upstreams[cost] = {T(1)};
  walk_back(
      upstreams.size(), [&](std::size_t i) -> auto& { return upstreams[i]; },
      [&](std::size_t i, const std::vector<T>& arrived) -> std::vector<std::vector<T>> {
        const auto index = static_cast<std::uint32_t>(i);  // fits: of a record
        const Record<T> record = tape.records()[index];
        if (record.leaf != Leaf::none) return {};
        return pulled_to_inputs(tape.records().node(index),
                                View<const T>{arrived.data(), record.shape});
      },
      [&](std::size_t i, int k) {
        const auto index = static_cast<std::uint32_t>(i);  // fits: of a record
        return &upstreams[tape.records().input_of(tape.records()[index], k)];
      });
  return upstreams;
}

}  // namespace glassgrad::detail
