// Derivatives as nodes: the same rules, read with Node, append to the tape what they compute, so
// the result can be looked at and differentiated again. backward() in tape.hpp is the numeric twin.
#pragma once

#include <span>
#include <vector>

#include "glassgrad/engine/tape.hpp"

namespace glassgrad {

// Reverse mode. result[i] = (dy/dx_i)^T upstream, of x_i's shape; zeros where y does not depend on
// x_i. Without `upstream`, y must be a single number and its upstream is 1. Any node may be an x.
// Writes no upstream slot. Throws ShapeError when the upstream's shape is not y's.
template <class T>
std::vector<Node<T>> grad(const Node<T>& y, std::span<const Node<T>> xs);
template <class T>
std::vector<Node<T>> grad(const Node<T>& y, std::span<const Node<T>> xs, const Node<T>& upstream);

template <class T>
std::vector<Node<T>> grad(const Node<T>& y, std::initializer_list<Node<T>> xs) {
  return grad(y, std::span<const Node<T>>(xs.begin(), xs.size()));
}
template <class T>
std::vector<Node<T>> grad(const Node<T>& y, std::initializer_list<Node<T>> xs,
                          const Node<T>& upstream) {
  return grad(y, std::span<const Node<T>>(xs.begin(), xs.size()), upstream);
}
template <class T>
Node<T> grad(const Node<T>& y, const Node<T>& x) {
  return grad(y, std::span<const Node<T>>(&x, 1))[0];
}

// Forward mode. sum over i of (dy/dx_i) tangent_i, of y's shape: the tape read left to right,
// local * tangent at every node. Throws ShapeError when a tangent's shape is not its x's.
template <class T>
Node<T> jvp(const Node<T>& y, std::span<const Node<T>> xs, std::span<const Node<T>> tangents);
template <class T>
Node<T> jvp(const Node<T>& y, std::initializer_list<Node<T>> xs,
            std::initializer_list<Node<T>> tangents) {
  return jvp(y, std::span<const Node<T>>(xs.begin(), xs.size()),
             std::span<const Node<T>>(tangents.begin(), tangents.size()));
}
template <class T>
Node<T> jvp(const Node<T>& y, const Node<T>& x, const Node<T>& tangent) {
  return jvp(y, std::span<const Node<T>>(&x, 1), std::span<const Node<T>>(&tangent, 1));
}

}  // namespace glassgrad
