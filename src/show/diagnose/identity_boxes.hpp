// The scopes that a snapshot reads as one box, and what of the graph lies inside them.
#pragma once

#include <compare>
#include <vector>

#include "glassgrad/show/snapshot/snapshot.hpp"

namespace glassgrad::detail {

// An edge, at its consumer's end.
struct EdgeUse {
  std::uint32_t node, slot;
  auto operator<=>(const EdgeUse&) const = default;
};
// Its output, and for each input the edges inside.
struct ScopeBox {
  std::uint32_t scope, output;
  std::vector<std::vector<EdgeUse>> inside;
};
// `uses`: of every node the edges that read it.
std::vector<ScopeBox> boxes_of(const Snapshot& shot, const std::vector<std::vector<EdgeUse>>& uses);

// What is wrong with the lists of inputs of such scopes, a line each: what a scope reads from
// outside, leaves inside among it, stands there once; but a constant that formulas write as a
// number.
std::vector<std::string> wrong_inputs(const Snapshot& shot);

}  // namespace glassgrad::detail
