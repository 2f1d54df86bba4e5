// What the contributions of a plane add to numbers for its rows, its columns or its entries, or to
// one for all of it: with the error of a few additions however many they are (sums.hpp). Included
// by contribution_kernels.cpp.
#pragma once

#include "glassgrad/kernels/elementwise_walk.hpp"
#include "kernels/contribution_pieces.hpp"
#include "kernels/sums.hpp"

namespace glassgrad::kernels {
namespace {

using detail::Contributions, detail::Plane, detail::plain_terms;

template <class T>
using Vector = xsimd::batch<T, NativeIsa>;

// A row that arrives in pieces, all but the last of which are a multiple of a vector.
template <class T>
struct RowSum {
  using V = Vector<T>;
  static constexpr std::int64_t lanes = V::size;
  V part = V(T(0)), sum = V(T(0)), lost = V(T(0));
  T rest = T(0);
  std::int64_t filled = 0;

  void add(const auto& rows, std::int64_t count) {
    std::int64_t i = 0;
    for (; i + lanes <= count; i += lanes) {
      part += rows.load(i, lanes);
      if (++filled == plain_terms) lost += detail::two_sum(sum, part), part = V(T(0)), filled = 0;
    }
    if (i == count) return;
    alignas(64) T lane[lanes];
    rows.load(i, count - i).store_aligned(lane);
    for (std::int64_t k = 0; k < count - i; ++k) rest += lane[k];
  }
  T value() {
    lost += detail::two_sum(sum, part);
    return detail::with_lost(rest + xsimd::hadd(sum), xsimd::hadd(lost));
  }
};

template <class T, class Pieces>
class PlaneSums : detail::ElementwiseWalk<T, NativeIsa> {
  using Walk = detail::ElementwiseWalk<T, NativeIsa>;
  using V = Vector<T>;
  using Rows = typename Pieces::Rows;
  using All = detail::Totals<V>;
  using Walk::lanes;

 public:
  PlaneSums(const Contributions<T>& from, const Plane& plane)
      : pieces_(from, plane),
        plane_(plane),
        along_(plane.step[from.input]),
        across_(plane.row_step[from.input]) {}

  void add(T* g, T* lost) {
    if (along_ && !across_) return add_columns(g, lost);
    if (along_) return add_entries(g, lost);
    add_rows(g, lost);
  }

 private:
  // body(rows, row, column, width): all of the plane, row after row, each from its start.
  template <class Body>
  void each(const Body& body) {
    const std::int64_t wide = std::min<std::int64_t>(plane_.length, pieces_.most_columns);
    const std::int64_t high = pieces_.most_rows(wide);
    for (std::int64_t row = 0; row < plane_.rows; row += high)
      for (std::int64_t column = 0; column < plane_.length; column += wide) {
        const std::int64_t end = std::min(row + high, plane_.rows);
        const std::int64_t width = std::min(wide, plane_.length - column);
        Rows rows = pieces_.at(row, end - row, column, width);
        for (std::int64_t r = row; r < end; ++r, rows.next()) body(rows, r, column, width);
      }
  }
  void add_entries(T* g, T* lost) {
    each([&](const Rows& rows, std::int64_t row, std::int64_t column, std::int64_t width) {
      const std::int64_t at = row * across_ + column;
      for (std::int64_t i = 0; i < width; i += lanes) {
        const std::int64_t count = std::min(lanes, width - i);
        if (lost)
          All::add(rows.load(i, count), g + at + i, lost + at + i, count);
        else
          Walk::give(rows.load(i, count), g + at + i, count, true);
      }
    });
  }
  void add_rows(T* g, T* lost) {
    detail::Total<T> total;
    RowSum<T> sum;
    each([&](const Rows& rows, std::int64_t row, std::int64_t column, std::int64_t width) {
      sum.add(rows, width);
      if (column + width < plane_.length) return;
      if (const std::int64_t at = row * across_; across_)
        detail::Lost<T>::add(sum.value(), g + at, lost ? lost + at : nullptr);
      else
        total.add(sum.value());
      sum = {};
    });
    if (!across_) detail::Lost<T>::add(total.value(), g, lost);
  }
  // As for a bias: 64 rows at a time, for columns that fit the first cache.
  void add_columns(T* g, T* lost) {
    if (plane_.rows <= plain_terms && !lost) return add_down(0, plane_.rows, 0, plane_.length, g);
    for (std::int64_t c = 0; c < plane_.length; c += All::width) {
      const std::int64_t w = std::min(All::width, plane_.length - c);
      std::int64_t row = 0;
      All::add_rows(plane_.rows, w, g + c, lost ? lost + c : nullptr,
                    [&](std::int64_t rows, bool, T* part) {
                      add_down(row, rows, c, w, part);
                      row += rows;
                    });
    }
  }
  void add_down(std::int64_t row, std::int64_t rows, std::int64_t column, std::int64_t width,
                T* g) {
    const std::int64_t wide = std::min<std::int64_t>(width, pieces_.most_columns);
    const std::int64_t high = pieces_.most_rows(wide);
    for (std::int64_t c = 0; c < width; c += wide)
      for (std::int64_t r = 0; r < rows; r += high) {
        const std::int64_t w = std::min(wide, width - c), h = std::min(high, rows - r);
        add_piece(pieces_.at(row + r, h, column + c, w), h, w, g + c);
      }
  }
  // Row by row, four of them while a sum is in a register.
  static void add_piece(Rows rows, std::int64_t height, std::int64_t width, T* g) {
    for (; height > 0; height -= 4) {
      Rows all[4] = {rows, rows, rows, rows};
      for (int r = 1; r < 4; ++r) all[r] = all[r - 1], all[r].next();
      rows = all[3], rows.next();
      const std::int64_t now = std::min<std::int64_t>(4, height);
      for (std::int64_t i = 0; i < width; i += lanes) {
        const std::int64_t count = std::min(lanes, width - i);
        V sum = All::load(g + i, count);
        if (now == 4)
          for (int r = 0; r < 4; ++r) sum += all[r].load(i, count);
        else
          for (int r = 0; r < now; ++r) sum += all[r].load(i, count);
        All::store(sum, g + i, count);
      }
    }
  }

  Pieces pieces_;
  const Plane& plane_;
  const std::int64_t along_, across_;
};

}  // namespace
}  // namespace glassgrad::kernels
