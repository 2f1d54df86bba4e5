// Rewriting formulas to be readable: the local gradient of a box is a chain of the local gradients
// inside, "1 / 2 * (2 * (y - yhat)) * -1", and is shown as "-(y - yhat)".
// The result equals the formula wherever both are finite. Nothing here knows a tape.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "glassgrad/engine/formula.hpp"

namespace glassgrad {

// Constants are folded, terms 0 and factors 1 dropped, equal terms and powers gathered, fractions
// cancelled; products of up to 40 symbols are multiplied out where that makes the formula shorter.
// Factors and terms stay in the order in which they came. A formula of more than 300 symbols comes
// back as it is.
Formula simplified(const Formula& formula);
// The same, but nothing is multiplied out: for formulas that will be part of others.
Formula tidied(const Formula& formula);

// matmul's vectors go through matrices of one row or column: "reshape(reshape(w, (1, 2)) . X, (4))"
// reads as "w . X".
Formula plain_vectors(const Formula& formula);

// How many symbols and numbers it is made of, counted up to a million.
int leaves(const Formula& formula);

// How often a symbol occurs.
int occurrences(const Formula& formula, const std::string& symbol);

struct Replacement {
  std::string symbol;
  Formula by;
};
// The formula with symbols replaced, all at once.
Formula substituted(const Formula& formula, const std::vector<Replacement>& replacements);

// The formula with its infix signs replaced, such as " * " by " x ".
Formula with_signs(const Formula& formula,
                   const std::vector<std::pair<std::string, std::string>>& signs);

}  // namespace glassgrad
