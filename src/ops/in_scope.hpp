// What compositions share: a scope of the composition's name, and a root whose slope at 0 is 0.
#pragma once

#include "glassgrad/core/tape.hpp"
#include "glassgrad/ops/powers.hpp"

namespace glassgrad {

// formula(), in a scope of that name: a trace shows it as one box.
template <class T, class Formula>
auto in_scope(std::string_view name, const Node<T>& node, const Formula& formula) {
  if (!node.tape()) return formula();
  const auto scope = node.tape()->scope(name);
  return formula();
}

// sqrt x; at 0 it is 0 with slope 0, where sqrt has an infinite one
template <class T>
Node<T> root_or_zero(const Node<T>& x) {
  const Node<T> zero = x == 0;
  return where(zero, 0, sqrt(where(zero, 1, x)));
}

}  // namespace glassgrad
