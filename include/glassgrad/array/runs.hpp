// Runs: how several broadcast arrays are walked together. Axes that step alike are merged; what
// remains is an odometer over outer axes and one innermost run, along which an array either steps
// through its numbers or stays on one.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

#include "glassgrad/array/array.hpp"

namespace glassgrad {

template <int arrays>
class Runs {
 public:
  // Every shape must broadcast to `full`.
  Runs(const Shape& full, std::span<const Shape* const> shapes) {
    std::int64_t stride[arrays];
    for (auto& s : stride) s = 1;
    for (int axis = full.rank() - 1; axis >= 0; --axis) {
      const std::int64_t size = full[axis];
      empty_ |= size == 0;
      std::int64_t step[arrays];
      for (int k = 0; k < arrays; ++k) {
        const Shape& shape = *shapes[std::size_t(k)];
        const int own = axis - (full.rank() - shape.rank());
        const bool steps = own >= 0 && shape[own] != 1;
        step[k] = steps ? stride[k] : 0;
        if (steps) stride[k] *= size;
      }
      if (size != 1) add_axis(size, step);
    }
    if (axes_ == 0) {
      const std::int64_t none[arrays] = {};
      add_axis(1, none);
    }
    if (axes_ == 1) std::fill_n(step_[1], arrays, 0);  // a plane of one row
  }

  std::int64_t length() const { return size_[0]; }
  // 0 or 1 along the innermost run.
  std::int64_t step(int k) const { return step_[0][k]; }
  const std::int64_t* step() const { return step_[0]; }

  // Runs that follow one another by the same steps: a plane of so many.
  std::int64_t rows() const { return axes_ > 1 ? size_[1] : 1; }
  const std::int64_t* row_step() const { return step_[1]; }

  // body(offsets) once per innermost run, in order.
  template <class Body>
  void each(Body&& body) const {
    visit<1>(body);
  }
  // body(offsets) once per plane, in order.
  template <class Body>
  void each_plane(Body&& body) const {
    visit<2>(body);
  }

 private:
  template <int inner, class Body>
  void visit(Body& body) const {
    if (empty_) return;
    std::int64_t at[max_rank + 1] = {}, offset[arrays] = {};
    while (true) {
      body(static_cast<const std::int64_t*>(offset));
      int axis = inner;
      for (; axis < axes_; ++axis) {
        for (int k = 0; k < arrays; ++k) offset[k] += step_[axis][k];
        if (++at[axis] < size_[axis]) break;
        for (int k = 0; k < arrays; ++k) offset[k] -= step_[axis][k] * size_[axis];
        at[axis] = 0;
      }
      if (axis >= axes_) return;
    }
  }

  void add_axis(std::int64_t size, const std::int64_t* step) {
    if (axes_ > 0) {
      bool alike = true;
      for (int k = 0; k < arrays; ++k) alike &= step[k] == step_[axes_ - 1][k] * size_[axes_ - 1];
      if (alike) {
        size_[axes_ - 1] *= size;
        return;
      }
    }
    size_[axes_] = size;
    for (int k = 0; k < arrays; ++k) step_[axes_][k] = step[k];
    ++axes_;
  }

  std::int64_t size_[max_rank + 1];  // of as many axes as there are
  std::int64_t step_[max_rank + 1][arrays];
  int axes_ = 0;
  bool empty_ = false;
};

}  // namespace glassgrad
