// The searches of find_problems. Each adds what it finds; those for numbers that are not finite say
// whether they found an error.
#pragma once

#include <algorithm>

#include "glassgrad/show/snapshot.hpp"

namespace glassgrad::detail {

bool find_forward(const Snapshot& shot, std::vector<Problem>& problems);
bool find_backward(const Snapshot& shot, std::vector<Problem>& problems);
void find_gains(const Snapshot& shot, const Thresholds& thresholds, std::vector<Problem>& problems);
void find_dead(const Snapshot& shot, const Thresholds& thresholds, std::vector<Problem>& problems);
void find_failed_checks(const Snapshot& shot, std::vector<Problem>& problems);

// For every node who reads it: the consumer and which of its inputs it is.
struct Use {
  std::uint32_t node;
  std::size_t slot;
};
std::vector<std::vector<Use>> uses_of(const Snapshot& shot);

// Whether a problem's path runs along the edge, in either direction.
bool on_path(const Snapshot& shot, std::uint32_t from, std::uint32_t to);
// Whether it runs along any edge from this node to one that reads it.
bool on_path(const Snapshot& shot, std::uint32_t from);

// Row-major position to indexes; none for a single number.
std::vector<std::int64_t> element_at(std::int64_t position, const Shape& shape);
// " at (3, 1)", or nothing for a single number.
std::string place_text(const std::vector<std::int64_t>& element);
std::string number_text(double number);  // 4 significant digits; NaN, Infinity, -Infinity

}  // namespace glassgrad::detail
