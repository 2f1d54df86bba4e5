// Layers, networks, losses and starting weights: compositions of ops, without a derivative.
#pragma once

#include "glassgrad/nn/class_losses.hpp"
#include "glassgrad/nn/conv2d.hpp"
#include "glassgrad/nn/dropout.hpp"
#include "glassgrad/nn/embedding.hpp"
#include "glassgrad/nn/loss.hpp"
#include "glassgrad/nn/losses.hpp"
#include "glassgrad/nn/lstm.hpp"
#include "glassgrad/nn/multi_head_attention.hpp"
#include "glassgrad/nn/normalization.hpp"
#include "glassgrad/nn/sequential.hpp"
