// Ops on the structure of arrays: windows, positions, running sums, linear algebra, and their
// compositions.
#pragma once

#include "glassgrad/ops/functions/convolution.hpp"
#include "glassgrad/ops/functions/cumulative.hpp"
#include "glassgrad/ops/functions/linear_algebra.hpp"
#include "glassgrad/ops/functions/normalization.hpp"
#include "glassgrad/ops/functions/positions.hpp"
#include "glassgrad/ops/functions/products.hpp"
#include "glassgrad/ops/functions/rearrange.hpp"
#include "glassgrad/ops/rules/along.hpp"
#include "glassgrad/ops/rules/convolve.hpp"
#include "glassgrad/ops/rules/normalize.hpp"
#include "glassgrad/ops/rules/windows.hpp"

namespace glassgrad {

using StructureOps =
    Join<WindowOps, ConvolveOps, NormalizeOps, AlongOps, SolveOps, DecompositionOps>::type;

}  // namespace glassgrad
