// What is said about training data before they are learnt from: what a reader decided, and what
// looks as if it was meant otherwise.
#pragma once

#include <string>
#include <vector>

#include "glassgrad/data/table.hpp"

namespace glassgrad::cli {

std::vector<std::string> notes_on(const Dataset& data);

}  // namespace glassgrad::cli
