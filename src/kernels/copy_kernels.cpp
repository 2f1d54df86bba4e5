// Moving numbers: stretching, transposing, slicing, rows by position.
#include <algorithm>

#include "glassgrad/array/runs.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/kernels/kernels.hpp"
#include "glassgrad/kernels/simd.hpp"

namespace glassgrad::kernels {

template <class T>
void broadcast(View<const T> x, View<T> y, bool add) {
  if (x.count() == 1 && !add) {
    std::fill_n(y.data, y.count(), *x.data);
    return;
  }
  const Shape* shapes[] = {x.sizes, y.sizes};
  const Runs<2> runs(y.shape(), shapes);
  runs.each([&](const std::int64_t* at) {
    const T* const from = x.data + at[0];
    T* const to = y.data + at[1];
    if (add)
      for (std::int64_t i = 0; i < runs.length(); ++i) to[i] += from[i * runs.step(0)];
    else if (runs.step(0))
      std::copy_n(from, runs.length(), to);
    else
      std::fill_n(to, runs.length(), *from);
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

namespace {
// As few loops as possible over all positions: contiguous axes are merged. The innermost is the
// last axis, or a long one if that is short (windows, pairs).
class Loops {
 public:
  Loops(const Shape& sizes, const Walk& from, const Walk& to) {
    for (int i = 0; i < sizes.rank(); ++i) {
      const Axis axis{sizes[i], from.steps[i], to.steps[i]};
      if (axis.size == 1) continue;
      if (count_ > 0 && axis_[count_ - 1].from == axis.from * axis.size &&
          axis_[count_ - 1].to == axis.to * axis.size) {
        const std::int64_t both = axis_[count_ - 1].size * axis.size;
        axis_[count_ - 1] = {both, axis.from, axis.to};
      } else {
        axis_[count_++] = axis;
      }
    }
    if (count_ == 0) axis_[count_++] = {1, 1, 1};
    int inner = count_ - 1;
    for (int i = count_ - 2; i >= 0 && axis_[inner].size < short_axis; --i)
      if (axis_[i].size > axis_[inner].size) inner = i;
    std::rotate(axis_ + inner, axis_ + inner + 1, axis_ + count_);
  }

  struct Axis {
    std::int64_t size, from, to;
  };
  // body(from, to, rows, run) for every plane of the two innermost axes
  template <class T, class Body>
  void each(const T* from, T* to, const Body& body) const {
    const Axis &run = axis_[count_ - 1], rows = count_ > 1 ? axis_[count_ - 2] : Axis{1, 0, 0};
    std::int64_t at[max_rank] = {};
    while (true) {
      body(from, to, rows, run);
      int i = count_ - 3;
      for (; i >= 0; --i) {
        from += axis_[i].from, to += axis_[i].to;
        if (++at[i] < axis_[i].size) break;
        from -= axis_[i].from * axis_[i].size, to -= axis_[i].to * axis_[i].size;
        at[i] = 0;
      }
      if (i < 0) return;
    }
  }

 private:
  static constexpr std::int64_t short_axis = 8;
  Axis axis_[max_rank];
  int count_ = 0;
};
}  // namespace

namespace {
// to[i] = from[i], or with `adds` +=, for the numbers of a run. Runs of windows are short: vectors
// and a mask, without a call or overlap checks.
template <bool adds, class T>
void move(const T* from, T* to, std::int64_t n) {
  using V = xsimd::batch<T, NativeIsa>;
  constexpr std::int64_t lanes = V::size;
  std::int64_t i = 0;
  for (; i + lanes <= n; i += lanes) {
    const V v = V::load_unaligned(from + i);
    (adds ? V::load_unaligned(to + i) + v : v).store_unaligned(to + i);
  }
  if (i == n) return;
  const V v = simd::load_part<V>(from + i, n - i);
  simd::store_part(adds ? simd::load_part<V>(to + i, n - i) + v : v, to + i, n - i);
}
// Rows of at most a vector: one mask for all.
template <bool adds, class T>
void move_rows(const T* from, T* to, std::int64_t n, std::int64_t rows, std::int64_t from_step,
               std::int64_t to_step) {
  using V = xsimd::batch<T, NativeIsa>;
  for (; rows > 0; --rows, from += from_step, to += to_step) {
    const V v = simd::load_part<V>(from, n);
    simd::store_part(adds ? simd::load_part<V>(to, n) + v : v, to, n);
  }
}
template <bool adds, class T>
void walk(const Shape& sizes, const T* from, const Walk& from_walk, T* to, const Walk& to_walk) {
  if (sizes.count() == 0) return;
  Loops(sizes, from_walk, to_walk)
      .each(from + from_walk.offset, to + to_walk.offset,
            [](const T* in, T* out, const Loops::Axis& rows, const Loops::Axis& run) {
              const bool beside = run.from == 1 && run.to == 1;
              if (beside && run.size < std::int64_t(xsimd::batch<T, NativeIsa>::size))
                return move_rows<adds>(in, out, run.size, rows.size, rows.from, rows.to);
              for (std::int64_t row = rows.size; row > 0; --row, in += rows.from, out += rows.to) {
                if (beside) {
                  move<adds>(in, out, run.size);
                  continue;
                }
                for (std::int64_t i = 0; i < run.size; ++i) {
                  T& number = out[i * run.to];
                  number = adds ? number + in[i * run.from] : in[i * run.from];
                }
              }
            });
}
}  // namespace

template <class T>
void copy(const Shape& sizes, const T* from, const Walk& from_walk, T* to, const Walk& to_walk) {
  walk<false>(sizes, from, from_walk, to, to_walk);
}
template <class T>
void add(const Shape& sizes, const T* from, const Walk& from_walk, T* to, const Walk& to_walk) {
  walk<true>(sizes, from, from_walk, to, to_walk);
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

#define GLASSGRAD_KERNELS(T)                                                      \
  template void broadcast(View<const T>, View<T>, bool);                          \
  template void copy(const Shape&, const T*, const Walk&, T*, const Walk&);       \
  template void add(const Shape&, const T*, const Walk&, T*, const Walk&);        \
  template void take_rows(std::string_view, const T*, std::int64_t, std::int64_t, \
                          std::span<const std::int64_t>, T*);
GLASSGRAD_KERNELS(float)
GLASSGRAD_KERNELS(double)
#undef GLASSGRAD_KERNELS

}  // namespace glassgrad::kernels
