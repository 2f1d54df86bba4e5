// Places in memory by first and last use: a released one serves the next value that fits. The
// buffers of a program are such places, and those in the scratch of a fused run. Next: plan.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

namespace glassgrad::program {

// A place of a Places.
using PlaceIndex = std::size_t;

class Places {
 public:
  // A released place serves sizes from its own down to a `spare`th of that. All places together
  // have at most `most` numbers.
  explicit Places(std::int64_t spare, std::int64_t most = std::numeric_limits<std::int64_t>::max())
      : spare_(spare), most_(most) {}

  // The smallest released place that serves; among equal ones the last released, which is likely to
  // be in a cache. Else a new one behind all others; none where that would be too much.
  std::optional<PlaceIndex> take(std::int64_t size);
  void release(PlaceIndex place) { released_.push_back(place); }

  std::int64_t offset(PlaceIndex place) const { return offsets_[place]; }
  const std::vector<std::int64_t>& sizes() const { return sizes_; }
  std::int64_t end() const { return end_; }  // of the last place

 private:
  std::int64_t spare_, most_, end_ = 0;
  std::vector<std::int64_t> sizes_, offsets_;
  std::vector<PlaceIndex> released_;  // in that order
};

}  // namespace glassgrad::program
