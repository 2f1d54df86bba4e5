// logsumexp, softmax, log_softmax and their contributions to x: a pass over memory for each thing
// that has to be known before the next can be computed, and no more.
#include <cmath>

#include "core/reducing.hpp"

namespace glassgrad::kernels {
namespace {

struct ExpShifted {
  static auto map(const auto& x, const auto& shift) { return num::exp(x - shift); }
};

// Small elementwise kernels of softmax's own, for rows that do not lie in memory.
struct ExpDifference {
  using Kind = Elementwise<2>;
  auto value(const auto& x, const auto& shift) const { return num::exp(x - shift); }
};
struct Product {
  using Kind = Elementwise<2>;
  auto value(const auto& a, const auto& b) const { return a * b; }
};
struct Quotient {
  using Kind = Elementwise<2>;
  auto value(const auto& a, const auto& b) const { return a / b; }
};
struct Logarithm {
  using Kind = Elementwise<1>;
  auto value(const auto& x) const { return num::log(x); }
};
struct ShiftedLog {
  using Kind = Elementwise<2>;
  auto value(const auto& sum, const auto& shift) const { return shift + num::log(sum); }
};
struct LogSoftmaxOf {
  using Kind = Elementwise<3>;
  auto value(const auto& x, const auto& shift, const auto& log_sum) const {
    return x - shift - log_sum;
  }
};
struct SoftmaxShare {
  using Kind = Elementwise<3>;
  auto value(const auto& y, const auto& u, const auto& sum) const { return y * (u - sum); }
};
struct LogSoftmaxShare {
  using Kind = Elementwise<3>;
  auto value(const auto& y, const auto& u, const auto& sum) const { return u - num::exp(y) * sum; }
};
template <class Op, class T, std::size_t n>
void run(const View<const T> (&in)[n], View<T> out, Pool& pool) {
  const Op op;
  detail::ElementwiseKernel<Op, T>::forward(&op, in, out, pool);
}

// Single numbers, one for each reduced row, while they are needed.
template <class T>
class RowNumbers {
 public:
  RowNumbers(const Shape& kept, Pool& pool)
      : pool_(pool), kept_(kept), numbers_(static_cast<T*>(pool.take(bytes_of<T>(kept.count())))) {}
  ~RowNumbers() { pool_.release(numbers_); }
  RowNumbers(const RowNumbers&) = delete;
  RowNumbers& operator=(const RowNumbers&) = delete;
  T* data() const { return numbers_; }
  View<T> view() const { return {numbers_, &kept_}; }
  operator View<const T>() const { return {numbers_, &kept_}; }

 private:
  Pool& pool_;
  const Shape& kept_;
  T* numbers_;
};

// Long rows, one behind the other, are worked on row by row.
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
template <class T>
void shift_of(View<const T> x, const Shape& kept, T* shift) {
  reduce_runs<T, Largest, Same>(x, kept, nullptr, shift);
  for (std::int64_t i = 0; i < kept.count(); ++i) shift[i] = usable(shift[i]);
}
template <class T>
T shift_along(const T* x, std::int64_t n) {
  return usable(along<T, Largest, Same>(x, n, T(0)));
}
template <class T>
T log_of(T x) {
  return simd::first(num::log(xsimd::batch<T, NativeIsa>(x)));
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
  const V less(shift), log_sum(log_of(along<T, AddUp, ExpShifted>(x, n, shift)));
  each_vector<V>(n, [=](std::int64_t i, std::int64_t count) {
    store(load<V>(x + i, count) - less - log_sum, y + i, count);
  });
}

// to = scale softmax(x) along a row, in one pass when y is ln sum e^x to the last digits: e^(x - y)
// adds up to 1 then. What y was rounded to is seen in the sum and taken back.
template <class T>
void logsumexp_row(const T* x, std::int64_t n, T y, T scale, T* to) {
  constexpr T nearly = 8 * std::numeric_limits<T>::epsilon();
  T total = exp_along(x, n, y, scale, to);
  if (!(total > T(0.5) && total < T(2))) {  // overflown, or y says nothing
    total = exp_along(x, n, shift_along(x, n), T(1), to);
    return scale_along(to, n, scale * (T(1) / total));
  }
  if (!(std::abs(total - T(1)) <= nearly)) scale_along(to, n, T(1) / total);
}
}  // namespace

template <class T>
void logsumexp(View<const T> x, const Shape& kept, T* y, Pool& pool) {
  if (by_rows(x, kept))
    return each_row(x, kept, [&](std::int64_t i, std::int64_t at, std::int64_t n) {
      const T shift = shift_along(x.data + at, n);
      y[i] = shift + log_of(along<T, AddUp, ExpShifted>(x.data + at, n, shift));
    });
  const RowNumbers<T> shift(kept, pool);
  shift_of(x, kept, shift.data());
  reduce_runs<T, AddUp, ExpShifted>(x, kept, shift.data(), y);
  run<ShiftedLog, T>({View<const T>{y, &kept}, shift}, {y, &kept}, pool);
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
    reduce_runs<T, AddUp, ExpShifted>(x, kept, shift.data(), sum.data());
    run<Logarithm, T>({sum}, sum.view(), pool);
    run<LogSoftmaxOf, T>({x, shift, sum}, y, pool);
  } else {
    run<ExpDifference, T>({x, shift}, y, pool);
    reduce_runs<T, AddUp, Same>(y, kept, nullptr, sum.data());
    run<Quotient, T>({y, sum}, y, pool);
  }
}

template <class T>
void logsumexp_adjoint(View<const T> x, const Shape& kept, const T* y, const T* upstream,
                       View<T> to, Pool& pool) {
  if (by_rows(x, kept))
    return each_row(x, kept, [&](std::int64_t i, std::int64_t at, std::int64_t n) {
      logsumexp_row(x.data + at, n, y[i], upstream[i], to.data + at);
    });
  // The same for columns: e^(x - y) first, and what its sums say then.
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
  softmax(x, kept, to, false, pool);
  run<Product, T>({to, View<const T>{upstream, &kept}}, to, pool);
}

template <class T>
void softmax_adjoint(View<const T> y, const Shape& kept, View<const T> upstream, View<T> to,
                     bool logarithm, Pool& pool) {
  using V = xsimd::batch<T, NativeIsa>;
  const RowNumbers<T> sum(kept, pool);
  if (by_rows(y, kept))
    return each_row(y, kept, [&](std::int64_t, std::int64_t at, std::int64_t n) {
      const T *const p = y.data + at, *const u = upstream.data + at;
      T* const out = to.data + at;
      const V s(sum_along<T>(n, [=](std::int64_t i, std::int64_t count) {
        const V v = load<V>(u + i, count);
        return logarithm ? v : v * load<V>(p + i, count);
      }));
      each_vector<V>(n, [=](std::int64_t i, std::int64_t count) {
        const V v = load<V>(u + i, count), q = load<V>(p + i, count);
        store(logarithm ? v - num::exp(q) * s : q * (v - s), out + i, count);
      });
    });
  if (logarithm) {
    reduce_runs<T, AddUp, Same>(upstream, kept, nullptr, sum.data());
    return run<LogSoftmaxShare, T>({y, upstream, sum}, to, pool);
  }
  run<Product, T>({y, upstream}, to, pool);
  reduce_runs<T, AddUp, Same>(to, kept, nullptr, sum.data());
  run<SoftmaxShare, T>({y, upstream, sum}, to, pool);
}

#define GLASSGRAD_KERNELS(T)                                                                \
  template void logsumexp(View<const T>, const Shape&, T*, Pool&);                          \
  template void softmax(View<const T>, const Shape&, View<T>, bool, Pool&);                 \
  template void logsumexp_adjoint(View<const T>, const Shape&, const T*, const T*, View<T>, \
                                  Pool&);                                                   \
  template void softmax_adjoint(View<const T>, const Shape&, View<const T>, View<T>, bool, Pool&);
GLASSGRAD_KERNELS(float)
GLASSGRAD_KERNELS(double)
#undef GLASSGRAD_KERNELS

}  // namespace glassgrad::kernels
