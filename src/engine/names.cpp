#include "glassgrad/engine/names.hpp"

#include "glassgrad/array/narrow.hpp"

namespace glassgrad {

void Names::give(std::uint32_t node, std::string_view text) {
  const auto at = narrow<std::uint32_t>("name", "the number of names", all_.size());
  if (at == heads_.size()) {
    heads_.assign(heads_.empty() ? 16 : 2 * heads_.size(), none);
    for (std::uint32_t i = 0; i < at; ++i) {
      std::uint32_t& head = heads_[place(all_[i].node)];
      all_[i].before = head;
      head = i;
    }
  }
  all_.push_back({text, node, heads_[place(node)]});
  heads_[place(node)] = at;
}

void Names::keep(std::size_t first) {
  for (; all_.size() > first; all_.pop_back()) heads_[place(all_.back().node)] = all_.back().before;
}

}  // namespace glassgrad
