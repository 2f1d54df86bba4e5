// References of windows along one axis or two, and of triangles.
#pragma once

#include "glassgrad/ops/rules/windows.hpp"
#include "reference/reference.hpp"

namespace glassgrad {

// x, and the shape of its windows.
struct Windowed {
  Windows op;
  Shape x, y;
};
inline constexpr Windowed windowed[] = {
    {{0, {3, 1, 1}}, {5}, {3, 3}},
    {{1, {2, 2, 1}}, {2, 5}, {2, 2, 2}},
    {{0, {2, 1, 2}}, {5, 2}, {3, 2, 2}},
    {{1, {2, 3, 1}}, {2, 5, 2}, {2, 2, 2, 2}},
    {{0, {2, 1, 1}, {3, 1, 1}}, {3, 4}, {2, 3, 2, 2}},
    {{1, {2, 2, 1}, {2, 1, 2}}, {2, 5, 4}, {2, 2, 2, 2, 2}},
    {{1, {1, 1, 1}, {2, 3, 1}}, {2, 2, 5}, {2, 1, 2, 2, 2}},
    {{0, {2, 1, 2}, {1, 2, 1}}, {3, 3, 2}, {2, 1, 2, 1, 2}},
};
// The position in x, of that rank, of a position in its windows.
inline Position place_of(const Windows& op, const Position& at, int rank) {
  Position place = at;
  const auto axis = std::size_t(op.axis), last = std::size_t(rank);
  const auto& [size, step, dilation] = op.along;
  place[axis] = at[axis] * step + at[last] * dilation;
  if (op.next.size == 0) return place;
  place[axis] = at[last] * step + at[axis] * dilation;
  place[axis + 1] = at[last + 1] * op.next.step + at[axis + 1] * op.next.dilation;
  return place;
}

template <>
struct Reference<Windows> {
  static void value(const Windows& op, const auto& x, auto& y) {
    y.each([&](const auto& at) { y.at(at) = x.at(place_of(op, at, x.shape.rank())); });
  }
  static auto samples() {
    return samples_of(windowed, [](auto& w) { return Sample<Windows>{w.op, {w.x}}; });
  }
};

template <>
struct Reference<AddWindows> {
  static void value(const AddWindows& op, const auto& x, auto& y) {
    x.each([&](const auto& at) { y.at(place_of(op.windows, at, y.shape.rank())) += x.at(at); });
  }
  static auto samples() {
    auto all = samples_of(windowed, [](auto& w) {
      const int axis = w.op.axis;
      const std::int64_t next = w.op.next.size > 0 ? w.x[axis + 1] : 0;
      return Sample<AddWindows>{{w.op, w.x[axis], next}, {w.y}};
    });
    all.push_back(
        {{{0, {2, 2, 1}}, 7}, {{2, 2}}});  // with room for a third, for another row of them
    all.push_back({{{0, {2, 1, 1}, {2, 1, 1}}, 4, 3}, {{2, 2, 2, 2}}});
    all.push_back({{{0, {3, 1, 1}}, 2}, {{0, 3}}});  // none, where there is room for none
    return all;
  }
};

template <>
struct Reference<Triangle> {
  static void value(const Triangle& op, const auto& x, auto& y) {
    const auto rank = std::size_t(x.shape.rank());
    x.each([&](const auto& at) {
      const std::int64_t right = at[rank - 1] - at[rank - 2];
      if (op.upper ? right >= op.offset : right <= op.offset) y.at(at) = x.at(at);
    });
  }
  static std::vector<Sample<Triangle>> samples() {
    return {{{true, 0}, {{3, 3}}},
            {{false, 0}, {{2, 3}}},
            {{true, 1}, {{2, 3, 2}}},
            {{false, -1}, {{3, 2}}}};
  }
};

}  // namespace glassgrad
