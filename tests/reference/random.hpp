// References of the ops that draw random numbers.
#pragma once

#include "glassgrad/ops/rules/random.hpp"
#include "reference/reference.hpp"

namespace glassgrad {

template <>
struct Reference<DropoutMask> {
  static void value(const DropoutMask& op, const auto& draw, auto& y) {
    const auto stream = std::uint64_t(draw.position(0));
    for (std::size_t i = 0; i < y.numbers.size(); ++i)
      y.numbers[i] = uniform_at(op.seed, stream, i) < op.probability ? 0 : 1 / (1 - op.probability);
  }
  static std::vector<Sample<DropoutMask>> samples() {
    return {{{{5, 3}, 0.5, 7}, {{1}}, 9}, {{{4}, 0.2, 1}, {{}}, 9}};
  }
};

}  // namespace glassgrad
