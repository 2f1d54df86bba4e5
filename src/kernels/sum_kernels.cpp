// Running sums, and sums in parts, with their rounding errors kept beside them.
#include "kernels/linear_sums.hpp"

namespace glassgrad::kernels {

template <class T>
void add_keeping(const T* x, std::int64_t n, T* sum, T* lost) {
  detail::Totals<xsimd::batch<T, NativeIsa>>::add(x, n, sum, lost);
}
template <class T>
bool settle(std::int64_t n, T* sum, const T* lost) {
  using V = xsimd::batch<T, NativeIsa>;
  detail::Totals<V>::settle(n, sum, lost);
  return detail::all_finite<V>(sum, n);
}

namespace {
// The same sums one by one.
template <class T>
void running_rows(View<const T> x, std::int64_t n, bool reversed, T* y) {
  const std::int64_t step = reversed ? -1 : 1;
  for (std::int64_t first = 0; first < x.count(); first += n) {
    std::int64_t at = reversed ? first + n - 1 : first;
    detail::Total<T> total{x[at], T(0)};  // as it is, the sign of a zero too
    y[at] = x[at];
    for (std::int64_t i = 1; i < n; ++i) {
      at += step;
      total.add(x[at]);
      y[at] = total.value();
    }
  }
}
template <class T>
void running_sums(View<const T> x, int axis, bool reversed, T* y, Pool& pool) {
  std::int64_t inner = 1;
  for (int i = axis + 1; i < x.rank(); ++i) inner *= x.shape()[i];
  const std::int64_t n = x.shape()[axis], row = n * inner;
  if (inner == 1) return running_rows(x, n, reversed, y);
  T* const sum = static_cast<T*>(pool.take(std::size_t(inner) * sizeof(T)));
  T* const lost = static_cast<T*>(pool.take(std::size_t(inner) * sizeof(T)));
  for (std::int64_t first = 0; first < x.count(); first += row) {
    std::fill_n(sum, inner, T(0)), std::fill_n(lost, inner, T(0));
    for (std::int64_t i = 0; i < n; ++i) {
      const std::int64_t at = first + (reversed ? n - 1 - i : i) * inner;
      if (i == 0)
        std::copy_n(x.data + at, inner, sum);  // as it is, the sign of a zero too
      else
        add_keeping(x.data + at, inner, sum, lost);
      std::copy_n(sum, inner, y + at);
      if (i > 0) detail::Totals<xsimd::batch<T, NativeIsa>>::settle(inner, y + at, lost);
    }
  }
  pool.release(sum), pool.release(lost);
}
}  // namespace

template <class T>
void cumsum(View<const T> x, int axis, bool reversed, T* y, Pool& pool) {
  if (x.count() == 0) return;
  plain_sums(x, x.shape()[axis], y, x.count(), pool, [&](const T* from, T* to) {
    running_sums(View<const T>{from, x.sizes}, axis, reversed, to, pool);
  });
}

#define GLASSGRAD_KERNELS(T)                                 \
  template void add_keeping(const T*, std::int64_t, T*, T*); \
  template bool settle(std::int64_t, T*, const T*);          \
  template void cumsum(View<const T>, int, bool, T*, Pool& pool);
GLASSGRAD_KERNELS(float)
GLASSGRAD_KERNELS(double)
#undef GLASSGRAD_KERNELS

}  // namespace glassgrad::kernels
