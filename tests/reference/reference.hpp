// What tests trust of an op that is not elementwise: a slow value by plain loops, and where to try
// it. Elementwise ops need none: their own `value` is read in 50 digits. One header per family of
// include/glassgrad/ops/rules; all.hpp gathers them. Next: reduce.hpp, the simplest of them.
#pragma once

#include <cstdint>
#include <vector>

#include "glassgrad/array/shape.hpp"
#include "support/slow.hpp"

namespace glassgrad {

// Where an op is tried: its attributes, the shapes of its inputs, and for inputs that are positions
// the number they stay below.
template <class Op>
struct Sample {
  Op op;
  std::vector<Shape> shapes;
  std::int64_t positions = 0;
};

// Specialised for every op, with
//   static void value(const Op& op, x..., y), of Slow arrays; y has its shape and zeros;
//   static std::vector<Sample<Op>> samples();
//   static void admit(int k, x), if random numbers for input k must first be moved to where the op
//   is defined.
template <class Op>
struct Reference;

// sample(row) for every row of a table that several ops share.
auto samples_of(const auto& rows, const auto& sample) {
  std::vector<decltype(sample(rows[0]))> all;
  for (const auto& row : rows) all.push_back(sample(row));
  return all;
}

template <class Op>
inline constexpr bool has_reference = requires {
  sizeof(Reference<Op>);
};

}  // namespace glassgrad
