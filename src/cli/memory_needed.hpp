// Whether a network can fit into memory at all: computed before allocating, since a system that
// overcommits would kill the process instead of refusing.
#pragma once

#include "glassgrad/nn/sequential.hpp"
#include "settings.hpp"

namespace glassgrad::cli {

// The bytes of weights, biases and what training keeps beside each: its gradient, its value after
// the last and the best epoch. A lower bound.
double bytes_needed(const Settings& settings, const Architecture& architecture);
// The machine's memory, or the limit (ulimit -v) if lower.
double bytes_there();

// Throws Error, with the number of parameters, when the first is above the second.
void check_memory(const Settings& settings, const Architecture& architecture);

}  // namespace glassgrad::cli
