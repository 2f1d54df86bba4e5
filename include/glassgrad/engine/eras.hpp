// Eras: of which generation each record of a tape is. A Node carries the generation of its record;
// every rewind begins a new one, so that a Node to what was forgotten is told from one to what was
// recorded in its place. Records of one generation lie beside each other: an era is a run of them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <new>
#include <utility>
#include <vector>

namespace glassgrad::detail {

class Eras {
 public:
  static constexpr std::uint32_t last = std::numeric_limits<std::uint32_t>::max();  // of a life

  std::uint32_t now() const { return now_.generation; }

  std::uint32_t of(std::uint32_t index) const {
    if (index >= now_.first) return now_.generation;
    const auto behind =
        std::upper_bound(before_.begin(), before_.end(), index,
                         [](std::uint32_t i, const Run& run) { return i < run.first; });
    return (behind - 1)->generation;
  }

  // Records from `first` on are of this generation.
  void begin(std::uint32_t first, std::uint32_t generation) {
    while (now_.first >= first && !before_.empty()) now_ = before_.back(), before_.pop_back();
    if (now_.first < first) before_.push_back(std::exchange(now_, {first, generation}));
    now_.generation = generation;
    if (first > 0) make_room();
  }

  // For the next one, as soon as there are records: that may begin where nothing can be thrown.
  void make_room() noexcept {
    if (before_.size() < before_.capacity()) return;
    try {
      before_.reserve(2 * before_.size() + 2);
    } catch (const std::bad_alloc&) {  // there may be memory by then
    }
  }

 private:
  struct Run {
    std::uint32_t first, generation;
  };
  Run now_{0, 1};
  std::vector<Run> before_;  // the first begins at 0; none as long as nothing was forgotten
};

}  // namespace glassgrad::detail
