// Trace: a run as the slides write it, line by line. Forward lines (green on a terminal) give each
// value; backward lines (red) give upstream x local = contribution, in the order of backward.
#pragma once

#include <iosfwd>
#include <string>

#include "glassgrad/show/snapshot.hpp"

namespace glassgrad {

struct TraceOptions {
  int digits = 4;           // significant, in the numbers shown
  std::int64_t limit = 16;  // larger arrays are shown as shape, mean, min and max
};

class Trace {
 public:
  explicit Trace(const Snapshot& snapshot, TraceOptions options = {});
  std::string text(bool colour = false) const { return colour ? coloured_ : plain_; }

 private:
  std::string plain_, coloured_;
};

template <class T>
Trace trace(const Node<T>& cost, TraceOptions options = {}) {
  return Trace(snapshot(cost, options.limit), options);
}

// To standard output, in colour when that is a terminal and NO_COLOR is not set.
void print(const Trace& trace);
std::ostream& operator<<(std::ostream& out, const Trace& trace);

}  // namespace glassgrad
