// All of glassgrad. With GLASSGRAD_WITHOUT_XTENSOR defined, without the conversion to and from
// xtensor arrays, which takes most of the time to compile.
#pragma once

#include "glassgrad/core/calculus.hpp"
#include "glassgrad/core/local.hpp"
#include "glassgrad/core/random.hpp"
#include "glassgrad/core/text.hpp"
#include "glassgrad/ops/ops.hpp"
#include "glassgrad/show/dot.hpp"
#include "glassgrad/show/trace.hpp"
#ifndef GLASSGRAD_WITHOUT_XTENSOR
#include "glassgrad/core/xtensor.hpp"
#endif
