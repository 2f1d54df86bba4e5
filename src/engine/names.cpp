// Growing and forgetting: what is looked up for every name that is read is in the header.
#include "glassgrad/engine/names.hpp"

#include "glassgrad/array/narrow.hpp"

namespace glassgrad::detail {

void Names::make_room() {
  const auto count = narrow<std::uint32_t>("name", "the number of names", all_.size());
  if (count == all_.capacity()) all_.reserve(count ? 2 * std::size_t(count) : 16);
  if (count < heads_.size()) return;
  heads_.assign(heads_.empty() ? 16 : 2 * heads_.size(), OptionalIndex());
  for (std::uint32_t i = 0; i < count; ++i) {
    OptionalIndex& head = heads_[place(all_[i].node)];
    all_[i].before = head;
    head = i;
  }
}

void Names::give(std::uint32_t node, std::string_view text) {
  make_room();
  OptionalIndex& head = heads_[place(node)];
  all_.push_back({text, node, head});
  head = std::uint32_t(all_.size() - 1);  // fits: see make_room()
}

}  // namespace glassgrad::detail
