// References of the ops that take positions.
#pragma once

#include "glassgrad/ops/rules/index.hpp"
#include "reference/reference.hpp"

namespace glassgrad {

template <>
struct Reference<Rows> {
  static void value(const Rows&, const auto& x, const auto& at, auto& y) {
    const std::int64_t length = Rows::row_length(x.shape);
    for (std::size_t i = 0; i < y.numbers.size(); ++i)
      y.numbers[i] = x.numbers[std::size_t(at.position(std::int64_t(i) / length) * length +
                                           std::int64_t(i) % length)];
  }
  static std::vector<Sample<Rows>> samples() {
    return {{{}, {{4, 3}, {5}}, 4}, {{}, {{3}, {2, 2}}, 3}, {{}, {{2, 3}, {0}}, 2}};
  }
};

template <>
struct Reference<AddRows> {
  static void value(const AddRows& op, const auto& x, const auto& at, auto& y) {
    const std::int64_t length = Rows::row_length(op.target);
    for (std::size_t i = 0; i < x.numbers.size(); ++i)
      y.numbers[std::size_t(at.position(std::int64_t(i) / length) * length +
                            std::int64_t(i) % length)] += x.numbers[i];
  }
  static std::vector<Sample<AddRows>> samples() {
    return {{{{4, 3}}, {{5, 3}, {5}}, 4}, {{{3}}, {{2, 2}, {2, 2}}, 3}};
  }
};

template <>
struct Reference<Pick> {
  static void value(const Pick&, const auto& x, const auto& at, auto& y) {
    for (std::int64_t i = 0; i < x.shape[0]; ++i)
      y.numbers[std::size_t(i)] = x.numbers[std::size_t(i * x.shape[1] + at.position(i))];
  }
  static std::vector<Sample<Pick>> samples() {
    return {{{}, {{4, 3}, {4}}, 3}, {{}, {{0, 3}, {0}}, 3}};
  }
};

template <>
struct Reference<Place> {
  static void value(const Place& op, const auto& x, const auto& at, auto& y) {
    for (std::int64_t i = 0; i < x.shape[0]; ++i)
      y.numbers[std::size_t(i * op.columns + at.position(i))] = x.numbers[std::size_t(i)];
  }
  static std::vector<Sample<Place>> samples() { return {{{3}, {{4}, {4}}, 3}}; }
};

}  // namespace glassgrad
