// How many times this program has asked for memory with operator new.
#pragma once

#include <cstddef>

std::size_t allocations();
