// The reverse walk in numbers beside the tape, for what a tape's own sweep does not keep:
// Box::pull, Paths::sum and recomputed_upstreams go through their nodes with it.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace glassgrad::detail {

// For each step from the last of n to the first: what has arrived there, unless that is nothing, is
// pulled back, and each contribution added to where it goes; the first is kept as it is, as a sweep
// does.
//   arrived(i):          the numbers that have arrived at step i
//   pull(i, upstream):   a contribution to each of its inputs, empty for none
//   receiver(i, k):      where that to input k is added, null for nowhere
template <class Arrived, class Pull, class Receiver>
void walk_back(std::size_t n, const Arrived& arrived, const Pull& pull, const Receiver& receiver) {
  for (std::size_t i = n; i-- > 0;) {
    const auto& upstream = arrived(i);
    if (upstream.empty()) continue;
    auto contributions = pull(i, upstream);
    for (int k = 0; std::size_t(k) < contributions.size(); ++k) {
      auto& contribution = contributions[std::size_t(k)];
      auto* const sum = contribution.empty() ? nullptr : receiver(i, k);
      if (!sum) continue;
      if (sum->empty())
        sum->swap(contribution);
      else
        for (std::size_t j = 0; j < sum->size(); ++j) (*sum)[j] += contribution[j];
    }
  }
}

}  // namespace glassgrad::detail
