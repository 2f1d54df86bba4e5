// Reference of the product of matrices.
#pragma once

#include "glassgrad/ops/rules/matmul.hpp"
#include "reference/reference.hpp"

namespace glassgrad {

template <>
struct Reference<Matmul> {
  static void value(const Matmul& op, const auto& a, const auto& b, auto& y) {
    const int rank = y.shape.rank();
    const auto row = std::size_t(rank - 2), column = std::size_t(rank - 1);
    const std::int64_t inner = a.shape.from_end(op.transpose_a ? 2 : 1);
    y.each([&](const auto& at) {
      for (std::int64_t p = 0; p < inner; ++p) {
        auto i = at, j = at;
        i[row] = op.transpose_a ? p : at[row], i[column] = op.transpose_a ? at[row] : p;
        j[row] = op.transpose_b ? at[column] : p, j[column] = op.transpose_b ? p : at[column];
        y.at(at) += a.stretched(i, y.shape) * b.stretched(j, y.shape);
      }
    });
  }
  static std::vector<Sample<Matmul>> samples() {
    return {{{}, {{2, 3}, {3, 4}}},
            {{true, false}, {{3, 2}, {3, 4}}},
            {{false, true}, {{2, 3}, {4, 3}}},
            {{true, true}, {{3, 2}, {4, 3}}},
            {{}, {{2, 1, 2, 3}, {3, 3, 2}}},
            {{false, true}, {{2, 2, 3}, {1, 2, 3}}},
            {{true, false}, {{2, 3, 2}, {2, 3, 2}}},
            {{}, {{2, 3}, {2, 3, 2}}},
            {{}, {{2, 0}, {0, 3}}}};
  }
};

}  // namespace glassgrad
