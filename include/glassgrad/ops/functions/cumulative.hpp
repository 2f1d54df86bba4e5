// Running sums, products and extremes, differences and the trapezoidal rule.
#pragma once

#include "glassgrad/ops/functions/positions.hpp"

namespace glassgrad {

// y[i] = x[0] + ... + x[i] along an axis
template <class T>
Node<T> cumsum(const Node<T>& x, Axis axis) {
  if (x.shape().rank() == 0 && (axis == 0 || axis == -1)) return x;  // a number is its only sum
  return apply(Cumsum{checked_axis("cumsum", axis, x.shape().rank())}, x);
}
// y[i] = x[0] ... x[i]
template <class T>
Node<T> cumprod(const Node<T>& x, Axis axis);
// y[i] = ln(e^x[0] + ... + e^x[i]), from sums of 1, 2, 4, ... entries (Hillis and Steele 1986), so
// that nothing overflows.
template <class T>
Node<T> logcumsumexp(const Node<T>& x, Axis axis);
// The largest (smallest) so far and where it was; the later one of equal ones, as in PyTorch.
template <class T>
Chosen<T> cummax(const Node<T>& x, Axis axis);
template <class T>
Chosen<T> cummin(const Node<T>& x, Axis axis);

// x[i + 1] - x[i], n times.
template <class T>
Node<T> diff(const Node<T>& x, Integer n = 1, Axis axis = -1);
// Sums of (y[i] + y[i + 1]) / 2 times dx, or x[i + 1] - x[i]: the integral of y over an axis, and
// up to each of its points but the first. x has y's size along the axis and broadcasts, or is a
// vector.
template <class T>
Node<T> trapezoid(const Node<T>& y, double dx = 1, Axis axis = -1);
template <class T>
Node<T> trapezoid(const Node<T>& y, const Node<T>& x, Axis axis = -1);
template <class T>
Node<T> cumulative_trapezoid(const Node<T>& y, double dx = 1, Axis axis = -1);
template <class T>
Node<T> cumulative_trapezoid(const Node<T>& y, const Node<T>& x, Axis axis = -1);

}  // namespace glassgrad
