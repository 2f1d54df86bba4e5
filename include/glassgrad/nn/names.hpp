// Where programs have found nearest_name and unknown_name: they are in array/names.hpp.
#pragma once

#include "glassgrad/array/names.hpp"
