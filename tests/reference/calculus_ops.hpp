// References of the ops that undo broadcasting.
#pragma once

#include "glassgrad/engine/calculus_ops.hpp"
#include "reference/reference.hpp"

namespace glassgrad {

template <>
struct Reference<SumTo> {
  static void value(const SumTo&, const auto& x, auto& y) {
    x.each([&](const auto& at) { y.stretched(at, x.shape) += x.at(at); });
  }
  static std::vector<Sample<SumTo>> samples() {
    return {{{{3}}, {{2, 3}}}, {{{2, 1}}, {{2, 3}}}, {{{}}, {{2, 2}}}, {{{1, 3}}, {{0, 3}}}};
  }
};

template <>
struct Reference<BroadcastTo> {
  static void value(const BroadcastTo&, const auto& x, auto& y) {
    y.each([&](const auto& at) { y.at(at) = x.stretched(at, y.shape); });
  }
  static std::vector<Sample<BroadcastTo>> samples() {
    return {{{{2, 3}}, {{3}}}, {{{2, 3}}, {{2, 1}}}, {{{2, 2}}, {Shape{}}}, {{{0, 3}}, {{1, 3}}}};
  }
};

}  // namespace glassgrad
