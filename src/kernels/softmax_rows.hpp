// Common to softmax and its contributions: small kernels for strided rows, and for contiguous ones.
// Included by files that hold kernels only.
#pragma once

#include <cmath>

#include "kernels/reducing.hpp"
#include "kernels/row_numbers.hpp"

namespace glassgrad::kernels {
namespace {

// Small elementwise kernels for strided rows.
struct ExpDifference {
  using Kind = Elementwise<2>;
  auto value(const auto& x, const auto& shift) const { return num::exp(x - shift); }
};
struct Product {
  using Kind = Elementwise<2>;
  auto value(const auto& a, const auto& b) const { return a * b; }
};
template <class Op, class T, std::size_t n>
void run(const View<const T> (&in)[n], View<T> out, Pool& pool) {
  const Op op;
  detail::ElementwiseKernel<Op, T>::forward(&op, in, out, pool);
}

// Long contiguous rows are processed one by one.
template <class T>
bool by_rows(const View<const T>& x, const Shape& kept) {
  const Shape* shapes[] = {x.sizes, &kept};
  return x.count() > short_row * kept.count() && lie_in_rows(Runs<2>(*x.sizes, shapes), x, kept);
}
template <class T, class Row>
void each_row(const View<const T>& x, const Shape& kept, const Row& row) {
  const std::int64_t rows = kept.count(), n = x.count() / rows;
  for (std::int64_t i = 0; i < rows; ++i) row(i, i * n, n);
}

// y = scale e^(x - shift) along a row; the sum of the exponentials.
template <class T>
T exp_along(const T* x, std::int64_t n, T shift, T scale, T* y) {
  using V = xsimd::batch<T, NativeIsa>;
  const V s(shift), by(scale);
  return sum_along<T>(n, [=](std::int64_t i, std::int64_t count) {
    const V e = num::exp(load<V>(x + i, count) - s);
    store(e * by, y + i, count);
    return e;
  });
}
template <class T>
void scale_along(T* y, std::int64_t n, T scale) {
  using V = xsimd::batch<T, NativeIsa>;
  each_vector<V>(n, [=](std::int64_t i, std::int64_t count) {
    store(load<V>(y + i, count) * V(scale), y + i, count);
  });
}

// The largest, or 0 where that is infinite or NaN: of every reduced row, and of one.
template <class T>
T usable(T largest) {
  return std::abs(largest) <= std::numeric_limits<T>::max() ? largest : T(0);
}
// Is any of them infinite?
template <class T>
bool shift_of(View<const T> x, const Shape& kept, T* shift) {
  reduce_runs<T, Largest, Same>(x, kept, nullptr, shift);
  bool infinite = false;
  for (std::int64_t i = 0; i < kept.count(); ++i) {
    infinite |= std::isinf(shift[i]);
    shift[i] = usable(shift[i]);
  }
  return infinite;
}
template <class T>
T largest_along(const T* x, std::int64_t n) {
  return along<T, Largest, Same>(x, n, T(0));
}
template <class T>
T shift_along(const T* x, std::int64_t n) {
  return usable(largest_along(x, n));
}

// Softmax where the largest is infinite: entries equal to it split evenly, as in the limit. A row
// of -inf has no limit: NaN, or an even split on request.
template <class T>
T infinite_part(T largest, T count, bool logarithm, bool even) {
  if (largest < T(0) && !even) return std::numeric_limits<T>::quiet_NaN();
  return logarithm ? T(0) - std::log(count) : T(1) / count;
}
template <class T>
void split_row(const T* x, std::int64_t n, T largest, T* y, bool logarithm, bool even) {
  const T part = infinite_part(largest, T(std::count(x, x + n, largest)), logarithm, even);
  const T nothing = logarithm ? -std::numeric_limits<T>::infinity() : T(0);
  for (std::int64_t i = 0; i < n; ++i) y[i] = x[i] == largest ? part : nothing;
}
}  // namespace
}  // namespace glassgrad::kernels
