// Learning rates over time. A schedule is a function of the step alone, counted from 0, so a
// resumed run continues exactly:
//   const Schedule rate = warm_up(cosine_decay(0.01, 1000), 50);
//   optimizer.set_rate(rate(step));
#pragma once

#include <cstdint>
#include "glassgrad/array/function.hpp"

namespace glassgrad {

using Schedule = Function<double(std::int64_t step)>;

// rate
Schedule constant_rate(double rate);
// rate factor^floor(step / every). Throws Error unless every is positive.
Schedule step_decay(double rate, std::int64_t every, double factor);
// rate factor^step
Schedule exponential_decay(double rate, double factor);
// lowest + (rate - lowest) (1 + cos(pi step / steps)) / 2, from `steps` on lowest (Loshchilov,
// Hutter 2017). Throws Error unless steps is positive.
Schedule cosine_decay(double rate, std::int64_t steps, double lowest = 0);
// (step + 1) / steps of the rate during the first `steps`; `then` begins after them, at its step 0
// (Goyal et al. 2017). Throws Error unless steps is positive.
Schedule warm_up(Schedule then, std::int64_t steps);

}  // namespace glassgrad
