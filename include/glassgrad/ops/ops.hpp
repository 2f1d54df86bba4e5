// Every op: the families' lists joined. Tests, the docs' op table and random graphs run over it.
#pragma once

#include "glassgrad/ops/activations.hpp"
#include "glassgrad/ops/index.hpp"
#include "glassgrad/ops/matmul.hpp"
#include "glassgrad/ops/norms.hpp"
#include "glassgrad/ops/other_activations.hpp"
#include "glassgrad/ops/random.hpp"
#include "glassgrad/ops/reduce.hpp"
#include "glassgrad/ops/rounding.hpp"
#include "glassgrad/ops/special.hpp"
#include "glassgrad/ops/statistics.hpp"
#include "glassgrad/ops/structure.hpp"
#include "glassgrad/ops/updates.hpp"
#include "glassgrad/ops/weigh.hpp"

namespace glassgrad {

using EveryOp =
    Join<CalculusOps, ArithmeticOps, CompareOps, PowersOps, FunctionsOps, ActivationsOps, LayoutOps,
         ReduceOps, MatmulOps, IndexOps, RandomOps, UpdateOps, SpecialOps, LogarithmsOps,
         RoundingOps, OtherActivationsOps, NormOps, WeighOps, StatisticsOps, StructureOps>::type;

}  // namespace glassgrad
