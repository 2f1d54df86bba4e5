// Reductions over any axes, and softmax on top of them.
#include <algorithm>
#include <limits>

#include "glassgrad/core/elementwise.hpp"
#include "glassgrad/core/kernels.hpp"

namespace glassgrad::kernels {
namespace {

struct AddUp {
  static constexpr double start = 0;
  static auto combine(const auto& a, const auto& b) { return a + b; }
};
struct Largest {
  static constexpr double start = -std::numeric_limits<double>::infinity();
  // b when it is larger or NaN, a otherwise: NaN always passes
  template <class V>
  static V combine(const V& a, const V& b) {
    return where(b > a, b, where(b == b, a, b));
  }
};
struct Smallest {
  static constexpr double start = std::numeric_limits<double>::infinity();
  template <class V>
  static V combine(const V& a, const V& b) {
    return where(b < a, b, where(b == b, a, b));
  }
};
struct Same {
  static auto map(const auto& x, const auto&) { return x; }
};
struct ExpShifted {
  static auto map(const auto& x, const auto& shift) { return num::exp(x - shift); }
};

// One row of numbers into one number: four partial results, folded every 4096 numbers.
template <class T, class How, class Map, class V = xsimd::batch<T, NativeIsa>>
T along(const T* x, std::int64_t n, T shift) {
  constexpr std::int64_t lanes = V::size, block = 4096;
  const V s(shift);
  T total = T(How::start);
  const auto fold = [&total](const V& part) {
    T lane[V::size];
    part.store_unaligned(lane);
    // a tree, so that the lanes' order is fixed and the error small
    for (std::size_t half = V::size / 2; half > 0; half /= 2)
      for (std::size_t i = 0; i < half; ++i)
        lane[i] = simd::first(How::combine(V(lane[i]), V(lane[i + half])));
    total = simd::first(How::combine(V(total), V(lane[0])));
  };
  std::int64_t i = 0;
  while (i + lanes <= n) {
    const std::int64_t stop = std::min(i + block, n);
    V part[4] = {V(T(How::start)), V(T(How::start)), V(T(How::start)), V(T(How::start))};
    for (; i + 4 * lanes <= stop; i += 4 * lanes)
      for (std::int64_t j = 0; j < 4; ++j)
        part[j] = How::combine(part[j], Map::map(V::load_unaligned(x + i + j * lanes), s));
    for (; i + lanes <= stop; i += lanes)
      part[0] = How::combine(part[0], Map::map(V::load_unaligned(x + i), s));
    fold(How::combine(How::combine(part[0], part[1]), How::combine(part[2], part[3])));
  }
  if (i < n) {
    T lane[V::size];
    Map::map(simd::load_part<V>(x + i, n - i), s).store_unaligned(lane);
    for (std::int64_t j = 0; j < n - i; ++j)
      total = simd::first(How::combine(V(total), V(lane[j])));
  }
  return total;
}

// A row of numbers onto a row of results, place by place.
template <class T, class How, class Map, class V = xsimd::batch<T, NativeIsa>>
void across(const T* x, std::int64_t n, const T* shift, T* y) {
  constexpr std::int64_t lanes = V::size;
  std::int64_t i = 0;
  for (; i + lanes <= n; i += lanes) {
    const V s = shift ? V::load_unaligned(shift + i) : V(T(0));
    How::combine(V::load_unaligned(y + i), Map::map(V::load_unaligned(x + i), s))
        .store_unaligned(y + i);
  }
  if (i < n) {
    const V s = shift ? simd::load_part<V>(shift + i, n - i) : V(T(0));
    simd::store_part(How::combine(simd::load_part<V>(y + i, n - i),
                                  Map::map(simd::load_part<V>(x + i, n - i), s)),
                     y + i, n - i);
  }
}

template <class T, class How, class Map>
void reduce_runs(View<const T> x, const Shape& kept, const T* shift, T* y) {
  std::fill(y, y + kept.count(), T(How::start));
  const Shape* shapes[] = {x.sizes, &kept};
  const Runs<2> runs(x.shape(), shapes);
  runs.each([&](const std::int64_t* at) {
    const T* from = x.data + at[0];
    T* to = y + at[1];
    if (runs.step(1)) {
      across<T, How, Map>(from, runs.length(), shift ? shift + at[1] : nullptr, to);
    } else if (runs.length() == x.count()) {
      *to = along<T, How, Map>(from, runs.length(), shift ? shift[at[1]] : T(0));
    } else {
      const T part = along<T, How, Map>(from, runs.length(), shift ? shift[at[1]] : T(0));
      *to = simd::first(
          How::combine(xsimd::batch<T, NativeIsa>(*to), xsimd::batch<T, NativeIsa>(part)));
    }
  });
}

// Small elementwise kernels of softmax's own.
struct ExpDifference {
  using Kind = Elementwise<2>;
  auto value(const auto& x, const auto& shift) const { return num::exp(x - shift); }
};
struct Quotient {
  using Kind = Elementwise<2>;
  auto value(const auto& a, const auto& b) const { return a / b; }
};
struct LogSoftmaxOf {
  using Kind = Elementwise<3>;
  auto value(const auto& x, const auto& shift, const auto& log_sum) const {
    return x - shift - log_sum;
  }
};
template <class Op, class T, std::size_t n>
void run(const View<const T> (&in)[n], View<T> out, Pool& pool) {
  const Op op;
  detail::ElementwiseKernel<Op, T>::forward(&op, in, out, pool);
}

// The maximum along each reduced row, or 0 where that is infinite or NaN.
template <class T>
void shift_of(View<const T> x, const Shape& kept, T* shift) {
  reduce_runs<T, Largest, Same>(x, kept, nullptr, shift);
  for (std::int64_t i = 0; i < kept.count(); ++i)
    if (!(std::abs(shift[i]) <= std::numeric_limits<T>::max())) shift[i] = 0;
}
template <class T>
T log_of(T x) {
  return simd::first(num::log(xsimd::batch<T, NativeIsa>(x)));
}

}  // namespace

template <class T>
void reduce(Reduction how, View<const T> x, const Shape& kept, T* y, T scale) {
  switch (how) {
    case Reduction::sum:
      reduce_runs<T, AddUp, Same>(x, kept, nullptr, y);
      break;
    case Reduction::max:
      reduce_runs<T, Largest, Same>(x, kept, nullptr, y);
      break;
    case Reduction::min:
      reduce_runs<T, Smallest, Same>(x, kept, nullptr, y);
      break;
  }
  if (scale != T(1))
    for (std::int64_t i = 0; i < kept.count(); ++i) y[i] *= scale;
}

template <class T>
void logsumexp(View<const T> x, const Shape& kept, T* y, Pool& pool) {
  T* shift = static_cast<T*>(pool.take(std::size_t(kept.count()) * sizeof(T)));
  shift_of(x, kept, shift);
  reduce_runs<T, AddUp, ExpShifted>(x, kept, shift, y);
  for (std::int64_t i = 0; i < kept.count(); ++i) y[i] = shift[i] + log_of(y[i]);
  pool.release(shift);
}

template <class T>
void softmax(View<const T> x, const Shape& kept, View<T> y, bool logarithm, Pool& pool) {
  const std::size_t bytes = std::size_t(kept.count()) * sizeof(T);
  T* shift = static_cast<T*>(pool.take(bytes));
  T* sum = static_cast<T*>(pool.take(bytes));
  shift_of(x, kept, shift);
  const View<const T> shifts{shift, &kept}, sums{sum, &kept};
  if (logarithm) {
    reduce_runs<T, AddUp, ExpShifted>(x, kept, shift, sum);
    for (std::int64_t i = 0; i < kept.count(); ++i) sum[i] = log_of(sum[i]);
    run<LogSoftmaxOf, T>({x, shifts, sums}, y, pool);
  } else {
    run<ExpDifference, T>({x, shifts}, y, pool);
    reduce_runs<T, AddUp, Same>(y, kept, nullptr, sum);
    run<Quotient, T>({y, sums}, y, pool);
  }
  pool.release(shift);
  pool.release(sum);
}

#define GLASSGRAD_KERNELS(T)                                           \
  template void reduce(Reduction, View<const T>, const Shape&, T*, T); \
  template void logsumexp(View<const T>, const Shape&, T*, Pool&);     \
  template void softmax(View<const T>, const Shape&, View<T>, bool, Pool&);
GLASSGRAD_KERNELS(float)
GLASSGRAD_KERNELS(double)
#undef GLASSGRAD_KERNELS

}  // namespace glassgrad::kernels
