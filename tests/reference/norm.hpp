// References of norms and centring.
#pragma once

#include <cmath>
#include <type_traits>

#include "glassgrad/ops/rules/norm.hpp"
#include "reference/reduce.hpp"

namespace glassgrad {

template <>
struct Reference<Norm> {
  static void value(const Norm& op, const auto& x, auto& y) {
    using std::abs, std::pow;
    auto kept = y.as(op.over.reduced_shape(op.name, x.shape, true));
    using S = std::decay_t<decltype(kept.numbers[0])>;
    x.each([&](const auto& at) { kept.stretched(at, x.shape) += pow(S(abs(x.at(at))), S(op.p)); });
    for (auto& number : kept.numbers) number = pow(number, S(S(1) / S(op.p)));
    y.numbers = kept.numbers;
  }
  static std::vector<Sample<Norm>> samples() {
    return {{{2, {}}, {{2, 3}}},
            {{2, {{1}, true}}, {{2, 3}}},
            {{3, {Axes{0, -1}}}, {{2, 3, 2}}},
            {{1.5, {Axes{0}}}, {{4, 2}}},
            {{-2, {{1}, true}}, {{2, 3}}},
            {{0.5, {}}, {{3}}}};
  }
};

template <>
struct Reference<NormRatio> {
  static void value(const NormRatio& op, const auto& x, const auto& y, auto& ratio) {
    using std::abs, std::pow;
    auto kept = ratio.as(op.over.reduced_shape(op.name, x.shape, true));
    using S = std::decay_t<decltype(kept.numbers[0])>;
    kept.numbers = y.numbers;
    x.each([&](const auto& at) {
      const S size = pow(S(abs(S(x.at(at) / kept.stretched(at, x.shape)))), S(op.power));
      ratio.at(at) = op.odd && x.at(at) < 0 ? S(-size) : size;
    });
  }
  static void admit(int k, auto& x) {  // a norm is not negative
    for (auto& number : x.numbers)
      if (k == 1) number = 0.25 + std::abs(number);
  }
  static std::vector<Sample<NormRatio>> samples() {
    return {{{2, 1, true, {}}, {{2, 3}, {}}},
            {{2, 1, true, {{1}, true}}, {{2, 3}, {2, 1}}},
            {{3, 2, true, {Axes{0, -1}}}, {{2, 3, 2}, {3}}},
            {{1.5, 0.5, true, {Axes{0}}}, {{4, 2}, {2}}},
            {{3, 1, false, {{1}, true}}, {{2, 3}, {2, 1}}},
            {{0.5, -1.5, false, {}}, {{3}, {}}},
            {{1, 0, true, {{1}}}, {{2, 3}, {2}}}};
  }
};

template <>
struct Reference<MeanSquare> {
  static void value(const MeanSquare& op, const auto& x, auto& y) {
    auto kept = y.as(op.over.reduced_shape(op.name, x.shape, true));
    x.each([&](const auto& at) { kept.stretched(at, x.shape) += x.at(at) * x.at(at); });
    for (auto& number : kept.numbers) number = number / op.divisor;
    y.numbers = kept.numbers;
  }
  static std::vector<Sample<MeanSquare>> samples() {
    return {{{5, {}}, {{2, 3}}},
            {{2, {{1}, true}}, {{2, 3}}},
            {{0.7, {Axes{0, -1}}}, {{2, 3, 2}}},
            {{3, {Axes{0}}}, {{4, 2}}}};
  }
};

template <>
struct Reference<Centre> : OverAxes<Centre> {
  static void value(const Centre& op, const auto& x, auto& y) {
    auto mean = y.as(x.shape).zeros(op.over.reduced_shape(op.name, x.shape, true));
    const double count = double(x.numbers.size()) / double(mean.numbers.size());
    x.each([&](const auto& at) { mean.stretched(at, x.shape) += x.at(at) / count; });
    x.each([&](const auto& at) { y.at(at) = x.at(at) - mean.stretched(at, x.shape); });
  }
};

}  // namespace glassgrad
