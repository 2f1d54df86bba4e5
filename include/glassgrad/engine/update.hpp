// Update: one op of an optimizer's step as it was applied, kept when it was asked for. Plain
// data, made by Optimizer::recorded_step and shown by Trace::add (show/text/trace.hpp).
#pragma once

#include <string>
#include <vector>

#include "glassgrad/array/shape.hpp"
#include "glassgrad/engine/formula.hpp"

namespace glassgrad {

struct UpdateNumbers {
  Shape shape;
  std::vector<double> numbers;
};

struct Update {
  std::string parameter;  // whose step it belongs to
  std::string changed;    // what it wrote: the parameter, "g", a slot's first letter such as "v"
  Formula formula;        // of the symbols 0, 1, ...: positions in `inputs`
  std::vector<UpdateNumbers> inputs;
  UpdateNumbers result;
};

}  // namespace glassgrad
