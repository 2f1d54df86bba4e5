// The arithmetic of identities.cpp: products and sums of a snapshot's arrays, each entry with the
// size of its terms, by which rounding is judged.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "glassgrad/show/snapshot/snapshot.hpp"

namespace glassgrad::detail {

// Tolerances between two numbers of a snapshot.
struct Precision {
  explicit Precision(const Snapshot& shot);
  bool same(double expected, double found, double size, double terms, double loose) const;
  double unit, least, most;  // of the number type: in the last place at 1, smallest, largest
  double through_boxes;      // relative, where hidden terms may cancel
};

// Numbers that an identity demands.
struct Expected {
  std::vector<double> numbers, sizes;  // and the sum of the terms' absolute values
  double terms = 1;                    // of each
};

// upstream * local, elementwise with broadcasting, summed to `target`. None where the shapes do not
// allow it.
std::optional<Expected> factor_product(const SnapshotArray& upstream, const SnapshotArray& local,
                                       const Shape& target);
// upstream^T J: one row per entry of the node, one column per entry of its argument.
std::optional<Expected> jacobian_product(const SnapshotArray& upstream,
                                         const SnapshotArray& jacobian, const Shape& target);
// The product of two matrices; `left_turned`: with the left one transposed. None unless they are
// matrices of equal inner size.
std::optional<Expected> matrix_product(const SnapshotArray& left, bool left_turned,
                                       const SnapshotArray& right, bool right_turned);
// What a formula of an upstream alone sends: a single one everywhere, "broadcast(upstream / 4)"; or
// one entry to each, "reshape(upstream, (2, 3))". None for another.
std::optional<Expected> spread(const SnapshotArray& upstream, std::string_view formula,
                               const Shape& target);
// The sum of arrays that are whole and of one shape.
std::optional<Expected> sum_of(std::span<const SnapshotArray* const> terms, const Shape& shape);

// "0.25 at (0, 1), not 0.2", or "" when they agree. `loose`: to Precision::through_boxes only.
std::string difference(const Expected& expected, const SnapshotArray& found,
                       const Precision& precision, bool loose);
// The same from statistics alone: the mean of a sum is the sum of the means; of a single term all
// of them are its own.
std::string statistics_difference(std::span<const SnapshotArray* const> terms,
                                  const SnapshotArray& found, const Precision& precision);

}  // namespace glassgrad::detail
