// Moving numbers: stretching, transposing, slicing, rows by position.
#include <algorithm>

#include "glassgrad/core/kernels.hpp"
#include "glassgrad/core/runs.hpp"
#include "glassgrad/core/text.hpp"

namespace glassgrad::kernels {

template <class T>
void broadcast(View<const T> x, View<T> y) {
  const Shape* shapes[] = {x.sizes, y.sizes};
  const Runs<2> runs(y.shape(), shapes);
  runs.each([&](const std::int64_t* at) {
    if (runs.step(0))
      std::copy_n(x.data + at[0], runs.length(), y.data + at[1]);
    else
      std::fill_n(y.data + at[1], runs.length(), x.data[at[0]]);
  });
}

Walk row_major(const Shape& shape) {
  Walk walk;
  std::int64_t step = 1;
  for (int axis = shape.rank() - 1; axis >= 0; --axis) {
    walk.steps[axis] = step;
    step *= shape[axis];
  }
  return walk;
}

template <class T>
void copy(const Shape& sizes, const T* from, const Walk& from_walk, T* to, const Walk& to_walk) {
  if (sizes.count() == 0) return;
  from += from_walk.offset;
  to += to_walk.offset;
  const int last = sizes.rank() - 1;
  const std::int64_t n = last < 0 ? 1 : sizes[last];
  const std::int64_t from_step = last < 0 ? 1 : from_walk.steps[last];
  const std::int64_t to_step = last < 0 ? 1 : to_walk.steps[last];
  std::int64_t at[max_rank] = {};
  while (true) {
    if (from_step == 1 && to_step == 1) {
      std::copy_n(from, n, to);
    } else {
      for (std::int64_t i = 0; i < n; ++i) to[i * to_step] = from[i * from_step];
    }
    int axis = last - 1;
    for (; axis >= 0; --axis) {
      from += from_walk.steps[axis], to += to_walk.steps[axis];
      if (++at[axis] < sizes[axis]) break;
      from -= from_walk.steps[axis] * sizes[axis], to -= to_walk.steps[axis] * sizes[axis];
      at[axis] = 0;
    }
    if (axis < 0) return;
  }
}

void check_positions(std::string_view op, std::span<const std::int64_t> positions,
                     std::int64_t rows) {
  for (std::size_t i = 0; i < positions.size(); ++i)
    if (positions[i] < 0 || positions[i] >= rows)
      throw ShapeError(op, join("position ", positions[i], " (number ", i, ") is out of range"),
                       rows == 0 ? std::string("There are no rows to take from")
                                 : join("Positions here go from 0 to ", rows - 1));
}

template <class T>
void take_rows(std::string_view op, const T* x, std::int64_t rows, std::int64_t length,
               std::span<const std::int64_t> positions, T* y) {
  check_positions(op, positions, rows);
  for (std::int64_t position : positions) y = std::copy_n(x + position * length, length, y);
}

template <class T>
void add_rows(std::string_view op, const T* x, std::int64_t rows, std::int64_t length,
              std::span<const std::int64_t> positions, T* y) {
  check_positions(op, positions, rows);
  std::fill_n(y, rows * length, T(0));
  for (std::int64_t position : positions) {
    T* row = y + position * length;
    for (std::int64_t i = 0; i < length; ++i) row[i] += *x++;
  }
}

#define GLASSGRAD_KERNELS(T)                                                      \
  template void broadcast(View<const T>, View<T>);                                \
  template void copy(const Shape&, const T*, const Walk&, T*, const Walk&);       \
  template void take_rows(std::string_view, const T*, std::int64_t, std::int64_t, \
                          std::span<const std::int64_t>, T*);                     \
  template void add_rows(std::string_view, const T*, std::int64_t, std::int64_t,  \
                         std::span<const std::int64_t>, T*);
GLASSGRAD_KERNELS(float)
GLASSGRAD_KERNELS(double)
#undef GLASSGRAD_KERNELS

}  // namespace glassgrad::kernels
