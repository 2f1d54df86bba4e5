// Best fit among the released places.
#include "places.hpp"

#include <cstddef>

namespace glassgrad::program {

std::optional<PlaceIndex> Places::take(std::int64_t size) {
  const auto fits = [&](PlaceIndex place) {
    return sizes_[place] >= size && sizes_[place] - size <= (spare_ - 1) * size;
  };
  std::optional<std::size_t> best;  // in released_, of the same size the last one
  for (std::size_t i = 0; i < released_.size(); ++i)
    if (fits(released_[i]) && (!best || sizes_[released_[i]] <= sizes_[released_[*best]])) best = i;
  if (best) {
    const PlaceIndex found = released_[*best];
    released_.erase(released_.begin() + std::ptrdiff_t(*best));
    return found;
  }
  if (size > most_ - end_) return std::nullopt;
  sizes_.push_back(size), offsets_.push_back(end_);
  end_ += size;
  return sizes_.size() - 1;
}

}  // namespace glassgrad::program
