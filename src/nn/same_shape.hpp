// Common to losses: a check that prediction and target have one shape, and a scope of the loss's
// name.
#pragma once

#include <string_view>

#include "glassgrad/array/text.hpp"
#include "ops/rules/in_scope.hpp"

namespace glassgrad {

template <class T>
void check_same_shape(std::string_view name, const Node<T>& prediction, const Node<T>& target) {
  if (prediction.shape() != target.shape())
    throw ShapeError(
        name, join("the prediction is ", prediction.shape(), ", the target is ", target.shape()),
        "Give both the same shape");
}
template <class T, class Formula>
Node<T> loss_scope(std::string_view name, const Node<T>& prediction, const Node<T>& target,
                   const Formula& formula) {
  check_same_shape(name, prediction, target);
  return in_scope(name, prediction.tape() ? prediction : target, formula);
}

}  // namespace glassgrad
