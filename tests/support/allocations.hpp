// How many times this program has asked for memory with operator new.
#pragma once

#include <cstddef>

std::size_t allocations();
std::size_t allocations_held();  // of them, those not given back

// From now on the n-th demand for memory fails, once; 0: none does. And whether it has failed.
void fail_allocation(std::size_t n);
bool allocation_failed();
