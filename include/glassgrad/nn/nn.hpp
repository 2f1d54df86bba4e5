// Layers, networks, losses and starting weights: compositions of ops, without a derivative.
#pragma once

#include "glassgrad/nn/class_losses.hpp"
#include "glassgrad/nn/dropout.hpp"
#include "glassgrad/nn/loss.hpp"
#include "glassgrad/nn/losses.hpp"
#include "glassgrad/nn/sequential.hpp"
