// A snapshot as a Graphviz graph: boxes with value and upstream, solid forward edges labelled with
// the local gradient, one per argument (x*x has two), a cluster per scope; a folded scope is one
// box.
#pragma once

#include <string>

#include "glassgrad/show/snapshot/snapshot.hpp"

#include "glassgrad/array/setting.hpp"

namespace glassgrad {

struct DotOptions {
  Setting<"dot", "digits", int, 1> digits = 4;  // significant, in the numbers shown
  Setting<"dot", "decimals", int, -1> decimals =
      -1;  // when not negative, digits after the point instead
  Setting<"dot", "limit", std::int64_t, 0> limit =
      16;                  // larger arrays are shown as shape, mean, min and max
  Fold fold = {};          // scopes that are to be one box each: true, {"z", "L"}, ...
  bool downwards = false;  // the cost at the bottom instead of on the right
};

std::string to_dot(const Snapshot& snapshot, const DotOptions& options = {});
// Written beside and renamed. Throws DataError when the file cannot be written.
void write_dot(const Snapshot& snapshot, const std::string& path, const DotOptions& options = {});
template <class T>
void write_dot(const Node<T>& cost, const std::string& path, const DotOptions& options = {}) {
  write_dot(snapshot(cost, SnapshotOptions{.limit = options.limit, .fold = options.fold}), path,
            options);
}

}  // namespace glassgrad
