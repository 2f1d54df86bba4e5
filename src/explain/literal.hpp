// Numbers and nested lists of numbers, wherever an expression may hold nothing else.
#pragma once

#include <optional>

#include "glassgrad/array/shape.hpp"
#include "glassgrad/explain/syntax.hpp"

namespace glassgrad::explain {

struct Literal {
  Shape shape;
  std::vector<double> numbers;
};
// The number or array that a term without names and functions stands for: "[[1, 2], [1/3, -4]]".
// Nothing when there is a name or a function in it; throws ExpressionError for rows that differ.
std::optional<Literal> literal(const Source& source, const Terms& terms, std::size_t term);

}  // namespace glassgrad::explain
