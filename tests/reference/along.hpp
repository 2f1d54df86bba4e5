// References of positions along an axis, and of running sums and products.
#pragma once

#include <type_traits>
#include <vector>

#include "glassgrad/ops/rules/along.hpp"
#include "reference/reference.hpp"

namespace glassgrad {

template <>
struct Reference<TakeAlong> {
  static void value(const TakeAlong& op, const auto& x, const auto& at, auto& y) {
    std::int64_t i = 0;
    y.each([&](const auto& to) {
      auto from = to;
      from[std::size_t(op.axis)] = at.position(i++);
      y.at(to) = x.at(from);
    });
  }
  static std::vector<Sample<TakeAlong>> samples() {
    return {{{0}, {{4, 2}, {3, 2}}, 4}, {{1}, {{3, 2, 2}, {2, 3, 2}}, 2}, {{0}, {{3}, {5}}, 3}};
  }
};

template <>
struct Reference<AddAlong> {
  static void value(const AddAlong& op, const auto& x, const auto& at, auto& y) {
    std::int64_t i = 0;
    x.each([&](const auto& from) {
      auto to = from;
      to[std::size_t(op.axis)] = at.position(i++);
      y.at(to) += x.at(from);
    });
  }
  static std::vector<Sample<AddAlong>> samples() {
    return {{{0, {4, 2}}, {{3, 2}, {3, 2}}, 4}, {{1, {3, 2, 2}}, {{2, 3, 2}, {2, 3, 2}}, 2}};
  }
};

// [cumsum]
template <>
struct Reference<Cumsum> {
  static void value(const Cumsum& op, const auto& x, auto& y) {
    y.each([&](const auto& at) {
      auto from = at;
      const std::int64_t own = at[std::size_t(op.axis)];
      const std::int64_t first = op.reversed ? own : 0;
      const std::int64_t last = op.reversed ? x.shape[op.axis] - 1 : own;
      for (std::int64_t j = first; j <= last; ++j)
        from[std::size_t(op.axis)] = j, y.at(at) += x.at(from);
    });
  }
  static std::vector<Sample<Cumsum>> samples() {
    return {
        {{0, false}, {{4}}}, {{1, true}, {{2, 3, 2}}}, {{0, false}, {{3, 2}}}, {{0, true}, {{0}}}};
  }
};
// [/cumsum]

template <>
struct Reference<Cumprod> {
  static void value(const Cumprod& op, const auto& x, auto& y) {
    y.each([&](const auto& at) {
      auto from = at;
      y.at(at) = 1;
      for (std::int64_t j = 0; j <= at[std::size_t(op.axis)]; ++j)
        from[std::size_t(op.axis)] = j, y.at(at) *= x.at(from);
    });
  }
  static std::vector<Sample<Cumprod>> samples() {
    return {{{0}, {{4}}}, {{1}, {{2, 3, 2}}}, {{0}, {{1, 2}}}, {{0}, {{0}}}};
  }
};

template <>
struct Reference<CumprodPush> {
  // The sum of all products of which each direction gives one factor, x the others.
  static void value(const CumprodPush& op, const auto& in, auto& y) {
    y.each([&](const auto& at) {
      using Number = std::remove_cvref_t<decltype(y.at(at))>;
      std::vector<Number> parts(std::size_t(1) << (in.size() - 1), Number(0));
      parts[0] = 1;
      auto from = at;
      for (std::int64_t j = 0; j <= at[std::size_t(op.axis)]; ++j) {
        from[std::size_t(op.axis)] = j;
        for (std::size_t some = parts.size(); some-- > 0;) {
          parts[some] *= in[0].at(from);
          for (std::size_t i = 1; i < in.size(); ++i)
            if (const std::size_t one = std::size_t(1) << (i - 1); some & one)
              parts[some] += parts[some ^ one] * in[i].at(from);
        }
      }
      y.at(at) = parts.back();
    });
  }
  static std::vector<Sample<CumprodPush>> samples() {
    return {{{0}, {{4}, {4}}},
            {{1}, {{2, 3}, {2, 3}, {2, 3}}},
            {{0}, {{3, 2}, {3, 2}}},
            {{0}, {{0}, {0}}},
            {{0}, {{3}}}};
  }
};

template <>
struct Reference<CumprodAdjoint> {
  static void value(const CumprodAdjoint& op, const auto& in, auto& y) {
    y.each([&](const auto& at) {  // x[i] replaced by one more direction, 1 at i
      using Number = std::remove_cvref_t<decltype(y.at(at))>;
      const std::int64_t own = at[std::size_t(op.axis)], n = y.shape[op.axis];
      std::vector<Number> parts(std::size_t(1) << (in.size() - 2), Number(0));
      parts[0] = 1, y.at(at) = 0;
      auto from = at;
      for (std::int64_t j = 0; j < n; ++j) {
        from[std::size_t(op.axis)] = j;
        for (std::size_t some = parts.size(); j != own && some-- > 0;) {
          parts[some] *= in[0].at(from);
          for (std::size_t i = 2; i < in.size(); ++i)
            if (const std::size_t one = std::size_t(1) << (i - 2); some & one)
              parts[some] += parts[some ^ one] * in[i].at(from);
        }
        if (j >= own) y.at(at) += parts.back() * in[1].at(from);
      }
    });
  }
  static std::vector<Sample<CumprodAdjoint>> samples() {
    return {{{0}, {{4}, {4}}},
            {{1}, {{2, 3, 2}, {2, 3, 2}}},
            {{1}, {{2, 3}, {2, 3}, {2, 3}}},
            {{0}, {{3}, {3}, {3}, {3}}},
            {{0}, {{0}, {0}}},
            {{0}, {{1, 2}, {1, 2}, {1, 2}}}};
  }
};

}  // namespace glassgrad
