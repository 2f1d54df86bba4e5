// A snapshot as one SVG picture, drawn here without Graphviz: boxes with value and upstream in
// columns from left to right, wires with the local gradient at their ends, a frame per scope. It
// has no script and no outside font, and follows the reader's dark or light scheme.
// Next: chart.hpp, lines and points instead of boxes.
#pragma once

#include <string>

#include "glassgrad/show/snapshot/snapshot.hpp"

#include "glassgrad/array/setting.hpp"

namespace glassgrad {

struct SvgOptions {
  Setting<"svg", "digits", int, 1> digits = 4;  // significant, in the numbers shown
  Setting<"svg", "decimals", int, -1> decimals =
      -1;  // when not negative, digits after the point instead
  Setting<"svg", "limit", std::int64_t, 0> limit =
      16;          // larger arrays are shown as shape, mean, min and max
  Fold fold = {};  // scopes that are to be one box each: true, {"z", "L"}, ...
  Setting<"svg", "boxes", int, 0> boxes =
      2000;  // a larger picture is refused: it could not be read
  Setting<"svg", "wires", int, 0> wires = 10000;  // the same
};

// Forward is a solid green wire with an arrow to the right, backward a dashed red one beside it
// with an arrow to the left; above a wire's end stands the local gradient, below it the
// contribution. Every wire has its own port: x * x has two. Throws Error for more boxes or wires
// than options allow, and for wires that cross more than 20 frames of scopes on average.
std::string to_svg(const Snapshot& snapshot, const SvgOptions& options = {});
// Written beside and renamed. Throws DataError when the file cannot be written.
void write_svg(const Snapshot& snapshot, const std::string& path, const SvgOptions& options = {});
template <class T>
void write_svg(const Node<T>& cost, const std::string& path, const SvgOptions& options = {}) {
  write_svg(snapshot(cost, SnapshotOptions{.limit = options.limit, .fold = options.fold}), path,
            options);
}

}  // namespace glassgrad
