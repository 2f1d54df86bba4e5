// The arenas and results of checkpoints: bookkeeping that needs no records.
#include "glassgrad/engine/regions.hpp"

#include <algorithm>

namespace glassgrad {

bool Regions::is_result(const Region& region, std::uint32_t index) const {
  const std::uint32_t* const first = results.data() + region.results;
  return std::find(first, first + region.result_count, index) != first + region.result_count;
}

bool Regions::is_open(std::uint64_t id) const {
  return std::any_of(open.begin(), open.end(),
                     [id](const Open& region) { return region.id == id; });
}

std::unique_ptr<Arena> Regions::take_arena() {
  if (spare.empty()) return std::make_unique<Arena>();
  std::unique_ptr<Arena> arena = std::move(spare.back());
  spare.pop_back();
  return arena;
}

void Regions::give_back(std::unique_ptr<Arena> arena) {
  arena->rewind({});
  spare.push_back(std::move(arena));
}

std::size_t Regions::bytes() const {
  std::size_t total = 0;
  for (const auto& arena : spare) total += arena->bytes();
  for (const Open& region : open) total += region.arena->bytes();
  for (const Region& region : closed) total += region.arena ? region.arena->bytes() : 0;
  return total;
}

}  // namespace glassgrad
