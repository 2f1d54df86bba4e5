// Derived: texts of a snapshot that follow from others. A formula in labels is the formula in slot
// names with each slot replaced, so the JSON holds one of the two; other texts are stored.
#pragma once

#include <string>
#include <string_view>

#include "glassgrad/show/snapshot/snapshot.hpp"

namespace glassgrad {

// "a * b" in the labels of the node's arguments: "w1 * x1"; y is the node itself. A box's formulas
// are in labels already. The arguments come before the node in `shot`.
std::string in_labels(const std::string& slots, const SnapshotNode& node, const Snapshot& shot);

// Whether a formula in slot names contains this one: "y * upstream" has y, "day" has not.
bool mentions(std::string_view formula, std::string_view symbol);

// "summed to (1, 1)" of an edge whose argument broadcasting stretched: one product per entry of the
// node was summed into the contribution. "" of every other edge; an adjoint's formula says it
// itself.
std::string summed_text(const SnapshotNode& node, const SnapshotInput& input, const Snapshot& shot);

}  // namespace glassgrad
