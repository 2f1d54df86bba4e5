// logsumexp, softmax and log_softmax: one pass over memory per dependent step, and no more. Next:
// softmax_adjoint_kernels.cpp, their contributions.
#include <cmath>

#include "kernels/softmax_rows.hpp"

namespace glassgrad::kernels {
namespace {

struct ExpShifted {
  static auto map(const auto& x, const auto& shift) { return num::exp(x - shift); }
};
// Where one number dominates, the sum is 1 plus almost nothing: it is then taken without the
// largest, whose exponential is the 1.
constexpr double dominated = 1.25;
template <class T>
bool is_dominated(T sum) {
  return sum >= T(1) && sum < T(dominated);
}
struct ExpBelow {
  template <class V>
  static V map(const V& x, const V& shift) {
    return where(x == shift, V(0), num::exp(x - shift));
  }
};
template <class V>
V log_sum_of(const V& sum, const V& below) {
  return where(sum >= V(1) && sum < V(dominated), num::log1p(below), num::log(sum));
}
struct Quotient {
  using Kind = Elementwise<2>;
  auto value(const auto& a, const auto& b) const { return a / b; }
};
struct LogOnly {
  using Kind = Elementwise<1>;
  auto value(const auto& x) const { return num::log(x); }
};
struct LogSum {
  using Kind = Elementwise<2>;
  auto value(const auto& sum, const auto& below) const { return log_sum_of(sum, below); }
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
  const T sum = along<T, AddUp, ExpShifted>(x, n, shift);
  if (!is_dominated(sum)) return simd::first(num::log(V(sum)));
  return simd::first(num::log1p(V(along<T, AddUp, ExpBelow>(x, n, shift))));
}

// Logarithms of the sums of short rows. Scattered rows with a dominant number are gathered, a
// vector of them at a time.
template <class T>
void log_short_sums(const T* x, std::int64_t rows, std::int64_t n, const T* shift, T* sums) {
  using V = xsimd::batch<T, NativeIsa>;
  constexpr std::int64_t lanes = V::size;
  alignas(64) T row[short_row * lanes], row_shift[lanes], below[lanes];
  std::int64_t at[lanes], found = 0;
  const auto look_again = [&] {
    along_short<T, AddUp, ExpBelow>(row, found, n, row_shift, below);
    simd::store_part(num::log1p(simd::load_part<V>(below, found)), below, found);
    for (std::int64_t k = 0; k < found; ++k) sums[at[k]] = below[k];
    found = 0;
  };
  for (std::int64_t i = 0; i < rows; i += lanes) {
    const std::int64_t stop = std::min(i + lanes, rows);
    const V sum = load<V>(sums + i, stop - i);
    store(num::log(sum), sums + i, stop - i);
    if (!xsimd::any(sum >= V(1) && sum < V(dominated))) continue;
    alignas(64) T was[lanes];
    sum.store_aligned(was);
    for (std::int64_t r = i; r < stop; ++r) {
      if (!is_dominated(was[r - i])) continue;
      at[found] = r, row_shift[found] = shift[r];
      std::copy_n(x + r * n, n, row + found * n);
      if (++found == lanes) look_again();
    }
  }
  if (found > 0) look_again();
}
// ln of the sum of e^(x - shift) for every reduced row.
template <class T>
void log_sums(View<const T> x, const Shape& kept, const T* shift, T* sums, Pool& pool) {
  const View<T> all{sums, &kept};
  const View<const T> sum{sums, &kept};
  reduce_runs<T, AddUp, ExpShifted>(x, kept, shift, sums);
  const std::int64_t n = x.rank() ? x.shape().from_end(1) : 1;
  if (n > 1 && n <= short_row && x.rank() > 1 && kept.is_along(x.rank() - 1, x.shape()))
    return log_short_sums(x.data, kept.count(), n, shift, sums);
  bool any = false;
  for (std::int64_t i = 0; i < kept.count(); ++i) any |= is_dominated(sums[i]);
  if (!any) return run<LogOnly, T>({sum}, all, pool);
  const RowNumbers<T> below(kept, pool);
  reduce_runs<T, AddUp, ExpBelow>(x, kept, shift, below.data());
  run<LogSum, T>({sum, below}, all, pool);
}

// A row stays in the cache for its maximum, its sum and the result.
template <class T>
void softmax_row(const T* x, std::int64_t n, T* y, bool logarithm, bool even) {
  using V = xsimd::batch<T, NativeIsa>;
  const T largest = largest_along(x, n), shift = usable(largest);
  if (std::isinf(largest)) return split_row(x, n, largest, y, logarithm, even);
  if (!logarithm) {
    const T total = exp_along(x, n, shift, T(1), y);
    return scale_along(y, n, T(1) / total);
  }
  const V less(shift), log_sum(log_sum_along(x, n, shift));
  each_vector<V>(n, [=](std::int64_t i, std::int64_t count) {
    store(load<V>(x + i, count) - less - log_sum, y + i, count);
  });
}

// The same for strided rows: y is fixed up where the largest is infinite.
template <bool logarithm>
struct InfiniteShare {
  using Kind = Elementwise<4>;
  template <class V>
  V value(const V& x, const V& largest, const V& part, const V& y) const {
    using Limits = std::numeric_limits<typename V::value_type>;
    const V nothing(logarithm ? -Limits::infinity() : 0);
    return where(num::abs(largest) == V(Limits::infinity()), where(x == largest, part, nothing), y);
  }
};
struct IsLargest {
  template <class V>
  static V map(const V& x, const V& largest) {
    return where(x == largest, V(1), V(0));
  }
};
template <class T>
void share_infinite(View<const T> x, const Shape& kept, View<T> y, bool logarithm, bool even,
                    Pool& pool) {
  const RowNumbers<T> largest(kept, pool), part(kept, pool);
  reduce_runs<T, Largest, Same>(x, kept, nullptr, largest.data());
  reduce_runs<T, AddUp, IsLargest>(x, kept, largest.data(), part.data());
  for (std::int64_t i = 0; i < kept.count(); ++i)
    part.data()[i] = infinite_part(largest.data()[i], part.data()[i], logarithm, even);
  if (logarithm)
    run<InfiniteShare<true>, T>({x, largest, part, y}, y, pool);
  else
    run<InfiniteShare<false>, T>({x, largest, part, y}, y, pool);
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
void softmax(View<const T> x, const Shape& kept, View<T> y, bool logarithm, Pool& pool, bool even) {
  if (by_rows(x, kept))
    return each_row(x, kept, [&](std::int64_t, std::int64_t at, std::int64_t n) {
      softmax_row(x.data + at, n, y.data + at, logarithm, even);
    });
  const RowNumbers<T> shift(kept, pool), sum(kept, pool);
  const bool infinite = shift_of(x, kept, shift.data());
  if (logarithm) {
    log_sums(x, kept, shift.data(), sum.data(), pool);
    run<LogSoftmaxOf, T>({x, shift, sum}, y, pool);
  } else {
    run<ExpDifference, T>({x, shift}, y, pool);
    reduce_runs<T, AddUp, Same>(y, kept, nullptr, sum.data());
    run<Quotient, T>({y, sum}, y, pool);
  }
  if (infinite) share_infinite(x, kept, y, logarithm, even, pool);
}

#define GLASSGRAD_KERNELS(T)                                       \
  template void logsumexp(View<const T>, const Shape&, T*, Pool&); \
  template void softmax(View<const T>, const Shape&, View<T>, bool, Pool&, bool);
GLASSGRAD_KERNELS(float)
GLASSGRAD_KERNELS(double)
#undef GLASSGRAD_KERNELS

}  // namespace glassgrad::kernels
