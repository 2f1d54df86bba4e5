// The upstreams of backward(cost) beside the tape, where the tape itself did not keep them.
#pragma once

#include <algorithm>
#include <vector>

#include "glassgrad/engine/local.hpp"

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
  for (std::uint32_t i = cost + 1; i-- > 0;) {
    const Record<T> record = tape.records()[i];
    if (upstreams[i].empty() || record.leaf != Leaf::none) continue;
    const View<const T> upstream{upstreams[i].data(), record.shape};
    const std::vector<std::vector<T>> contributions =
        pulled_to_inputs(tape.records().node(i), upstream);
    for (int k = 0; k < record.arity; ++k) {
      const std::uint32_t from = tape.records().input_of(record, k);
      if (!tape.records()[from].active || !record.rule->has_gradient(std::size_t(k))) continue;
      const std::vector<T>& contribution = contributions[std::size_t(k)];
      std::vector<T>& to = upstreams[from];
      if (to.empty()) to.resize(contribution.size(), T(0));
      for (std::size_t j = 0; j < contribution.size(); ++j) to[j] += contribution[j];
    }
  }
  return upstreams;
}

}  // namespace glassgrad::detail
