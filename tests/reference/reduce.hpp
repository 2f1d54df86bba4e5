// References of the reductions.
#pragma once

#include <cmath>

#include "glassgrad/ops/rules/reduce.hpp"
#include "reference/reference.hpp"

namespace glassgrad {

// Over all axes, one that is kept, two, one that goes.
template <class Op>
struct OverAxes {
  static std::vector<Sample<Op>> samples() {
    return {{{{}}, {{2, 3}}},
            {{{{1}, true}}, {{2, 3}}},
            {{{{0, -1}}}, {{2, 3, 2}}},
            {{{{0}}}, {{4, 2}}}};
  }
};

template <>
struct Reference<Sum> : OverAxes<Sum> {
  static void value(const Sum& op, const auto& x, auto& y) {
    auto kept = y.as(op.over.reduced_shape(op.name, x.shape, true));
    x.each([&](const auto& at) { kept.stretched(at, x.shape) += x.at(at); });
    y.numbers = kept.numbers;
  }
};

template <>
struct Reference<Mean> : OverAxes<Mean> {
  static void value(const Mean& op, const auto& x, auto& y) {
    auto kept = y.as(op.over.reduced_shape(op.name, x.shape, true));
    x.each([&](const auto& at) { kept.stretched(at, x.shape) += x.at(at) / op.count(x.shape); });
    y.numbers = kept.numbers;
  }
};

template <bool largest>
struct Reference<Extreme<largest>> : OverAxes<Extreme<largest>> {
  static void value(const Extreme<largest>& op, const auto& x, auto& y) {
    auto kept = y.as(op.over.reduced_shape(op.name, x.shape, true));
    auto seen = kept;
    x.each([&](const auto& at) {
      auto& best = kept.stretched(at, x.shape);
      auto& first = seen.stretched(at, x.shape);
      if (first == 0 || (largest ? x.at(at) > best : x.at(at) < best)) best = x.at(at);
      first = 1;
    });
    y.numbers = kept.numbers;
  }
};

template <>
struct Reference<Logsumexp> : OverAxes<Logsumexp> {
  static void value(const Logsumexp& op, const auto& x, auto& y) {
    using std::exp, std::log;
    auto kept = y.as(op.over.reduced_shape(op.name, x.shape, true));
    x.each([&](const auto& at) { kept.stretched(at, x.shape) += exp(x.at(at)); });
    for (auto& number : kept.numbers) number = log(number);
    y.numbers = kept.numbers;
  }
};

template <>
struct Reference<Softmax> : OverAxes<Softmax> {
  static void value(const Softmax& op, const auto& x, auto& y) {
    using std::exp;
    auto kept = y.as(x.shape).zeros(op.over.reduced_shape(op.name, x.shape, true));
    x.each([&](const auto& at) { kept.stretched(at, x.shape) += exp(x.at(at)); });
    x.each([&](const auto& at) { y.at(at) = exp(x.at(at)) / kept.stretched(at, x.shape); });
  }
};

template <>
struct Reference<LogSoftmax> : OverAxes<LogSoftmax> {
  static void value(const LogSoftmax& op, const auto& x, auto& y) {
    using std::exp, std::log;
    auto kept = y.as(x.shape).zeros(op.over.reduced_shape(op.name, x.shape, true));
    x.each([&](const auto& at) { kept.stretched(at, x.shape) += exp(x.at(at)); });
    x.each([&](const auto& at) { y.at(at) = x.at(at) - log(kept.stretched(at, x.shape)); });
  }
};

}  // namespace glassgrad
