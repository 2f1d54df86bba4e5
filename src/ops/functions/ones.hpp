// What counts how many entries are placed somewhere.
#pragma once

#include "glassgrad/engine/apply.hpp"
#include "glassgrad/ops/rules/movement.hpp"

namespace glassgrad {

template <class T>
Node<T> ones(Tape<T>& tape, const Shape& shape) {
  return broadcast_to(tape.constant(T(1)), shape);
}

}  // namespace glassgrad
