// The contributions of logsumexp, softmax and log_softmax to x. Where one number dominates, 1 minus
// its probability has no digits left: its slope is computed from the others.
#include "kernels/linear_sums.hpp"
#include "kernels/softmax_rows.hpp"

namespace glassgrad::kernels {
namespace {

struct SoftmaxShare {
  using Kind = Elementwise<3>;
  auto value(const auto& y, const auto& u, const auto& sum) const { return y * (u - sum); }
};
struct LogSoftmaxShare {
  using Kind = Elementwise<3>;
  auto value(const auto& y, const auto& u, const auto& sum) const { return u - num::exp(y) * sum; }
};
// to = scale softmax(x) along a row, in one pass when y is ln sum e^x to the last digits: e^(x - y)
// adds up to 1 then. The rounding of y shows in the sum and is divided out.
template <class T>
void logsumexp_row(const T* x, std::int64_t n, T y, T scale, T* to) {
  constexpr T nearly = 8 * std::numeric_limits<T>::epsilon();
  if (std::isinf(y)) {
    split_row(x, n, y, to, false, true);
    return scale_along(to, n, scale);
  }
  T total = exp_along(x, n, y, scale, to);
  if (!(total > T(0.5) && total < T(2))) {  // overflow, or y is meaningless
    total = exp_along(x, n, shift_along(x, n), T(1), to);
    return scale_along(to, n, scale * (T(1) / total));
  }
  if (!(std::abs(total - T(1)) <= nearly)) scale_along(to, n, T(1) / total);
}
}  // namespace

template <class T>
void logsumexp_adjoint(View<const T> x, const Shape& kept, const T* y, const T* upstream,
                       View<T> to, Pool& pool) {
  if (by_rows(x, kept))
    return each_row(x, kept, [&](std::int64_t i, std::int64_t at, std::int64_t n) {
      logsumexp_row(x.data + at, n, y[i], upstream[i], to.data + at);
    });
  // The same for columns: e^(x - y) first, then its sums.
  constexpr T nearly = 8 * std::numeric_limits<T>::epsilon();
  const RowNumbers<T> sum(kept, pool);
  run<ExpDifference, T>({x, View<const T>{y, &kept}}, to, pool);
  reduce_runs<T, AddUp, Same>(to, kept, nullptr, sum.data());
  bool usable = true;
  for (std::int64_t i = 0; i < kept.count(); ++i) {
    T& total = sum.data()[i];
    usable &= total > T(0.5) && total < T(2);
    total = std::abs(total - T(1)) <= nearly ? upstream[i] : upstream[i] / total;
  }
  if (usable) return run<Product, T>({to, sum}, to, pool);
  softmax(x, kept, to, false, pool, true);
  run<Product, T>({to, View<const T>{upstream, &kept}}, to, pool);
}

namespace {
// Where a probability is above a half, 1 minus it has no digits left: its input's contribution is
// computed from the others. At most one of a row is.
template <class T>
struct Dominant {
  bool logarithm;
  template <class V>
  bool any(const V& y) const {
    return xsimd::any(y > V(logarithm ? T(-0.69) : T(0.5)));
  }
  // The entry at y and u, of a row whose others are `step` apart: others(body) calls body(offset).
  template <class Others>
  T contribution(const T* y, const T* u, const Others& others) const {
    detail::Total<T> sum;
    if (!logarithm) {  // y (sum of y_i (u - u_i))
      others([&](std::int64_t i) { sum.add(y[i] * (*u - u[i])); });
      return *y * sum.value();
    }
    others([&](std::int64_t i) { sum.add(i == 0 ? T(0) : u[i]); });
    return -std::expm1(*y) * *u - std::exp(*y) * sum.value();
  }
};
// body(i) for every entry of the row of entry `at` of x, relative to it.
template <class Body>
void each_of_row(const Shape& x, const Shape& kept, std::int64_t at, const Body& body) {
  std::int64_t count[max_rank], step[max_rank], place[max_rank] = {}, first = 0, stride = 1;
  int axes = 0;
  for (int axis = x.rank() - 1; axis >= 0; stride *= x[axis--])
    if (kept[axis] != x[axis]) {
      first -= at / stride % x[axis] * stride;
      count[axes] = x[axis], step[axes++] = stride;
    }
  for (std::int64_t i = first;;) {
    body(i);
    int axis = 0;
    for (; axis < axes; ++axis) {
      i += step[axis];
      if (++place[axis] < count[axis]) break;
      i -= step[axis] * count[axis], place[axis] = 0;
    }
    if (axis == axes) return;
  }
}
template <class T>
bool mend_dominant(View<const T> y, const Shape& kept, View<const T> upstream, View<T> to,
                   bool logarithm) {
  using V = xsimd::batch<T, NativeIsa>;
  const Dominant<T> dominant{logarithm};
  const T least = logarithm ? T(-0.69) : T(0.5);
  bool finite = true;
  each_vector<V>(y.count(), [&](std::int64_t i, std::int64_t count) {
    if (!dominant.any(load<V>(y.data + i, count))) return;
    for (std::int64_t j = i; j < i + count; ++j)
      if (y[j] > least) {
        to[j] = dominant.contribution(y.data + j, upstream.data + j, [&](const auto& body) {
          each_of_row(y.shape(), kept, j, body);
        });
        finite &= std::isfinite(to[j]);
      }
  });
  return finite;
}
// Are all results right? The difference of a finite number and a sum that small is finite, and
// overflow elsewhere shows.
template <class T>
constexpr T small_sum = std::numeric_limits<T>::max() * (std::numeric_limits<T>::epsilon() / 8);
template <class T>
bool softmax_row_contribution(const T* y, const T* u, std::int64_t n, T* to, bool logarithm) {
  using V = xsimd::batch<T, NativeIsa>;
  const Dominant<T> dominant{logarithm};
  bool found = false;
  const V s(sum_along<T>(n, [=, &found](std::int64_t i, std::int64_t count) {
    const V v = load<V>(u + i, count), q = load<V>(y + i, count);
    found |= dominant.any(q);  // a lane beyond the row may match too
    return logarithm ? v : v * q;
  }));
  each_vector<V>(n, [=](std::int64_t i, std::int64_t count) {
    const V v = load<V>(u + i, count), q = load<V>(y + i, count);
    store(logarithm ? v - num::exp(q) * s : q * (v - s), to + i, count);
  });
  const bool right = std::abs(simd::first(s)) <= small_sum<T>;
  const T least = logarithm ? T(-0.69) : T(0.5);
  if (!found) return right;
  const std::int64_t j = std::find_if(y, y + n, [=](T q) { return q > least; }) - y;
  if (j == n) return right;  // at most one per row
  to[j] = dominant.contribution(y + j, u + j, [=](const auto& body) {
    for (std::int64_t i = -j; i < n - j; ++i) body(i);
  });
  return right && std::isfinite(to[j]);
}
// Where an intermediate overflowed, the result, linear in the upstream, is recomputed scaled down
// (detail::Smaller).
template <class T>
[[gnu::noinline, gnu::cold]] void softmax_row_again(const T* y, const T* u, std::int64_t n, T* to,
                                                    bool logarithm) {
  const detail::Smaller<T> smaller(n);
  detail::Apart<T> from(n), contributions(n);
  smaller.take(u, n, from.numbers());
  softmax_row_contribution(y, from.numbers(), n, contributions.numbers(), logarithm);
  smaller.put_back(contributions.numbers(), n, to);
}
template <class T>
void softmax_row_adjoint(const T* y, const T* u, std::int64_t n, T* to, bool logarithm) {
  if (!softmax_row_contribution(y, u, n, to, logarithm)) [[unlikely]]
    softmax_row_again(y, u, n, to, logarithm);
}
template <class T>
bool softmax_contribution(View<const T> y, const Shape& kept, View<const T> upstream, View<T> to,
                          bool logarithm, const RowNumbers<T>& sum, Pool& pool) {
  if (logarithm) {
    reduce_runs<T, AddUp, Same>(upstream, kept, nullptr, sum.data());
    run<LogSoftmaxShare, T>({y, upstream, sum}, to, pool);
  } else {
    run<Product, T>({y, upstream}, to, pool);
    reduce_runs<T, AddUp, Same>(to, kept, nullptr, sum.data());
    run<SoftmaxShare, T>({y, upstream, sum}, to, pool);
  }
  const bool finite = mend_dominant(y, kept, upstream, to, logarithm);
  return finite && detail::all_finite<xsimd::batch<T, NativeIsa>>(
                       sum.data(), kept.count(), std::numeric_limits<T>::max() / small_sum<T>);
}
}  // namespace

template <class T>
void softmax_adjoint(View<const T> y, const Shape& kept, View<const T> upstream, View<T> to,
                     bool logarithm, Pool& pool) {
  if (by_rows(y, kept))
    return each_row(y, kept, [&](std::int64_t, std::int64_t at, std::int64_t n) {
      softmax_row_adjoint(y.data + at, upstream.data + at, n, to.data + at, logarithm);
    });
  const RowNumbers<T> sum(kept, pool);
  const auto make = [&](const T* from, T* contributions) {
    return softmax_contribution(y, kept, View<const T>{from, y.sizes},
                                View<T>{contributions, y.sizes}, logarithm, sum, pool);
  };
  if (!make(upstream.data, to.data))
    make_smaller(upstream, y.count(), to.data, y.count(), pool, make);
}

#define GLASSGRAD_KERNELS(T)                                                                \
  template void logsumexp_adjoint(View<const T>, const Shape&, const T*, const T*, View<T>, \
                                  Pool&);                                                   \
  template void softmax_adjoint(View<const T>, const Shape&, View<const T>, View<T>, bool, Pool&);
GLASSGRAD_KERNELS(float)
GLASSGRAD_KERNELS(double)
#undef GLASSGRAD_KERNELS

}  // namespace glassgrad::kernels
