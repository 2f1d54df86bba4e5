// Rows to mean 0 and variance 1. A row stays in the cache while its mean, its variance and what
// becomes of it are computed: everything passes through memory once.
#include <cmath>

#include "core/reducing.hpp"
#include "glassgrad/core/workers.hpp"

namespace glassgrad::kernels {
namespace {

template <class T>
struct Moments {
  T mean, scale;  // 1 / sqrt(variance + eps)

  Moments(const T* x, std::int64_t n, T eps)
      : mean(sum_along<T>(n,
                          [x](std::int64_t i, std::int64_t count) {
                            return load<xsimd::batch<T, NativeIsa>>(x + i, count);
                          }) /
             T(n)) {
    using V = xsimd::batch<T, NativeIsa>;
    const V centre(mean);
    const T squares = sum_along<T>(n, [x, centre](std::int64_t i, std::int64_t count) {
      const V v = load<V>(x + i, count) - centre;
      return v * v;
    });
    scale = T(1) / std::sqrt(squares / T(n) + eps);
  }
};

// body(where a row starts) for all of them; many are shared among threads.
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

template <class T>
void normalize(View<const T> x, std::int64_t n, T eps, View<T> y) {
  using V = xsimd::batch<T, NativeIsa>;
  each_row(x.count(), n, [=](std::int64_t at) {
    const T* const from = x.data + at;
    T* const to = y.data + at;
    const Moments<T> moments(from, n, eps);
    const V centre(moments.mean), scale(moments.scale);
    each_vector<V>(n, [=](std::int64_t i, std::int64_t count) {
      store((load<V>(from + i, count) - centre) * scale, to + i, count);
    });
  });
}

template <class T>
void normalize_adjoint(View<const T> x, std::int64_t n, T eps, View<const T> upstream, T* to,
                       bool add) {
  using V = xsimd::batch<T, NativeIsa>;
  each_row(x.count(), n, [=](std::int64_t at) {
    const T *const from = x.data + at, *const u = upstream.data + at;
    T* const out = to + at;
    const Moments<T> moments(from, n, eps);
    const V centre(moments.mean), scale(moments.scale);
    const V mean(
        sum_along<T>(n, [=](std::int64_t i, std::int64_t count) { return load<V>(u + i, count); }) /
        T(n));
    const V along(sum_along<T>(n,
                               [=](std::int64_t i, std::int64_t count) {
                                 return load<V>(u + i, count) *
                                        ((load<V>(from + i, count) - centre) * scale);
                               }) /
                  T(n));
    each_vector<V>(n, [=](std::int64_t i, std::int64_t count) {
      const V y = (load<V>(from + i, count) - centre) * scale;
      const V share = scale * ((load<V>(u + i, count) - mean) - y * along);
      store(add ? load<V>(out + i, count) + share : share, out + i, count);
    });
  });
}

#define GLASSGRAD_KERNELS(T)                                        \
  template void normalize(View<const T>, std::int64_t, T, View<T>); \
  template void normalize_adjoint(View<const T>, std::int64_t, T, View<const T>, T*, bool);
GLASSGRAD_KERNELS(float)
GLASSGRAD_KERNELS(double)
#undef GLASSGRAD_KERNELS

}  // namespace glassgrad::kernels
