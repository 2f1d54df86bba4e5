// Common to both checks: how closely to look, and the verdict on one slope d(output)/d(input).
// Next: gradients.hpp, a whole function; nodes.hpp, every node of a recorded tape.
#pragma once

#include <cstdint>
#include <string>

#include "glassgrad/array/setting.hpp"

namespace glassgrad {

struct CheckOptions {
  double tolerance = 0;  // relative to |slope|; 0: 1e-6 for double, 1e-3 for float
  Setting<"check", "full", std::int64_t, 0> full =
      4096;  // a Jacobian of at most so many numbers is compared whole
  // A larger one along so many random directions per input.
  Setting<"check", "directions", int, 0> directions = 4;
  Setting<"check", "shown", int, 0> shown =
      5;                   // entries a report keeps, worst first; all are counted
  Seed<"check"> seed = 1;  // of the random directions and upstreams
  bool forward = true;     // check_gradients: forward mode too; not every user's op has it
};

enum class Verdict {
  good,
  kink,       // one-sided slopes differ and the analytic slope lies between them, ends included
  wrong,      // differs from the differences, or reverse mode differs from forward mode
  undefined,  // the function or its slope is not finite at this point or next to it
  unclear,    // differences cannot tell: `reason` says why
};
std::string to_text(Verdict verdict);

// One slope: the analytic number beside central differences. `element` and `output` are positions,
// "(0, 2)"; "a random direction" and "a random upstream" where entries were not tested one by one.
struct Slope {
  std::string element, output;
  double analytic = 0, numeric = 0;
  double left = 0, right = 0;  // one-sided differences: they differ at a kink
  double error = 0;  // |analytic - numeric|, beyond rounding, / max(|analytic|, |numeric|)
  Verdict verdict = Verdict::good;
  std::string reason;  // of Verdict::unclear
};

}  // namespace glassgrad
