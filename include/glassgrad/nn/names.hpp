// Where programs have found nearest_name and unknown_name: they are in core/names.hpp.
#pragma once

#include "glassgrad/core/names.hpp"
