// Every op as a function that has a name, read from the one list of ops (EveryOp): an op that is
// added to its family can be explained at once. What follows a function's arrays are its
// attributes, the members of its struct in their order: leaky_relu(x, 0.1), sum(X, 0), clamp(x, -1,
// 1). Losses are no ops: losses.cpp.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "glassgrad/engine/tape.hpp"

namespace glassgrad::explain {

enum class AttributeKind { number, whole, flag, axes, shape };

struct AttributeType {
  AttributeKind kind;
  double least = 0, most = 0;  // of integers, one or a list of them
};

// An attribute as written: a number, or a list of numbers.
struct Attribute {
  std::vector<double> numbers;
  bool list = false;
};

struct Function {
  std::string_view name;
  int arrays;     // how many, or any_arity: then one list of them
  int positions;  // how many of them, the last ones, are integers without a gradient
  std::vector<AttributeType> attributes;
  Node<double> (*apply)(std::span<const Node<double>> arrays,
                        std::span<const Attribute> attributes);
};

std::span<const Function> functions();
std::vector<Function> losses();  // also in functions()
// Null when there is none of that name.
const Function* find_function(std::string_view name);
// "leaky_relu(x, number)", "where(a, b, c)", "sum(x, axes, flag)"
std::string usage(const Function& function);
// Does it fit? An integer stands for one axis, 0 and 1 for a flag.
bool fits(AttributeKind kind, const Attribute& attribute);
std::string word_for(AttributeKind kind);
// The integer among these that is out of the type's range; null if none is.
const double* beyond(const AttributeType& type, std::span<const double> numbers);
extern const AttributeType position_type;  // of positions

}  // namespace glassgrad::explain
