// Best fit among the released places.
#include "places.hpp"

#include <utility>

namespace glassgrad::program {

std::optional<PlaceIndex> Places::take(std::int64_t size) {
  auto best = released_.end();
  for (auto place = released_.end(); place-- != released_.begin();)
    if (sizes_[*place] >= size && sizes_[*place] - size <= (spare_ - 1) * size &&
        (best == released_.end() || sizes_[*place] < sizes_[*best]))
      best = place;
  if (best != released_.end()) {
    const PlaceIndex found = *best;
    released_.erase(best);
    return found;
  }
  if (size > most_ - end_) return std::nullopt;
  sizes_.push_back(size), offsets_.push_back(end_);
  end_ += size;
  return sizes_.size() - 1;
}

}  // namespace glassgrad::program
