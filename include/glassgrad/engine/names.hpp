// Names: what people call some of a tape's nodes. They lie in the order they were given, so that
// those given last are forgotten first; a name given later hides the one before it.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "glassgrad/array/optional_index.hpp"

namespace glassgrad::detail {

class Names {
 public:
  std::size_t size() const { return all_.size(); }

  void make_room();                                      // so that the next give() does not throw
  void give(std::uint32_t node, std::string_view text);  // the text stays where it is
  std::string_view of(std::uint32_t node) const {        // "" when it has none
    const OptionalIndex at = find(node);
    return at ? all_[*at].text : std::string_view();
  }
  // The first so many stay, of nodes below `size`.
  void keep(std::size_t first, std::uint32_t size) {
    for (; all_.size() > first || (!all_.empty() && all_.back().node >= size); all_.pop_back())
      heads_[place(all_.back().node)] = all_.back().before;
  }

 private:
  struct Name {
    std::string_view text;
    std::uint32_t node;
    OptionalIndex before;  // of those whose nodes fall into the same place of heads_
  };
  OptionalIndex find(std::uint32_t node) const {
    if (all_.empty()) return {};
    OptionalIndex at = heads_[place(node)];
    while (at && all_[*at].node != node) at = all_[*at].before;
    return at;
  }
  std::size_t place(std::uint32_t node) const {  // every 2^k-th node may have a name
    return (node * 0x9e3779b1u >> 7) & (heads_.size() - 1);
  }

  std::vector<Name> all_;
  std::vector<OptionalIndex> heads_;  // as many as a power of two, by place()
};

}  // namespace glassgrad::detail
