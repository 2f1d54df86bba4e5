// References of the ops that select a number.
#pragma once

#include <algorithm>

#include "glassgrad/ops/rules/statistics.hpp"
#include "reference/reference.hpp"

namespace glassgrad {

template <>
struct Reference<KthSmallest> {
  static void value(const KthSmallest& op, const auto& x, auto& y) {
    const std::size_t n = std::size_t(x.shape.from_end(1));
    for (std::size_t i = 0; i < y.numbers.size(); ++i) {
      auto row = x.numbers;
      row.assign(x.numbers.begin() + std::ptrdiff_t(i * n),
                 x.numbers.begin() + std::ptrdiff_t((i + 1) * n));
      std::sort(row.begin(), row.end());
      y.numbers[i] = row[std::size_t(op.k)];
    }
  }
  static std::vector<Sample<KthSmallest>> samples() {
    return {{{1}, {{2, 4}}}, {{0}, {{3}}}, {{4}, {{2, 2, 5}}}};
  }
};

template <>
struct Reference<NanMedian> {
  static void value(const NanMedian&, const auto& x, auto& y) {
    Reference<KthSmallest>::value({(x.shape.from_end(1) - 1) / 2}, x, y);
  }
  static std::vector<Sample<NanMedian>> samples() { return {{{}, {{2, 4}}}, {{}, {{5}}}}; }
};

}  // namespace glassgrad
