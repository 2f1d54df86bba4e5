// Notes on training data before training: what a reader decided, and what looks like a mistake.
#pragma once

#include <string>
#include <vector>

#include "glassgrad/data/table.hpp"

namespace glassgrad::cli {

std::vector<std::string> notes_on(const Dataset& data);

}  // namespace glassgrad::cli
