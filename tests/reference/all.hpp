// The references of all ops of EveryOp that are not elementwise.
#pragma once

#include "reference/along.hpp"
#include "reference/calculus_ops.hpp"
#include "reference/convolve.hpp"
#include "reference/decompositions.hpp"
#include "reference/index.hpp"
#include "reference/matmul.hpp"
#include "reference/movement.hpp"
#include "reference/norm.hpp"
#include "reference/normalize.hpp"
#include "reference/random.hpp"
#include "reference/reduce.hpp"
#include "reference/solve.hpp"
#include "reference/statistics.hpp"
#include "reference/windows.hpp"
