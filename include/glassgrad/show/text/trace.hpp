// Trace: a run line by line, as on the slides. Forward lines (green on a terminal) give each value;
// backward lines (red) give upstream x local = contribution, in the order of backward; the lines of
// a folded scope are those of the slides' boxes, "L: upstream 1 x local -(y - yhat) = 0.5".
#pragma once

#include <iosfwd>
#include <string>

#include "glassgrad/engine/update.hpp"
#include "glassgrad/show/snapshot/snapshot.hpp"

#include "glassgrad/array/setting.hpp"

namespace glassgrad {

struct TraceOptions {
  Setting<"trace", "digits", int, 1> digits = 4;  // significant, in the numbers shown
  Setting<"trace", "decimals", int, -1> decimals =
      -1;  // when not negative, digits after the point instead
  Setting<"trace", "limit", std::int64_t, 0> limit =
      16;          // larger arrays are shown as shape, mean, min and max
  Fold fold = {};  // scopes that are to be one node each: true, {"z", "L"}, ...
};

class Trace {
 public:
  explicit Trace(const Snapshot& snapshot, TraceOptions options = {});
  std::string text(bool colour = false) const { return colour ? coloured_ : plain_; }
  // The update lines of a training step, as Optimizer::recorded_step returned them, at the end:
  //   W = [0.1 0.6] - 1 x [-0.048 -0.0387] = [0.148 0.6387]
  Trace& add(const std::vector<Update>& updates);

 private:
  TraceOptions options_;
  std::string plain_, coloured_;
};

template <class T>
Trace trace(const Node<T>& cost, TraceOptions options = {}) {
  return Trace(snapshot(cost, SnapshotOptions{.limit = options.limit, .fold = options.fold}),
               options);
}

// To standard output, in colour when that is a terminal and NO_COLOR is not set.
void print(const Trace& trace);
std::ostream& operator<<(std::ostream& out, const Trace& trace);

}  // namespace glassgrad
