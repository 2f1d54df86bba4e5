// From a tree to a tape: given values are inputs, every named statement is a scope whose result has
// that name, and the last statement is the cost.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "glassgrad/engine/tape.hpp"
#include "glassgrad/explain/syntax.hpp"

namespace glassgrad::explain {

struct Given {
  std::string name;
  Shape shape;
  std::vector<double> numbers;
  bool constant = false;  // no gradient
};
// "w1=0.1", "x=[1,2]", "W=[[0.1,0.6],[0.3,0.2]]". Throws ExpressionError.
Given parse_given(const std::string& text);

struct Explained {
  std::unique_ptr<Tape<>> tape;  // backward has run
  Node<> cost;
};
// With a target the result is compared with it: L = (y - yhat)^2 / 2, summed over an array.
// Throws ExpressionError, also for what an op refuses, naming the column of the op.
Explained evaluate(const Source& source, std::vector<Given> given, const Given* target);

}  // namespace glassgrad::explain
