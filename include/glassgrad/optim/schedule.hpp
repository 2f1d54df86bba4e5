// Learning rates over time. A schedule is a function of the step alone, counted from 0, so a
// resumed run continues exactly:
//   const Schedule rate = warm_up(cosine_decay(0.01, 1000), 50);
//   optimizer.set_rate(rate(step));
#pragma once

#include <cstdint>
#include "glassgrad/array/function.hpp"
#include "glassgrad/array/setting.hpp"

namespace glassgrad {

using Schedule = Function<double(Setting<"schedule", "step"> step)>;

// rate
Schedule constant_rate(double rate);
// rate factor^floor(step / every). Throws Error unless every is positive.
Schedule step_decay(double rate, Setting<"step_decay", "every"> every, double factor);
// rate factor^step
Schedule exponential_decay(double rate, double factor);
// lowest + (rate - lowest) (1 + cos(pi step / steps)) / 2, from `steps` on lowest (Loshchilov,
// Hutter 2017). Throws Error unless steps is positive.
Schedule cosine_decay(double rate, Setting<"cosine_decay", "steps"> steps, double lowest = 0);
// (step + 1) / steps of the rate during the first `steps`; `then` begins after them, at its step 0
// (Goyal et al. 2017). Throws Error unless steps is positive.
Schedule warm_up(Schedule then, Setting<"warm_up", "steps"> steps);

}  // namespace glassgrad
