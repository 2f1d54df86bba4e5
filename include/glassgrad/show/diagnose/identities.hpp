// The identities of a snapshot: what every view of it relies on, checked at every recorded step of
// training and for every scope read as one box. `glassgrad check` prints what this finds.
//
//   local x upstream = contribution                 on every edge, summed where broadcasting
//   stretched the sum of the contributions to a node = its upstream
//
// What a file says twice must agree, too: an array's numbers, statistics and previews; the inputs
// of a box and what is read inside it; the problems, the stack, and what their nodes show.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "glassgrad/show/snapshot/snapshot.hpp"

namespace glassgrad {

// What was checked. An edge, or a sum, of which only statistics or a formula were kept counts as
// `unchecked`, though its mean, its extremes and its NaNs are held to what they must be.
struct Identities {
  std::int64_t nodes = 0, edges = 0;  // of the graph
  std::int64_t epochs = 0;            // its own numbers, and each replay
  std::int64_t folds = 0;             // scopes and nodes that are boxes
  std::int64_t products = 0, sums = 0, unchecked_products = 0, unchecked_sums = 0;
  // Products whose local gradient is a formula that is not computed, though all numbers are there:
  // what was sent is held to the sum that it is part of.
  std::int64_t formulas = 0;
  std::vector<std::string> violations;  // a line each, beginning with "[check] "
  bool hold() const { return violations.empty(); }
};

// Numbers are compared in the units in the last place of the snapshot's number type: 4 and 2
// sqrt(n) of them for a sum of n terms, relative to the terms' sizes; 1e-9 (1e-4 in float32)
// through a box or a Jacobian, inside which terms may cancel. Linear in the size of the snapshot.
Identities check_identities(const Snapshot& snapshot);

// "checked 9 nodes, 11 edges, 12 epochs, 3 folds: all hold", and what could not be checked.
std::string to_text(const Identities& identities);

}  // namespace glassgrad
