// What a snapshot says twice about its graph and its training: lists, places and counts that follow
// from others.
#pragma once

#include <string>
#include <vector>

#include "glassgrad/show/snapshot/snapshot.hpp"

namespace glassgrad::detail {

// What does not agree, a line each.
std::vector<std::string> wrong_statements(const Snapshot& shot);

}  // namespace glassgrad::detail
