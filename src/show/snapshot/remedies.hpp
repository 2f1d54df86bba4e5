// Remedies that make a node's numbers finite, found by trying: the op is recorded again by itself
// with one argument changed a little, and run forward and backward; only remedies that helped are
// given.
#pragma once

#include "glassgrad/engine/tape.hpp"
#include "glassgrad/show/snapshot/snapshot.hpp"

namespace glassgrad::detail {

// Of the first nodes whose inputs are finite, and whose value or contributions are not.
template <class T>
void add_remedies(const Tape<T>& tape, Snapshot& shot);

// "maximum(x, 1e-12)"
std::string written(const SnapshotRemedy& remedy, const std::string& label);
// "sqrt(x + 1e-12)", or "x + 1e-12 in place of x" of an op that is not written op(x).
std::string in_its_place(const SnapshotRemedy& remedy, const Snapshot& shot,
                         const SnapshotNode& node);

}  // namespace glassgrad::detail
