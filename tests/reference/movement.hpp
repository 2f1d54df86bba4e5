// References of the movement ops.
#pragma once

#include "glassgrad/ops/rules/movement.hpp"
#include "reference/reference.hpp"

namespace glassgrad {

template <>
struct Reference<Reshape> {
  static void value(const Reshape&, const auto& x, auto& y) { y.numbers = x.numbers; }
  static std::vector<Sample<Reshape>> samples() {
    return {{{{3, 2}}, {{2, 3}}}, {{{4}}, {{2, 1, 2}}}, {{{0, 5}}, {{0}}}};
  }
};

template <>
struct Reference<Transpose> {
  static void value(const Transpose& op, const auto& x, auto& y) {
    y.each([&](const auto& at) {
      auto from = at;
      for (int i = 0; i < y.shape.rank(); ++i)
        from[std::size_t(op.axis(i, y.shape.rank()))] = at[std::size_t(i)];
      y.at(at) = x.at(from);
    });
  }
  static std::vector<Sample<Transpose>> samples() {
    return {{{}, {{2, 3}}},
            {{{2, 0, 1}}, {{2, 3, 4}}},
            {{{0, 2, 1}}, {{2, 3, 2}}},
            {{}, {{0, 2}}},
            {{{-1, 0}}, {{3, 1}}}};
  }
};

template <>
struct Reference<Slice> {
  static void value(const Slice& op, const auto& x, auto& y) {
    y.each([&](const auto& at) {
      auto from = at;
      from[std::size_t(op.axis)] = op.start + at[std::size_t(op.axis)] * op.step;
      y.at(at) = x.at(from);
    });
  }
  static std::vector<Sample<Slice>> samples() {
    return {{{0, 1, 2, 1}, {{4, 3}}},
            {{1, 0, 2, 2}, {{2, 4}}},
            {{1, 3, 4, -1}, {{2, 4}}},
            {{0, 0, 0, 1}, {{3}}}};
  }
};

template <>
struct Reference<Embed> {
  static void value(const Embed& op, const auto& x, auto& y) {
    x.each([&](const auto& at) {
      auto to = at;
      to[std::size_t(op.slice.axis)] =
          op.slice.start + at[std::size_t(op.slice.axis)] * op.slice.step;
      y.at(to) = x.at(at);
    });
  }
  static std::vector<Sample<Embed>> samples() {
    return {
        {{{0, 1, 2, 1}, 4}, {{2, 3}}}, {{{1, 0, 2, 2}, 5}, {{2, 2}}}, {{{0, 0, 0, 1}, 3}, {{0}}}};
  }
};

template <>
struct Reference<Concat> {
  static void value(const Concat& op, const auto& in, auto& y) {
    std::int64_t start = 0;
    for (const auto& x : in) {
      x.each([&](const auto& at) {
        auto to = at;
        to[std::size_t(op.axis)] += start;
        y.at(to) = x.at(at);
      });
      start += x.shape[op.axis];
    }
  }
  static std::vector<Sample<Concat>> samples() {
    return {{{0}, {{2, 3}, {1, 3}}}, {{1}, {{2, 1}, {2, 2}, {2, 3}}}, {{0}, {{2}, {0}}}};
  }
};

}  // namespace glassgrad
