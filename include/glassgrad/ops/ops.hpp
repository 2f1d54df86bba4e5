// Every op: the families' lists joined. Tests, the docs' op table and random graphs run over it.
#pragma once

#include "glassgrad/ops/functions/norms.hpp"
#include "glassgrad/ops/rules/activations.hpp"
#include "glassgrad/ops/rules/index.hpp"
#include "glassgrad/ops/rules/matmul.hpp"
#include "glassgrad/ops/rules/other_activations.hpp"
#include "glassgrad/ops/rules/random.hpp"
#include "glassgrad/ops/rules/reduce.hpp"
#include "glassgrad/ops/rules/rounding.hpp"
#include "glassgrad/ops/rules/special.hpp"
#include "glassgrad/ops/rules/statistics.hpp"
#include "glassgrad/ops/rules/updates.hpp"
#include "glassgrad/ops/rules/weigh.hpp"
#include "glassgrad/ops/structure.hpp"

namespace glassgrad {

using EveryOp =
    Join<CalculusOps, ArithmeticOps, CompareOps, PowersOps, FunctionsOps, ActivationsOps, LayoutOps,
         ReduceOps, MatmulOps, IndexOps, RandomOps, UpdateOps, SpecialOps, LogarithmsOps,
         RoundingOps, OtherActivationsOps, NormOps, WeighOps, StatisticsOps, StructureOps>::type;

}  // namespace glassgrad
