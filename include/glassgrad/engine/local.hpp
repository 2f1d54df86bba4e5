// Local: the local gradient of one node with respect to one of its inputs, d(node)/d(input k): as
// the rule's own formula and as numbers. upstream * local is what backward passes on.
#pragma once

#include <string>
#include <vector>

#include "glassgrad/engine/tape.hpp"

namespace glassgrad {

// What formulas call input k of an op: x; a, b, ...; with more than eight x0, x1, ...
std::string input_symbol(int inputs, int k);

template <class T = double>
class Local {
 public:
  // Throws as Node::local does.
  Local(const Node<T>& node, int k);  // throws ShapeError when its op has no such input

  // One factor per entry of the node (elementwise ops), or a matrix that only dense() forms.
  bool elementwise() const;
  // "y * (1 - y)" with x, y or a, b, y; for other ops their adjoint, "upstream . b^T".
  std::string formula() const;
  // The same with the nodes' own names, as far as they have any.
  std::string formula(const std::vector<std::string>& names, const std::string& output) const;
  // The factors of an elementwise op, in the node's shape. Throws ShapeError for other ops.
  std::vector<T> values() const;
  T item() const;  // the single factor; throws ShapeError when there are several
  // The Jacobian, row-major: one row per number of the node, one column per number of the input.
  std::vector<T> dense() const;
  // upstream * local, summed over what broadcasting stretched: in the input's shape.
  std::vector<T> times(View<const T> upstream) const;

 private:
  Tape<T>& tape() const;     // throws TapeError when it is gone
  Record<T> record() const;  // throws TapeError when the node was forgotten
  std::vector<T> pull(View<const T> upstream) const;

  Node<T> node_;
  int k_;
};

// upstream * local in the shape of every input, as times() gives it for one of them; empty where no
// gradient goes. In linear time also of an op with 10^5 inputs.
template <class T>
std::vector<std::vector<T>> pulled_to_inputs(const Node<T>& node, View<const T> upstream);

}  // namespace glassgrad
