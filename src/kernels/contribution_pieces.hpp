// The contributions that reach a broadcast input, read piece by piece: as the op writes them,
// pieces small enough for the first cache, or for ops that hand on the upstream, or a product with
// it, from where they are. contribution_kernels.cpp adds them up.
#pragma once

#include <algorithm>

#include "glassgrad/kernels/elementwise_sums.hpp"
#include "glassgrad/kernels/simd.hpp"

namespace glassgrad::detail {

template <class V, class T = typename V::value_type>
V load_some(const T* x, std::int64_t count) {
  return count == std::int64_t(V::size) ? V::load_unaligned(x) : simd::load_part<V>(x, count);
}

template <class T, class V>
class WrittenPieces {
 public:
  struct Rows {
    const T* x;
    std::int64_t step;
    V load(std::int64_t i, std::int64_t count) const { return load_some<V>(x + i, count); }
    void next() { x += step; }
  };
  WrittenPieces(const Contributions<T>& from, const Plane& plane) : from_(from), plane_(plane) {}
  static constexpr std::int64_t most_columns = 16384 / sizeof(T);  // a third of a first cache
  static std::int64_t most_rows(std::int64_t columns) { return most_columns / padded(columns); }

  Rows at(std::int64_t row, std::int64_t rows, std::int64_t column, std::int64_t columns) {
    std::int64_t offset[most_elementwise_inputs + 2];
    for (int k = 0; k < from_.inputs + 2; ++k)
      offset[k] = plane_.offset[k] + row * plane_.row_step[k] + column * plane_.step[k];
    const std::int64_t step = padded(columns);
    from_.write(from_, Plane{offset, plane_.step, plane_.row_step, columns, rows}, numbers_, step);
    return {numbers_, step};
  }

 private:
  // Every row starts at a line of the cache.
  static std::int64_t padded(std::int64_t columns) {
    constexpr std::int64_t line = 64 / sizeof(T);
    return (columns + line - 1) / line * line;
  }
  const Contributions<T>& from_;
  const Plane& plane_;
  alignas(64) T numbers_[most_columns];  // not filled
};

// Of two inputs, along whose runs the upstream steps. Rows of any length and number.
template <class T, class V, SummedFrom form>
class ReadPieces {
 public:
  struct Rows {
    const T *x, *factor;
    std::int64_t step, factor_step, along;
    V load(std::int64_t i, std::int64_t count) const {
      const V upstream = load_some<V>(x + i, count);
      if constexpr (form == SummedFrom::upstream)
        return upstream;
      else if constexpr (form == SummedFrom::negative)
        return upstream * V(T(-1));
      else
        return upstream * (along ? load_some<V>(factor + i, count) : V(*factor));
    }
    void next() { x += step, factor += factor_step; }
  };
  ReadPieces(const Contributions<T>& from, const Plane& plane)
      : from_(from), plane_(plane), most_columns(plane.length) {}
  std::int64_t most_rows(std::int64_t) const { return plane_.rows; }

  Rows at(std::int64_t row, std::int64_t, std::int64_t column, std::int64_t) const {
    const int other = 1 - from_.input;
    const auto start = [&](int k) {
      return from_.arrays[k].data + plane_.offset[k] + row * plane_.row_step[k] +
             column * plane_.step[k];
    };
    return {start(2), start(other), plane_.row_step[2], plane_.row_step[other], plane_.step[other]};
  }

 private:
  const Contributions<T>& from_;
  const Plane& plane_;

 public:
  const std::int64_t most_columns;
};

}  // namespace glassgrad::detail
