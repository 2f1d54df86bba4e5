// Reference of the normalisation of rows.
#pragma once

#include <cmath>

#include "glassgrad/ops/rules/normalize.hpp"
#include "reference/reference.hpp"

namespace glassgrad {

template <>
struct Reference<Normalize> {
  static void value(const Normalize& op, const auto& x, auto& y) {
    using std::sqrt;
    const auto n = std::size_t(op.row(x.shape));
    for (std::size_t first = 0; first < x.numbers.size(); first += n) {
      const auto all = [&](const auto& f) {
        auto total = x.numbers[first] * 0;
        for (std::size_t i = first; i < first + n; ++i) total += f(x.numbers[i]);
        return decltype(total)(total / double(n));
      };
      const auto mean = all([](const auto& number) { return number; });
      const auto variance = all(
          [&](const auto& number) { return decltype(mean)((number - mean) * (number - mean)); });
      for (std::size_t i = first; i < first + n; ++i)
        y.numbers[i] = (x.numbers[i] - mean) / sqrt(variance + op.eps);
    }
  }
  static std::vector<Sample<Normalize>> samples() {
    return {
        {{1, 1e-5}, {{5}}}, {{1, 0.5}, {{3, 4}}}, {{2, 0.1}, {{2, 3, 2}}}, {{3, 1}, {{2, 1, 3}}}};
  }
};

}  // namespace glassgrad
