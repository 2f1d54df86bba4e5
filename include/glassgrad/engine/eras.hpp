// Eras: of which generation each record of a tape is. A Node carries the generation of its record;
// every rewind begins a new one, so that a Node to what was forgotten is told from one to what was
// recorded in its place. Records of one generation lie beside each other: an era is a run of them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <new>
#include <vector>

namespace glassgrad::detail {

class Eras {
 public:
  static constexpr std::uint32_t last = std::numeric_limits<std::uint32_t>::max();  // of a life

  std::uint32_t now() const { return now_; }

  std::uint32_t of(std::uint32_t index) const {
    if (index >= runs_.back().first) return now_;
    const auto behind =
        std::upper_bound(runs_.begin(), runs_.end(), index,
                         [](std::uint32_t i, const Run& run) { return i < run.first; });
    return (behind - 1)->generation;
  }

  // Records from `first` on are of this generation.
  void begin(std::uint32_t first, std::uint32_t generation) {
    while (!runs_.empty() && runs_.back().first >= first) runs_.pop_back();
    runs_.push_back({runs_.empty() ? 0 : first, generation});
    now_ = generation;
    make_room();
  }

 private:
  // For the next one now: that may begin where nothing can be thrown.
  void make_room() noexcept {
    try {
      if (runs_.size() == runs_.capacity()) runs_.reserve(2 * runs_.size());
    } catch (const std::bad_alloc&) {  // there may be memory by then
    }
  }

  struct Run {
    std::uint32_t first, generation;
  };
  std::vector<Run> runs_{{0, 1}};
  std::uint32_t now_ = 1;
};

}  // namespace glassgrad::detail
