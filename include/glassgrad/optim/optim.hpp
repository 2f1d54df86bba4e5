// Every optimizer and schedule.
#pragma once

#include "glassgrad/optim/adaptive.hpp"
#include "glassgrad/optim/descent.hpp"
#include "glassgrad/optim/lbfgs.hpp"
#include "glassgrad/optim/schedule.hpp"
#include "glassgrad/optim/stopping.hpp"
