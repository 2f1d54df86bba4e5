// Reductions over any axes, and softmax on top of them.
#include <algorithm>
#include <limits>

#include "glassgrad/core/elementwise.hpp"
#include "glassgrad/core/kernels.hpp"

namespace glassgrad::kernels {
namespace {

// How two results become one, in vectors and in numbers.
struct AddUp {
  static constexpr double start = 0;
  static auto combine(const auto& a, const auto& b) { return a + b; }
  static auto pair(auto a, auto b) { return a + b; }
};
struct Largest {
  static constexpr double start = -std::numeric_limits<double>::infinity();
  // b when it is larger or NaN, a otherwise: NaN always passes
  template <class V>
  static V combine(const V& a, const V& b) {
    return where(b > a, b, where(b == b, a, b));
  }
  static auto pair(auto a, auto b) { return b > a || b != b ? b : a; }
};
struct Smallest {
  static constexpr double start = std::numeric_limits<double>::infinity();
  template <class V>
  static V combine(const V& a, const V& b) {
    return where(b < a, b, where(b == b, a, b));
  }
  static auto pair(auto a, auto b) { return b < a || b != b ? b : a; }
};
struct Same {
  static auto map(const auto& x, const auto&) { return x; }
};
struct ExpShifted {
  static auto map(const auto& x, const auto& shift) { return num::exp(x - shift); }
};

// The lanes of a vector into one number: halves onto each other, so that the order is fixed and the
// error small. Plain numbers, which the compiler lays out as shuffles.
template <class T, class How, class V>
T fold(const V& part) {
  alignas(64) T lane[V::size];
  part.store_aligned(lane);
  for (std::size_t half = V::size / 2; half > 0; half /= 2)
    for (std::size_t i = 0; i < half; ++i) lane[i] = How::pair(lane[i], lane[i + half]);
  return lane[0];
}

// One row of numbers into one number: four partial results, folded every 4096 numbers.
template <class T, class How, class Map, class V = xsimd::batch<T, NativeIsa>>
T along(const T* x, std::int64_t n, T shift) {
  constexpr std::int64_t lanes = V::size, block = 4096;
  const V s(shift), start(static_cast<T>(How::start));
  T total = T(How::start);
  std::int64_t i = 0;
  while (i + lanes <= n) {
    const std::int64_t stop = std::min(i + block, n);
    V part[4] = {start, start, start, start};
    for (; i + 4 * lanes <= stop; i += 4 * lanes)
      for (std::int64_t j = 0; j < 4; ++j)
        part[j] = How::combine(part[j], Map::map(V::load_unaligned(x + i + j * lanes), s));
    for (; i + lanes <= stop; i += lanes)
      part[0] = How::combine(part[0], Map::map(V::load_unaligned(x + i), s));
    total = How::pair(total, fold<T, How>(How::combine(How::combine(part[0], part[1]),
                                                       How::combine(part[2], part[3]))));
  }
  if (i < n) {  // the lanes beyond the row hold what changes nothing
    alignas(64) T lane[lanes];
    Map::map(simd::load_part<V>(x + i, n - i), s).store_aligned(lane);
    std::fill(lane + (n - i), lane + lanes, T(How::start));
    total = How::pair(total, fold<T, How>(V::load_aligned(lane)));
  }
  return total;
}

// Many rows of a few numbers, as the scores of a classifier: a lane per row, so that one vector
// operation serves as many rows as it has lanes. Rows beyond the last repeat it.
constexpr std::int64_t short_row = 32;
template <class T, class How, class Map, class V = xsimd::batch<T, NativeIsa>>
void along_short(const T* x, std::int64_t rows, std::int64_t n, const T* shift, T* y) {
  constexpr std::int64_t lanes = V::size;
  alignas(64) T column[short_row][V::size];
  for (std::int64_t first = 0; first < rows; first += lanes) {
    const std::int64_t count = std::min(lanes, rows - first);
    for (std::int64_t r = 0; r < lanes; ++r) {
      const T* const row = x + (first + std::min(r, count - 1)) * n;
      for (std::int64_t j = 0; j < n; ++j) column[j][r] = row[j];
    }
    const V s = shift ? simd::load_part<V>(shift + first, count) : V(T(0));
    V part(static_cast<T>(How::start));
    for (std::int64_t j = 0; j < n; ++j)
      part = How::combine(part, Map::map(V::load_aligned(column[j]), s));
    simd::store_part(part, y + first, count);
  }
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
  const std::int64_t n = x.rank() ? x.shape().from_end(1) : 1;
  if (n > 1 && n <= short_row && kept.count() > 1 && kept == x.shape().with(x.rank() - 1, 1))
    return along_short<T, How, Map>(x.data, kept.count(), n, shift, y);
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
      *to = How::pair(*to, along<T, How, Map>(from, runs.length(), shift ? shift[at[1]] : T(0)));
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
template <class Op, class T, std::size_t n>
void run(const View<const T> (&in)[n], View<T> out, Pool& pool) {
  const Op op;
  detail::ElementwiseKernel<Op, T>::forward(&op, in, out, pool);
}

// Is every reduced row whole in memory, one behind the other?
template <class T>
bool lie_in_rows(const Runs<2>& runs, const View<const T>& x, const Shape& kept) {
  return runs.step(1) == 0 && runs.length() * kept.count() == x.count();
}

// y = exp(x - shift) along a row, and its sum on the way: four partial sums, folded every 4096.
template <class T, class V = xsimd::batch<T, NativeIsa>>
T exp_along(const T* x, std::int64_t n, T shift, T* y) {
  constexpr std::int64_t lanes = V::size, block = 4096;
  const V s(shift);
  T total = 0;
  std::int64_t i = 0;
  while (i + lanes <= n) {
    const std::int64_t stop = std::min(i + block, n);
    V part[4] = {V(T(0)), V(T(0)), V(T(0)), V(T(0))};
    const auto one = [&](V& sum) {
      const V e = num::exp(V::load_unaligned(x + i) - s);
      e.store_unaligned(y + i);
      sum += e;
      i += lanes;
    };
    while (i + 4 * lanes <= stop)
      for (V& sum : part) one(sum);
    while (i + lanes <= stop) one(part[0]);
    total += fold<T, AddUp>((part[0] + part[1]) + (part[2] + part[3]));
  }
  if (i < n) {
    const V e = num::exp(simd::load_part<V>(x + i, n - i) - s);
    simd::store_part(e, y + i, n - i);
    for (; i < n; ++i) total += y[i];
  }
  return total;
}
template <class T, class V = xsimd::batch<T, NativeIsa>>
void scale_along(T* y, std::int64_t n, T scale) {
  std::int64_t i = 0;
  for (; i + std::int64_t(V::size) <= n; i += V::size)
    (V::load_unaligned(y + i) * V(scale)).store_unaligned(y + i);
  if (i < n) simd::store_part(simd::load_part<V>(y + i, n - i) * V(scale), y + i, n - i);
}

// The maximum along each reduced row, or 0 where that is infinite or NaN.
template <class T>
void shift_of(View<const T> x, const Shape& kept, T* shift) {
  reduce_runs<T, Largest, Same>(x, kept, nullptr, shift);
  for (std::int64_t i = 0; i < kept.count(); ++i)
    if (!(std::abs(shift[i]) <= std::numeric_limits<T>::max())) shift[i] = 0;
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
  run<ShiftedLog, T>({View<const T>{y, &kept}, View<const T>{shift, &kept}}, {y, &kept}, pool);
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
    run<Logarithm, T>({sums}, View<T>{sum, &kept}, pool);
    run<LogSoftmaxOf, T>({x, shifts, sums}, y, pool);
  } else if (const Shape * shapes[] = {x.sizes, &kept};
             x.count() > short_row * kept.count() &&
             lie_in_rows(Runs<2>(*x.sizes, shapes), x, kept)) {
    const std::int64_t n = x.count() / kept.count();
    for (std::int64_t i = 0; i < kept.count(); ++i) {
      const T total = exp_along(x.data + i * n, n, shift[i], y.data + i * n);
      scale_along(y.data + i * n, n, T(1) / total);
    }
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
