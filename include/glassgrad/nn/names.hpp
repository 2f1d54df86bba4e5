// For compatibility: nearest_name and unknown_name are in array/names.hpp.
#pragma once

#include "glassgrad/array/names.hpp"
