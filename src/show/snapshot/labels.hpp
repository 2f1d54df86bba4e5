// The nodes' names in a snapshot's formulas, assigned in the order of the nodes.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "glassgrad/array/text.hpp"
#include "glassgrad/show/snapshot/snapshot.hpp"

namespace glassgrad {

// The name; for a single constant its number; else v1, v2, ... Names used twice get a position.
class Labels {
 public:
  std::string of(std::string_view name, bool constant, const SnapshotArray& value,
                 std::uint32_t index) {
    if (!name.empty()) {
      std::string label(name);
      return taken_.insert(label).second ? label : label + "#" + std::to_string(index);
    }
    if (constant && value.shape.count() == 1 && value.whole) return to_text(value.numbers[0]);
    std::string label;
    do label = (constant ? "c" : "v") + std::to_string(++(constant ? constants_ : others_));
    while (!taken_.insert(label).second);
    return label;
  }

 private:
  std::set<std::string> taken_;
  int constants_ = 0, others_ = 0;
};

}  // namespace glassgrad
