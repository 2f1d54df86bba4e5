// Consecutive equal scopes, as the twelve blocks of a transformer: "block x12".
#pragma once

#include <cstdint>
#include <vector>

#include "glassgrad/show/snapshot/snapshot.hpp"

namespace glassgrad {

// A scope's place among equal ones; `times` is 1 if there are none.
struct RepeatedScope {
  std::uint32_t first = 0;  // the run's first scope
  int place = 1, times = 1;
};

// One entry per scope. Three or more consecutive siblings are repeats when they have the same ops
// and leaves, wired alike inside, their names differ only in the number at the end, and no op of
// their parent stands between them: otherwise a block's input and its reader would lie in the same
// box. Single ops are not repeats. The page finds the same (src/viewer/model/groups.ts).
std::vector<RepeatedScope> repeated_scopes(const Snapshot& shot);

}  // namespace glassgrad
