// Ops on the structure of arrays: windows, positions, running sums, linear algebra, and all that is
// composed of them.
#pragma once

#include "glassgrad/ops/along.hpp"
#include "glassgrad/ops/convolution.hpp"
#include "glassgrad/ops/convolve.hpp"
#include "glassgrad/ops/cumulative.hpp"
#include "glassgrad/ops/linear_algebra.hpp"
#include "glassgrad/ops/normalization.hpp"
#include "glassgrad/ops/normalize.hpp"
#include "glassgrad/ops/positions.hpp"
#include "glassgrad/ops/products.hpp"
#include "glassgrad/ops/rearrange.hpp"
#include "glassgrad/ops/windows.hpp"

namespace glassgrad {

using StructureOps =
    Join<WindowOps, ConvolveOps, NormalizeOps, AlongOps, SolveOps, DecompositionOps>::type;

}  // namespace glassgrad
