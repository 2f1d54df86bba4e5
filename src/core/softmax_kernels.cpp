// logsumexp, softmax and log_softmax: a pass over memory for each thing that has to be known before
// the next can be computed, and no more. Next: softmax_adjoint_kernels.cpp, their contributions.
#include <cmath>

#include "core/softmax_rows.hpp"

namespace glassgrad::kernels {
namespace {

struct ExpShifted {
  static auto map(const auto& x, const auto& shift) { return num::exp(x - shift); }
};
// The same without the largest, whose exponential is 1; and how many of those there are. So ln of
// the sum keeps its digits where one number leaves the others far behind.
template <class V>
V exp_below(const V& x, const V& shift) {
  return where(x == shift, V(0), num::exp(x - shift));
}
template <class V>
V log_sum_of(const V& below, const V& ties) {
  return where(ties == V(1), num::log1p(below), num::log(ties + below));
}
struct ExpBelow {
  static auto map(const auto& x, const auto& shift) { return exp_below(x, shift); }
};
struct Ties {
  template <class V>
  static V map(const V& x, const V& shift) {
    return where(x == shift, V(1), V(0));
  }
};

struct Quotient {
  using Kind = Elementwise<2>;
  auto value(const auto& a, const auto& b) const { return a / b; }
};
struct LogSum {
  using Kind = Elementwise<2>;
  auto value(const auto& below, const auto& ties) const { return log_sum_of(below, ties); }
};
struct Add {
  using Kind = Elementwise<2>;
  auto value(const auto& a, const auto& b) const { return a + b; }
};
struct LogSoftmaxOf {
  using Kind = Elementwise<3>;
  auto value(const auto& x, const auto& shift, const auto& log_sum) const {
    return x - shift - log_sum;
  }
};
template <class T>
T log_sum_along(const T* x, std::int64_t n, T shift) {
  using V = xsimd::batch<T, NativeIsa>;
  const V below(along<T, AddUp, ExpBelow>(x, n, shift)), ties(along<T, AddUp, Ties>(x, n, shift));
  return simd::first(log_sum_of(below, ties));
}
// ln of the sum of e^(x - shift) for every reduced row.
template <class T>
void log_sums(View<const T> x, const Shape& kept, const T* shift, T* sums, Pool& pool) {
  const RowNumbers<T> ties(kept, pool);
  const View<T> all{sums, &kept};
  reduce_runs<T, AddUp, ExpBelow>(x, kept, shift, sums);
  reduce_runs<T, AddUp, Ties>(x, kept, shift, ties.data());
  run<LogSum, T>({View<const T>{sums, &kept}, ties}, all, pool);
}

// A row stays in the cache for its largest number, the sum and what becomes of it.
template <class T>
void softmax_row(const T* x, std::int64_t n, T* y, bool logarithm) {
  using V = xsimd::batch<T, NativeIsa>;
  const T shift = shift_along(x, n);
  if (!logarithm) {
    const T total = exp_along(x, n, shift, T(1), y);
    return scale_along(y, n, T(1) / total);
  }
  const V less(shift), log_sum(log_sum_along(x, n, shift));
  each_vector<V>(n, [=](std::int64_t i, std::int64_t count) {
    store(load<V>(x + i, count) - less - log_sum, y + i, count);
  });
}

}  // namespace

template <class T>
void logsumexp(View<const T> x, const Shape& kept, T* y, Pool& pool) {
  if (by_rows(x, kept))
    return each_row(x, kept, [&](std::int64_t i, std::int64_t at, std::int64_t n) {
      const T shift = shift_along(x.data + at, n);
      y[i] = shift + log_sum_along(x.data + at, n, shift);
    });
  const RowNumbers<T> shift(kept, pool);
  shift_of(x, kept, shift.data());
  log_sums(x, kept, shift.data(), y, pool);
  run<Add, T>({shift, View<const T>{y, &kept}}, {y, &kept}, pool);
}

template <class T>
void softmax(View<const T> x, const Shape& kept, View<T> y, bool logarithm, Pool& pool) {
  if (by_rows(x, kept))
    return each_row(x, kept, [&](std::int64_t, std::int64_t at, std::int64_t n) {
      softmax_row(x.data + at, n, y.data + at, logarithm);
    });
  const RowNumbers<T> shift(kept, pool), sum(kept, pool);
  shift_of(x, kept, shift.data());
  if (logarithm) {
    log_sums(x, kept, shift.data(), sum.data(), pool);
    run<LogSoftmaxOf, T>({x, shift, sum}, y, pool);
  } else {
    run<ExpDifference, T>({x, shift}, y, pool);
    reduce_runs<T, AddUp, Same>(y, kept, nullptr, sum.data());
    run<Quotient, T>({y, sum}, y, pool);
  }
}

#define GLASSGRAD_KERNELS(T)                                       \
  template void logsumexp(View<const T>, const Shape&, T*, Pool&); \
  template void softmax(View<const T>, const Shape&, View<T>, bool, Pool&);
GLASSGRAD_KERNELS(float)
GLASSGRAD_KERNELS(double)
#undef GLASSGRAD_KERNELS

}  // namespace glassgrad::kernels
