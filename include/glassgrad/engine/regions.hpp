// What a tape remembers of its checkpoints: which records each covers, what of them are results,
// and where their values are while they are there. src/engine/checkpoints.cpp drops and restores
// them.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "glassgrad/array/memory.hpp"
#include "glassgrad/array/optional_index.hpp"

namespace glassgrad {

struct Regions {
  // A closed checkpoint: records first, ..., last - 1.
  struct Region {
    std::uint32_t first, last;
    std::uint32_t results, result_count;  // in Regions::results
    std::unique_ptr<Arena> arena;         // of the values; null: they are dropped
    std::uint32_t restored_at = 0;        // the tape's size then
    bool held = false;                    // looked at: the sweep leaves them
    bool swept = false;                   // restored by the sweep
    OptionalIndex within = {};            // the region that it is restored for
  };
  struct Open {
    std::uint32_t first;
    std::unique_ptr<Arena> arena;
    std::uint64_t id;
  };

  std::vector<Region> closed;  // in the order of closing: one inside another comes before it
  std::vector<Open> open;
  std::uint64_t opened = 0;  // so far: the id of the last one
  std::vector<std::uint32_t> results;
  std::vector<std::size_t> entered;           // by the sweep, which is in them
  std::size_t ahead = 0;                      // of closed, that the sweep has not come to yet
  std::vector<std::unique_ptr<Arena>> spare;  // of dropped ones: as many as are in use at once

  bool is_open(std::uint64_t id) const;
  bool is_result(const Region& region, std::uint32_t index) const;
  std::unique_ptr<Arena> take_arena();
  void give_back(std::unique_ptr<Arena> arena);
  std::size_t bytes() const;
};

}  // namespace glassgrad
