// What a logit z costs that should say y: y ln(1 + e^-z) + (1 - y) ln(1 + e^z), so written that
// nothing cancels. With n = -|z| it is ln(1 + e^n) + |z| (1 - y) above 0 and + |z| y below.
// ln(1 + e^z) - z y would cancel far out in the value, two softplus near 0 in the slope to y, which
// is -z.
#pragma once

#include "glassgrad/ops/rules/activations.hpp"
#include "glassgrad/ops/rules/weigh.hpp"

namespace glassgrad {

template <class T>
Node<T> logistic_cost(const Node<T>& z, const Node<T>& y) {
  const Node<T> above = z > 0, n = where(above, -z, z);  // not -abs(z), whose slope at 0 is 0
  return softplus(n) - weigh(where(above, 1 - y, y), n);
}
// The same, the first part times `positive`: ln(1 + e^n) then has a weight from 1 to `positive`.
template <class T>
Node<T> logistic_cost(const Node<T>& z, const Node<T>& y, const Node<T>& positive) {
  if (!positive.tape() && positive.item() == 1) return logistic_cost(z, y);
  const Node<T> above = z > 0, n = where(above, -z, z), rest = 1 - y;
  // from the nearer end, which it meets exactly
  const Node<T> weight = where(y > 0.5, positive + (1 - positive) * rest, 1 + (positive - 1) * y);
  return weigh(weight, softplus(n)) - weigh(where(above, rest, positive * y), n);
}

}  // namespace glassgrad
