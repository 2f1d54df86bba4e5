// The readers of every node of a snapshot.
#pragma once

#include <string_view>

#include "glassgrad/show/snapshot/snapshot.hpp"

namespace glassgrad::detail {

// For every node its readers: the consumer and which of its inputs it is.
struct Use {
  std::uint32_t node;
  std::size_t slot;
};
std::vector<std::vector<Use>> uses_of(const Snapshot& shot);

// The pattern of a snapshot with statistics only: no node has this name.
inline constexpr std::string_view keep_nothing = "\n";

}  // namespace glassgrad::detail
