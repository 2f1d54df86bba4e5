// References of windows along one axis or two, and of triangles.
#pragma once

#include "glassgrad/ops/rules/windows.hpp"
#include "reference/reference.hpp"

namespace glassgrad {

// The position in x, of that rank, of a position in its windows.
inline Position place_of(const Windows& op, const Position& at, int rank) {
  Position place = at;
  std::int64_t& along = place[std::size_t(op.axis)];
  along = along * op.step + at[std::size_t(rank)] * op.dilation;
  return place;
}
inline Position place_of(const Patches& op, const Position& at, int rank) {
  Position place = at;
  const std::size_t k = std::size_t(rank - 2), i = std::size_t(rank);
  place[k] = at[i] * op.rows.step + at[k] * op.rows.dilation;
  place[k + 1] = at[i + 1] * op.columns.step + at[k + 1] * op.columns.dilation;
  return place;
}

template <>
struct Reference<Windows> {
  static void value(const Windows& op, const auto& x, auto& y) {
    y.each([&](const auto& at) { y.at(at) = x.at(place_of(op, at, x.shape.rank())); });
  }
  static std::vector<Sample<Windows>> samples() {
    return {{{0, 3, 1, 1}, {{5}}},
            {{1, 2, 2, 1}, {{2, 5}}},
            {{0, 2, 1, 2}, {{5, 2}}},
            {{1, 2, 3, 1}, {{2, 5, 2}}}};
  }
};

template <>
struct Reference<AddWindows> {
  static void value(const AddWindows& op, const auto& x, auto& y) {
    x.each([&](const auto& at) { y.at(place_of(op.windows, at, y.shape.rank())) += x.at(at); });
  }
  static std::vector<Sample<AddWindows>> samples() {
    return {{{{0, 3, 1, 1}, 5}, {{3, 3}}},
            {{{1, 2, 2, 1}, 5}, {{2, 2, 2}}},
            {{{0, 2, 1, 2}, 5}, {{3, 2, 2}}}};
  }
};

template <>
struct Reference<Patches> {
  static void value(const Patches& op, const auto& x, auto& y) {
    y.each([&](const auto& at) { y.at(at) = x.at(place_of(op, at, x.shape.rank())); });
  }
  static std::vector<Sample<Patches>> samples() {
    return {{{{2, 1, 1}, {3, 1, 1}}, {{3, 4}}},
            {{{2, 2, 1}, {2, 1, 2}}, {{2, 5, 4}}},
            {{{1, 1, 1}, {2, 3, 1}}, {{2, 2, 5}}},
            {{{2, 1, 2}, {1, 2, 1}}, {{3, 3}}}};
  }
};

template <>
struct Reference<AddPatches> {
  static void value(const AddPatches& op, const auto& x, auto& y) {
    x.each([&](const auto& at) { y.at(place_of(op.patches, at, y.shape.rank())) += x.at(at); });
  }
  static std::vector<Sample<AddPatches>> samples() {
    return {{{{{2, 1, 1}, {3, 1, 1}}, 3, 4}, {{2, 3, 2, 2}}},
            {{{{2, 2, 1}, {2, 1, 2}}, 5, 4}, {{2, 2, 2, 2, 2}}},
            {{{{1, 1, 1}, {2, 3, 1}}, 2, 5}, {{1, 2, 2, 2}}},
            {{{{2, 1, 2}, {1, 2, 1}}, 3, 3}, {{2, 1, 1, 2}}}};
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
