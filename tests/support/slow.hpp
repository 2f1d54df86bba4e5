// Slow<S>: an array whose entries are visited one by one, by position, for the Reference of an op
// that is not elementwise. Slow and plain on purpose; S is double or Wide.
#pragma once

#include <array>
#include <vector>

#include "glassgrad/array/array.hpp"

namespace glassgrad {

using Position = std::array<std::int64_t, max_rank>;  // one per axis, the rest 0

template <class S>
struct Slow {
  Shape shape;
  std::vector<S> numbers;
  std::vector<std::int64_t> positions;  // instead of numbers, for an input that takes positions

  Slow() = default;
  explicit Slow(const Shape& sizes) : shape(sizes), numbers(std::size_t(sizes.count()), S(0)) {}
  Slow(const Shape& sizes, std::vector<S> all) : shape(sizes), numbers(std::move(all)) {}

  Slow as(const Shape& sizes) const { return Slow(sizes, numbers); }  // another shape, same count
  Slow zeros(const Shape& sizes) const { return Slow(sizes); }
  std::int64_t position(std::int64_t i) const { return positions.at(std::size_t(i)); }

  // f(position of the entry), in row-major order
  template <class F>
  void each(F&& f) const {
    Position at{};
    for (std::int64_t i = 0; i < shape.count(); ++i) {
      f(static_cast<const Position&>(at));
      for (int axis = shape.rank() - 1; axis >= 0; --axis) {
        if (++at[std::size_t(axis)] < shape[axis]) break;
        at[std::size_t(axis)] = 0;
      }
    }
  }
  S& at(const Position& p) { return numbers.at(offset(p, shape.rank())); }
  const S& at(const Position& p) const { return numbers.at(offset(p, shape.rank())); }
  // Position p is one of `full`: axes are aligned at the end, an axis of size 1 stays at 0.
  S& stretched(const Position& p, const Shape& full) { return numbers.at(offset(p, full.rank())); }
  const S& stretched(const Position& p, const Shape& full) const {
    return numbers.at(offset(p, full.rank()));
  }

 private:
  std::size_t offset(const Position& p, int rank) const {
    std::int64_t offset = 0;
    for (int axis = 0; axis < shape.rank(); ++axis) {
      const std::int64_t own = p[std::size_t(axis + rank - shape.rank())];
      offset = offset * shape[axis] + (shape[axis] == 1 ? 0 : own);
    }
    return std::size_t(offset);
  }
};

}  // namespace glassgrad
