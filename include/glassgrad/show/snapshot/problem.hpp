// Problem: one thing that is wrong with a recorded run, as plain data in its Snapshot. What finds
// them is show/diagnose/problems.hpp.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "glassgrad/array/setting.hpp"

namespace glassgrad {

enum class ProblemKind { nan, infinity, vanishing, exploding, dead, check };
enum class Pass { none, forward, backward };

struct Problem {
  ProblemKind kind = ProblemKind::nan;
  bool error = false;  // else a warning
  Pass pass = Pass::none;
  std::uint32_t node = 0;             // position in Snapshot::nodes: where it starts
  std::vector<std::uint32_t> path;    // the nodes it runs through, beginning with `node`
  std::vector<std::int64_t> element;  // position in the node's array
  std::string message, fix;           // sentences without their full stops
};

// Vanishing and exploding are a matter of degree; the thresholds are kept with the findings.
struct Thresholds {
  // A leaf's |upstream| below this fraction of the largest leaf's (of the cost's, for a single
  // leaf).
  double vanishing = 1e-7;
  double exploding = 1e4;  // a leaf's |upstream| above this multiple of the cost's
  // A unit is dead if its slope is 0 for a batch of at least this size.
  Setting<"problems", "examples", int, 0> examples = 2;
};

}  // namespace glassgrad
