// The whole table, from the lines of each family. A later family adds its own here.
#pragma once

#include "cases/torch_layers.hpp"
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
    add_structure(t);
    add_linear_algebra(t);
    add_layers(t);
    return t;
  }();
  return table;
}

}  // namespace glassgrad::cases
