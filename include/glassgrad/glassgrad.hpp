// All of glassgrad that programs use; op authors add extend.hpp, and check/ has its own headers.
// With GLASSGRAD_WITHOUT_XTENSOR defined, without the conversion to and from xtensor arrays, which
// takes half of the time to compile.
#pragma once

#include "glassgrad/core/calculus.hpp"
#include "glassgrad/core/local.hpp"
#include "glassgrad/core/random.hpp"
#include "glassgrad/core/text.hpp"
#include "glassgrad/nn/nn.hpp"
#include "glassgrad/ops/ops.hpp"
#include "glassgrad/optim/optim.hpp"
#include "glassgrad/show/dot.hpp"
#include "glassgrad/show/trace.hpp"
#ifndef GLASSGRAD_WITHOUT_XTENSOR
#include "glassgrad/core/xtensor.hpp"
#endif
