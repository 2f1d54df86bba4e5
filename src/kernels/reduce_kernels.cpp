// Reductions over any axes.
#include <algorithm>
#include <cmath>

#include "kernels/reducing.hpp"
#include "kernels/tiles.hpp"

namespace glassgrad::kernels {
namespace {
struct IsShift {
  static auto map(const auto& x, const auto& shift) { return is(x, shift); }
  template <class V>
  static V is(const V& x, const V& y) {
    return where(x == y, V(1), V(0));
  }
};
struct ExtremeShare {
  using Kind = Elementwise<4>;
  auto value(const auto& x, const auto& y, const auto& upstream, const auto& part) const {
    return upstream * (IsShift::is(x, y) * part);
  }
};
}  // namespace

namespace {
template <class T, class How>
void reduce_as(View<const T> x, const Shape& kept, T* y) {
  const Tiles tiles(x.shape(), kept);
  if (tiles.found) return reduce_tiles<T, How>(tiles, x.data, y);
  reduce_runs<T, How, Same>(x, kept, nullptr, y);
}
}  // namespace

namespace {
struct Times {
  static auto map(const auto& x, const auto& by) { return x * by; }
};
struct Less {
  static auto map(const auto& x, const auto& shift) { return x - shift; }
};
template <class T>
bool finite(const T* y, std::int64_t count) {
  if (count <= 4)  // a vector load would wait for the stores just made
    return std::all_of(y, y + count, [](T number) { return std::isfinite(number); });
  return detail::all_finite<xsimd::batch<T, NativeIsa>>(y, count);
}
// For sums or means that are not finite: detail::Smaller.
template <class T>
[[gnu::noinline, gnu::cold]] void add_up_smaller(View<const T> x, const Shape& kept, T* y,
                                                 double count) {
  const std::int64_t n = kept.count();
  const detail::Smaller<T> smaller(x.count() / n);
  detail::Apart<T> scales(n), sums(n);
  std::fill_n(scales.numbers(), n, smaller.by);
  reduce_runs<T, AddUp, Times>(x, kept, scales.numbers(), sums.numbers());
  smaller.put_back(sums.numbers(), n, y, count);
}
}  // namespace

template <class T>
void reduce(Reduction how, View<const T> x, const Shape& kept, T* y, double count) {
  switch (how) {
    case Reduction::sum:
      reduce_as<T, AddUp>(x, kept, y);
      if (count != 1)
        for (std::int64_t i = 0; i < kept.count(); ++i) y[i] /= T(count);
      if (x.count() > 0 && !finite(y, kept.count())) add_up_smaller(x, kept, y, count);
      break;
    case Reduction::max:
      reduce_as<T, Largest>(x, kept, y);
      break;
    case Reduction::min:
      reduce_as<T, Smallest>(x, kept, y);
      break;
  }
}

namespace {
struct Centred {
  using Kind = Elementwise<3>;
  auto value(const auto& x, const auto& first, const auto& mean) const {
    return (x - first) - mean;
  }
};
}  // namespace

// Every row's first number is subtracted before the mean: equal numbers give 0, and a common offset
// costs no digits.
template <class T>
void centre(View<const T> x, const Shape& kept, View<T> y, Pool& pool) {
  if (x.count() == 0) return;
  const std::int64_t n = kept.count();
  T* const first = static_cast<T*>(pool.take(bytes_of<T>(n)));
  T* const mean = static_cast<T*>(pool.take(bytes_of<T>(n)));
  copy(kept, x.data, row_major(x.shape()), first, row_major(kept));
  reduce_runs<T, AddUp, Less>(x, kept, first, mean);
  const double count = double(x.count() / n);
  for (std::int64_t i = 0; i < n; ++i) mean[i] /= T(count);
  if (!finite(mean, n)) {  // only for rows whose numbers are too far apart
    T* const whole = static_cast<T*>(pool.take(bytes_of<T>(n)));
    reduce(Reduction::sum, x, kept, whole, count);
    for (std::int64_t i = 0; i < n; ++i)
      if (!std::isfinite(mean[i])) first[i] = T(0), mean[i] = whole[i];
    pool.release(whole);
  }
  const View<const T> in[] = {x, {first, &kept}, {mean, &kept}};
  const Centred op;
  detail::ElementwiseKernel<Centred, T>::forward(&op, in, y, pool);
  pool.release(first);
  pool.release(mean);
}

template <class T>
void extreme_adjoint(View<const T> x, const Shape& kept, const T* y, const T* upstream, View<T> to,
                     Pool& pool) {
  const Tiles tiles(x.shape(), kept);
  if (tiles.found) return extreme_tiles_adjoint(tiles, x.data, y, upstream, to.data);
  T* const part = static_cast<T*>(pool.take(bytes_of<T>(kept.count())));
  reduce_runs<T, AddUp, IsShift>(x, kept, y, part);
  for (std::int64_t i = 0; i < kept.count(); ++i) part[i] = T(1) / part[i];
  const View<const T> in[] = {x, {y, &kept}, {upstream, &kept}, {part, &kept}};
  const ExtremeShare op;
  detail::ElementwiseKernel<ExtremeShare, T>::forward(&op, in, to, pool);
  pool.release(part);
}

#define GLASSGRAD_KERNELS(T)                                                \
  template void reduce(Reduction, View<const T>, const Shape&, T*, double); \
  template void centre(View<const T>, const Shape&, View<T>, Pool&);        \
  template void extreme_adjoint(View<const T>, const Shape&, const T*, const T*, View<T>, Pool&);
GLASSGRAD_KERNELS(float)
GLASSGRAD_KERNELS(double)
#undef GLASSGRAD_KERNELS

}  // namespace glassgrad::kernels
