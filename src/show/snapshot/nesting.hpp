// Which scope lies inside which, asked in constant time however deep they are: scopes get places
// such that those inside one follow it. A scope stands after the one around it, and 0 is outside.
#pragma once

#include <cstdint>
#include <vector>

#include "glassgrad/show/snapshot/snapshot.hpp"

namespace glassgrad::detail {

class Nesting {
 public:
  explicit Nesting(const std::vector<SnapshotScope>& scopes)
      : places_(scopes.size(), 0), sizes_(scopes.size(), 1) {
    for (std::size_t s = scopes.size(); s-- > 1;) sizes_[scopes[s].parent] += sizes_[s];
    std::vector<std::uint32_t> next(scopes.size(), 1);  // the place of the next scope inside
    for (std::size_t s = 1; s < scopes.size(); ++s) {
      places_[s] = next[scopes[s].parent];
      next[scopes[s].parent] += sizes_[s];
      next[s] = places_[s] + 1;
    }
  }

  std::uint32_t place(std::uint32_t scope) const { return places_[scope]; }
  // The places of a scope and of those inside it: [begin, end).
  std::uint32_t begin(std::uint32_t scope) const { return places_[scope]; }
  std::uint32_t end(std::uint32_t scope) const { return places_[scope] + sizes_[scope]; }
  bool lies_in(std::uint32_t scope, std::uint32_t other) const {
    return begin(other) <= place(scope) && place(scope) < end(other);
  }

 private:
  std::vector<std::uint32_t> places_, sizes_;
};

}  // namespace glassgrad::detail
