// The parts of a report that are functions of numbers alone.
#pragma once

#include <string>
#include <vector>

#include "glassgrad/engine/update.hpp"
#include "glassgrad/show/snapshot/training.hpp"
#include "training.hpp"

namespace glassgrad::cli {

// An optimizer's step on one parameter as formulas: "w - 0.1 * g", "v = 0.9 * v + g; w - 0.1 * v".
// An input is identified by its numbers: the parameter's (w), its gradient's (g), an earlier
// result's, or else the updated slot's.
std::string rule_text(const std::vector<Update>& updates, const std::vector<double>& value,
                      const std::vector<double>& gradient);

SnapshotArray kept_array(const std::vector<double>& numbers, const Shape& shape,
                         std::int64_t limit);

// The plane around the training examples of two inputs, with at most 400 of them; and its cells.
template <class T>
Field field_over(const Training<T>& training);
Matrix cells_of(const Field& field);

// The side of the square picture that an example's inputs are, or 0: a square number of them, at
// least 64, with names such as p00, pixel1 or none.
std::int64_t picture_side(const ModelDescription& description);

}  // namespace glassgrad::cli
