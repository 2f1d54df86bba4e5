// Whether a network can fit into memory at all: counted before a byte of it is asked for, since a
// system that gives memory on trust would take it back by ending the process.
#pragma once

#include "glassgrad/nn/sequential.hpp"
#include "settings.hpp"

namespace glassgrad::cli {

// The bytes of weights, biases and what training keeps beside each: its gradient, its value after
// the last and the best epoch. A lower bound.
double bytes_needed(const Settings& settings, const Architecture& architecture);
// The machine's memory, or less where a limit (ulimit -v) says so.
double bytes_there();

// Throws Error, with the number of parameters, when the first is above the second.
void check_memory(const Settings& settings, const Architecture& architecture);

}  // namespace glassgrad::cli
