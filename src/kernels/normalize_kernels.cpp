// Rows to mean 0 and variance 1. A row stays in the cache for its mean, variance and result:
// everything passes through memory once.
#include <cmath>

#include "glassgrad/kernels/workers.hpp"
#include "kernels/reducing.hpp"

namespace glassgrad::kernels {
namespace {

// The constants of a row: y = ((x scale - first) - mean) factor. Plain rows have scale 1 and first
// 0. Where squares leave the range, the row is scaled by 2^k; where its mean exceeds its deviation
// by far, the first number is subtracted before the mean: that costs no digits, and equal numbers
// give exactly 0.
template <class T>
struct Moments {
  using V = xsimd::batch<T, NativeIsa>;
  T scale = T(1), first = T(0), mean = T(0), factor = T(0);  // 1 / sqrt(variance + eps)
  bool plain = false;

  Moments(const T* x, std::int64_t n, T eps) {
    constexpr T large = std::numeric_limits<T>::max() * std::numeric_limits<T>::epsilon();
    constexpr T apart = T(1) / 1024;  // of the squared mean: a deviation of a 32nd of it
    const T variance = two_passes<true>(x, n) / T(n);
    plain = variance + eps > 1 / large && variance < large && variance > apart * (mean * mean);
    factor = T(1) / std::sqrt(variance + eps);
  }
  // For a row that is not plain.
  [[gnu::noinline]] static Moments closely(const T* x, std::int64_t n, T eps) {
    Moments found;
    const T largest = fold_along<T, Largest>(
        n, [x](std::int64_t i, std::int64_t count) { return num::abs(load<V>(x + i, count)); });
    int exponent = 0;
    if (largest > T(0) && std::isfinite(largest)) (void)std::frexp(largest, &exponent);
    constexpr int most = sizeof(T) == 8 ? 1000 : 100;
    found.scale = std::ldexp(T(1), std::clamp(-exponent, -most, most));
    found.first = x[0] * found.scale;
    const T deviation = std::sqrt(found.template two_passes<false>(x, n) / T(n));
    found.factor = T(1) / std::hypot(deviation, found.scale * std::sqrt(eps));
    return found;
  }
  T slope() const { return factor * scale; }
  // x on the way to y
  template <bool as_it_is>
  V centred(const V& x) const {
    if constexpr (as_it_is)
      return x - V(mean);
    else
      return (x * V(scale) - V(first)) - V(mean);
  }

 private:
  Moments() = default;
  // The mean, and the sum of squared distances from it.
  template <bool as_it_is>
  T two_passes(const T* x, std::int64_t n) {
    const Moments none = *this;  // copies, so that numbers stay in registers
    mean = sum_along<T>(n,
                        [none, x](std::int64_t i, std::int64_t count) {
                          const V v = load<V>(x + i, count);
                          return as_it_is ? v : none.template centred<false>(v);
                        }) /
           T(n);
    const Moments all = *this;
    return sum_along<T>(n, [all, x](std::int64_t i, std::int64_t count) {
      const V v = all.template centred<as_it_is>(load<V>(x + i, count));
      return v * v;
    });
  }
};

// body(where a row starts) for all of them; many are split among threads.
template <class Body>
void each_row(std::int64_t count, std::int64_t n, const Body& body) {
  if (count == 0) return;
  constexpr std::int64_t chunk = std::int64_t(1) << 15;
  const std::int64_t rows = count / n, all = std::max<std::int64_t>(1, chunk / n);
  const std::int64_t each = count >= 4 * chunk ? all : rows;
  workers::run((rows + each - 1) / each, [&](std::int64_t task) {
    for (std::int64_t row = task * each; row < std::min(rows, (task + 1) * each); ++row)
      body(row * n);
  });
}

}  // namespace

namespace {
template <class T, bool plain>
inline void normalize_row(Moments<T> moments, const T* x, std::int64_t n, T* y) {
  using V = xsimd::batch<T, NativeIsa>;
  const V factor(moments.factor);
  each_vector<V>(n, [=](std::int64_t i, std::int64_t count) {
    store(moments.template centred<plain>(load<V>(x + i, count)) * factor, y + i, count);
  });
}
// Skipped if an intermediate might overflow, unless `anyway`; returns whether it ran. The
// difference of a finite number and one below max eps / 8 is finite, and |y| <= sqrt(n), as the
// mean of y^2 is at most 1.
template <class T, bool plain>
bool normalize_row_contribution(Moments<T> moments, const T* x, std::int64_t n, const T* u, T* to,
                                bool add, bool anyway = false) {
  using V = xsimd::batch<T, NativeIsa>;
  constexpr T small = std::numeric_limits<T>::max() * (std::numeric_limits<T>::epsilon() / 8);
  const V factor(moments.factor), slope(moments.slope());
  const T size = T(n);
  const T middle =
      sum_along<T>(n, [=](std::int64_t i, std::int64_t count) { return load<V>(u + i, count); }) /
      size;
  const auto y_at = [=](std::int64_t i, std::int64_t count) {
    return moments.template centred<plain>(load<V>(x + i, count)) * factor;
  };
  const T sum = sum_along<T>(n, [=](std::int64_t i, std::int64_t count) {
    return load<V>(u + i, count) * y_at(i, count);
  });
  if (!anyway && !(std::abs(middle) + std::abs(sum) <= small)) return false;
  const V mean(middle), along(sum / size);
  each_vector<V>(n, [=](std::int64_t i, std::int64_t count) {
    const V contribution = slope * ((load<V>(u + i, count) - mean) - y_at(i, count) * along);
    store(add ? load<V>(to + i, count) + contribution : contribution, to + i, count);
  });
  return true;
}
// Linear in the upstream: what is not finite is recomputed from a scaled-down one
// (detail::Smaller); where that is not finite either there is none.
template <class T, bool plain>
[[gnu::noinline, gnu::cold]] void normalize_row_again(Moments<T> moments, const T* x,
                                                      std::int64_t n, const T* u, T* to, bool add) {
  const detail::Smaller<T> smaller(n);
  detail::Apart<T> from(n), usual(n), contributions(n);
  smaller.take(u, n, from.numbers());
  normalize_row_contribution<T, plain>(moments, x, n, u, usual.numbers(), false, true);
  std::fill_n(contributions.numbers(), n, std::numeric_limits<T>::quiet_NaN());
  if (detail::all_finite<xsimd::batch<T, NativeIsa>>(u, n))
    normalize_row_contribution<T, plain>(moments, x, n, from.numbers(), contributions.numbers(),
                                         false, true);
  smaller.put_back(contributions.numbers(), n, usual.numbers());
  for (std::int64_t i = 0; i < n; ++i)
    to[i] = add ? to[i] + usual.numbers()[i] : usual.numbers()[i];
}
template <class T, bool plain>
void normalize_row_adjoint(Moments<T> moments, const T* x, std::int64_t n, const T* u, T* to,
                           bool add) {
  if (!normalize_row_contribution<T, plain>(moments, x, n, u, to, add)) [[unlikely]]
    normalize_row_again<T, plain>(moments, x, n, u, to, add);
}
}  // namespace

template <class T>
void normalize(View<const T> x, std::int64_t n, T eps, View<T> y) {
  each_row(x.count(), n, [=](std::int64_t at) {
    const T* const row = x.data + at;
    const Moments<T> moments(row, n, eps);
    if (moments.plain) [[likely]]
      normalize_row<T, true>(moments, row, n, y.data + at);
    else
      normalize_row<T, false>(Moments<T>::closely(row, n, eps), row, n, y.data + at);
  });
}

template <class T>
void normalize_adjoint(View<const T> x, std::int64_t n, T eps, View<const T> upstream, T* to,
                       bool add) {
  each_row(x.count(), n, [=](std::int64_t at) {
    const T *const row = x.data + at, *const u = upstream.data + at;
    const Moments<T> moments(row, n, eps);
    if (moments.plain) [[likely]]
      normalize_row_adjoint<T, true>(moments, row, n, u, to + at, add);
    else
      normalize_row_adjoint<T, false>(Moments<T>::closely(row, n, eps), row, n, u, to + at, add);
  });
}

#define GLASSGRAD_KERNELS(T)                                        \
  template void normalize(View<const T>, std::int64_t, T, View<T>); \
  template void normalize_adjoint(View<const T>, std::int64_t, T, View<const T>, T*, bool);
GLASSGRAD_KERNELS(float)
GLASSGRAD_KERNELS(double)
#undef GLASSGRAD_KERNELS

}  // namespace glassgrad::kernels
