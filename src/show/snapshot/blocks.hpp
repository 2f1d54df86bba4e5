// blocks.hpp for callers without a snapshot, and the names of repeats.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "glassgrad/show/snapshot/blocks.hpp"

namespace glassgrad::detail {

// The compared parts of a node: plain data, from a tape or from a snapshot.
struct BlockNode {
  std::string_view op;
  std::uint32_t scope = 0;
  bool leaf = false;
  std::vector<std::uint32_t> inputs;
};
std::vector<RepeatedScope> repeated_scopes(std::span<const SnapshotScope> scopes,
                                           std::span<const BlockNode> nodes);

std::string name_without_number(const std::string& scope);  // "block12" -> "block"
// "block3, 3 of 12 equal", or the name alone.
std::string title_of(const SnapshotScope& scope, const RepeatedScope& repeat);

}  // namespace glassgrad::detail
