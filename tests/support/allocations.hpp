// How many times this program has called operator new.
#pragma once

#include <cstddef>

std::size_t allocations();
std::size_t allocations_held();  // those not yet freed

// Makes the n-th allocation from now on fail, once; 0: none. And whether it has failed.
void fail_allocation(std::size_t n);
bool allocation_failed();
