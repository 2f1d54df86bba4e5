// grad with a say in what is recorded: each contribution may be replaced by another way to it.
// Compiled programs use this for the gradient that they end with (program/last_grad.hpp).
#pragma once

#include <span>
#include <vector>

#include "glassgrad/engine/tape.hpp"

namespace glassgrad::detail {

// A contribution that was recorded just now, since `before`: to input k of y, whose inputs are
// `in`.
template <class T>
struct Contributed {
  Tape<T>& tape;
  Node<T> y;
  int k;
  std::span<const Node<T>> in;
  const Node<T>& upstream;
  Node<T> contribution;
  typename Tape<T>::Mark before;
  bool adds;  // to others that have reached that input
};
// Gives the contribution as it is, or rewinds and records another.
template <class T>
using Replace = Node<T> (*)(const Contributed<T>&);

template <class T>
std::vector<Node<T>> grad_with(Replace<T> replace, const Node<T>& y, std::span<const Node<T>> xs);

}  // namespace glassgrad::detail
