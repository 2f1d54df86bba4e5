// All of glassgrad but extend.hpp, the door for op authors.
// With GLASSGRAD_WITHOUT_XTENSOR defined, without the conversion to and from xtensor arrays.
#pragma once

#include "glassgrad/check/gradients.hpp"
#include "glassgrad/check/nodes.hpp"
#include "glassgrad/core/derivatives.hpp"
#include "glassgrad/core/local.hpp"
#include "glassgrad/core/random.hpp"
#include "glassgrad/core/text.hpp"
#include "glassgrad/core/workers.hpp"
#include "glassgrad/data/csv.hpp"
#include "glassgrad/data/idx.hpp"
#include "glassgrad/data/metrics.hpp"
#include "glassgrad/data/prepare.hpp"
#include "glassgrad/io/model.hpp"
#include "glassgrad/nn/names.hpp"
#include "glassgrad/nn/nn.hpp"
#include "glassgrad/ops/ops.hpp"
#include "glassgrad/optim/optim.hpp"
#include "glassgrad/replay/program.hpp"
#include "glassgrad/show/blocks.hpp"
#include "glassgrad/show/chain.hpp"
#include "glassgrad/show/dot.hpp"
#include "glassgrad/show/json.hpp"
#include "glassgrad/show/pattern.hpp"
#include "glassgrad/show/recorder.hpp"
#include "glassgrad/show/simplify.hpp"
#include "glassgrad/show/svg.hpp"
#include "glassgrad/show/trace.hpp"
#include "glassgrad/train/trained_model.hpp"
#ifndef GLASSGRAD_WITHOUT_XTENSOR
#include "glassgrad/core/xtensor.hpp"
#endif
