// The whole table, from the lines of each family. A later family adds its own here.
#pragma once

#include "cases/torch_elementwise.hpp"
#include "cases/torch_layers.hpp"
#include "cases/torch_losses.hpp"
#include "cases/torch_structure.hpp"
#include "cases/torch_table.hpp"

namespace glassgrad::cases {

inline const TorchTable& torch_table() {
  static const TorchTable table = [] {
    TorchTable t;
    add_elementwise(t);
    add_activations(t);
    add_reductions(t);
    add_products(t);
    add_special(t);
    add_rounding(t);
    add_other_activations(t);
    add_statistics(t);
    add_norms(t);
    add_losses(t);
    add_structure(t);
    add_linear_algebra(t);
    add_layers(t);
    return t;
  }();
  return table;
}

}  // namespace glassgrad::cases
