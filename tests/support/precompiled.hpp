// What most tests include, parsed once for all of them: that was more than half of what compiling a
// test took. A test still includes what it uses; the sanitizers' build goes without this file.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "glassgrad/extend.hpp"
#include "glassgrad/glassgrad.hpp"
