// A snapshot's entries for a node's inputs.
#pragma once

#include <cstdint>
#include <vector>

#include "glassgrad/engine/tape.hpp"
#include "glassgrad/show/snapshot/snapshot.hpp"

namespace glassgrad {

// Fills in the formulas of `to`, and for every input its label and local gradient; of the slopes of
// a matrix the numbers when `chosen` and `matrices`. `place` says where a record is in `shot`.
template <class T>
void add_inputs(const Tape<T>& tape, const Node<T>& node, const std::vector<std::uint32_t>& place,
                const Snapshot& shot, bool chosen, bool matrices, View<const T> upstream,
                SnapshotNode& to);

}  // namespace glassgrad
