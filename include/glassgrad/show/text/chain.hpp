// Chain: every path from a node to the cost as one product of local gradients, symbols first, then
// numbers, and their sum, which is the node's upstream gradient:
//   dE/dw1 = (0.0554 - 0.0190) x 0.2413 x 0.05 = 0.000438568
// With matrices the factors stand where the rules put them (o: elementwise):
//   dW2 = (W3^T (a3 - y) o g'(z2)) a1^T
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

#include "glassgrad/show/snapshot/snapshot.hpp"

#include "glassgrad/array/setting.hpp"

namespace glassgrad {

struct ChainOptions {
  Fold fold = true;                                   // scopes are boxes; false: primitive ops
  Setting<"chain", "decimals", int, 0> decimals = 4;  // of the factors; shorter ones are in full
  Setting<"chain", "digits", int, 1> digits = 6;      // of the products, significant
  Setting<"chain", "paths", int, 0> paths = 8;        // at most this many are written out
  Setting<"chain", "limit", std::int64_t, 0> limit =
      16;  // larger arrays are shown as shape, mean, min and max
};

struct Chain {
  std::string text;
  std::uint64_t paths = 0;  // how many there are, counted without walking them; at most 2^64 - 1
  std::vector<std::vector<double>> products;  // one per written path, in the node's shape
  std::vector<double> sum;                    // over all paths: the node's upstream gradient
};

// Computed from the local gradients alone: no backward needs to have run.
// Throws ShapeError unless the cost is a single number; TapeError for a node of another or a
// cleared tape, for one that the cost does not depend on, for one that has no gradient, and for one
// that is hidden inside a folded scope.
template <class T>
Chain chain(const Node<T>& cost, const Node<T>& node, const ChainOptions& options = {});

void print(const Chain& chain);
std::ostream& operator<<(std::ostream& out, const Chain& chain);

}  // namespace glassgrad
