// Running products, y[k] = x[0] ... x[k], and the contribution to x: with S[k] = u[k] + x[k + 1]
// S[k + 1], the sum over later entries, g[k] = x[0] ... x[k - 1] S[k]; no division, so that zeros
// are right. Either factor may leave the range where their product does not. This is checked once
// per line, and such a line is computed with separate exponents. So are derivatives of either,
// which are rare.
#include <cmath>
#include <limits>
#include <memory>
#include <type_traits>
#include <vector>

#include "kernels/reducing.hpp"

namespace glassgrad::kernels {
namespace {

// The usual representation: float in double, double with its rounding error, so that n factors have
// the error of a few.
template <class T>
struct Usual {
  using Number = std::conditional_t<std::is_same_v<T, float>, double, T>;
  static constexpr bool kept = std::is_same_v<T, Number>;
  Number main = 1, rest = 0;

  static bool in_range(Number x) {
    return std::abs(x) >= std::numeric_limits<Number>::min() &&
           std::abs(x) <= std::numeric_limits<Number>::max();
  }
  // this *= x. Returns whether it is exact enough, zero factors included; a residue of cancellation
  // is no zero.
  bool times(Number x) {
    const Number product = main * x;
    const bool zero = (main == 0 && rest == 0) || x == 0;
    if constexpr (kept) rest = std::fma(rest, x, std::fma(main, x, -product));
    main = product;
    return in_range(product) || (zero && product == 0);
  }
  // this += x. Returns whether it is finite; times() notices infinities too.
  bool plus(Number x) {
    if constexpr (kept)
      rest += detail::two_sum(main, x);
    else
      main += x;
    return std::isfinite(main);
  }
  Number value() const {
    if constexpr (!kept) return main;
    return rest == 0 ? main : detail::with_lost(main, rest);
  }
};

// m 2^e with 1/2 <= |m| < 1, or 0, infinite or NaN.
class Wide {
 public:
  explicit Wide(long double x) : m_(x) { settle(); }
  Wide operator*(const Wide& b) const {
    Wide y(m_ * b.m_);
    y.e_ += e_ + b.e_;
    return y;
  }
  Wide operator+(const Wide& b) const {
    if (m_ == 0 || b.m_ == 0) return m_ == 0 ? b : *this;
    const Wide &large = e_ >= b.e_ ? *this : b, &small = e_ >= b.e_ ? b : *this;
    Wide y(large.m_ + scaled(small.m_, small.e_ - large.e_));
    y.e_ += large.e_;
    return y;
  }
  template <class T>
  T value() const {
    return T(scaled(m_, e_));
  }

 private:
  static long double scaled(long double m, std::int64_t e) { return std::scalbln(m, e); }
  void settle() {
    int e = 0;
    if (m_ != 0 && std::isfinite(m_)) m_ = std::frexp(m_, &e);
    e_ = e;
  }
  long double m_;
  std::int64_t e_ = 0;
};

// A line of x along the axis: n numbers, `step` apart. Written from where the usual product fails:
// the start of a line does not depend on the rest.
template <class T>
[[gnu::noinline, gnu::cold]] void wide_line(const T* x, std::int64_t n, std::int64_t step, T* y) {
  Usual<T> usual;
  bool in_order = true;
  Wide product(1);
  for (std::int64_t i = 0; i < n * step; i += step) {
    product = product * Wide(x[i]);
    in_order = in_order && usual.times(x[i]);
    if (!in_order) y[i] = product.template value<T>();
  }
}
// Written where the usual product before, or the usual sum after, fails.
template <class T>
[[gnu::noinline, gnu::cold]] void wide_line_adjoint(const T* x, const T* u, std::int64_t n,
                                                    std::int64_t step, T* to) {
  std::vector<Wide> before(std::size_t(n), Wide(1));
  Usual<T> product, usual{0, 0};
  std::int64_t last = 0;  // up to there the product before is accurate
  for (std::int64_t i = 1; i < n; ++i) {
    before[std::size_t(i)] = before[std::size_t(i - 1)] * Wide(x[(i - 1) * step]);
    if (last == i - 1 && product.times(x[(i - 1) * step])) last = i;
  }
  bool in_order = true;
  Wide sum(0);
  for (std::int64_t i = n - 1; i >= 0; --i) {
    sum = (i + 1 < n ? sum * Wide(x[(i + 1) * step]) : Wide(0)) + Wide(u[i * step]);
    in_order =
        in_order && (i + 1 == n || usual.times(x[(i + 1) * step])) && usual.plus(u[i * step]);
    if (!in_order || i > last) to[i * step] = (before[std::size_t(i)] * sum).template value<T>();
  }
}

// body(where a line starts, how long it is, the step along it) for all of them
template <class Body>
void each_line(const Shape& x, int axis, const Body& body) {
  std::int64_t step = 1;
  for (int i = axis + 1; i < x.rank(); ++i) step *= x[i];
  const std::int64_t n = x[axis];
  for (std::int64_t first = 0; first < x.count(); first += n * step)
    for (std::int64_t i = 0; i < step; ++i) body(first + i, n, step);
}

}  // namespace

template <class T>
void cumprod(View<const T> x, int axis, T* y, Pool&) {
  each_line(x.shape(), axis, [&](std::int64_t first, std::int64_t n, std::int64_t step) {
    const T* const from = x.data + first;
    T* const to = y + first;
    Usual<T> product;
    bool usual = true;
    for (std::int64_t i = 0; i < n * step; i += step) {
      usual &= product.times(from[i]);
      to[i] = T(product.value());
    }
    if (!usual) wide_line(from, n, step, to);
  });
}

namespace {
template <class T>
void plain_adjoint(View<const T> x, const T* upstream, int axis, T* to, Pool& pool) {
  using Number = typename Usual<T>::Number;
  auto* const before = static_cast<Number*>(pool.take(bytes_of<Number>(x.shape()[axis])));
  each_line(x.shape(), axis, [&](std::int64_t first, std::int64_t n, std::int64_t step) {
    const T *const from = x.data + first, *const u = upstream + first;
    Usual<T> product, sum{0, 0};
    bool usual = true;
    for (std::int64_t i = 0; i < n; ++i) {
      before[i] = product.value();
      usual &= product.times(from[i * step]);
    }
    for (std::int64_t i = n - 1; i >= 0; --i) {
      if (i + 1 < n) usual &= sum.times(from[(i + 1) * step]);
      (void)sum.plus(u[i * step]);
      to[first + i * step] = T(before[i] * sum.value());
    }
    if (!usual) wide_line_adjoint(from, u, n, step, to + first);
  });
  pool.release(before);
}

// x + e1 w1 + e2 w2 + ... with e1^2 = e2^2 = ... = 0, for derivatives in several directions. Of a
// number's 2^m parts the one at place S is what the e_i are multiplied by whose bit is in S.
template <class T>
class Factors {
 public:
  explicit Factors(std::span<const View<const T>> x, std::span<const View<const T>> directions)
      : x_(x[0].data), directions_(directions), parts_(std::int64_t(1) << directions.size()) {}
  std::int64_t parts() const { return parts_; }
  void start(std::int64_t at, Wide* to) const {
    std::fill_n(to, parts_, Wide(0));
    to[0] = Wide(x_[at]);
    for (std::size_t i = 0; i < directions_.size(); ++i)
      to[std::size_t(1) << i] = Wide(directions_[i].data[at]);
  }
  // to = a times the factor; they may be the same
  void times(std::int64_t at, const Wide* a, Wide* to) const {
    for (std::int64_t some = parts_; some-- > 0;) {
      Wide part = a[some] * Wide(x_[at]);
      for (std::size_t i = 0; i < directions_.size(); ++i)
        if (const std::int64_t one = std::int64_t(1) << i; some & one)
          part = part + a[some ^ one] * Wide(directions_[i].data[at]);
      to[some] = part;
    }
  }

 private:
  const T* x_;
  std::span<const View<const T>> directions_;
  std::int64_t parts_;
};
// The product's last part.
inline Wide last_part(const Wide* a, const Wide* b, std::int64_t parts) {
  Wide sum(0);
  for (std::int64_t some = 0; some < parts; ++some) sum = sum + a[some] * b[parts - 1 - some];
  return sum;
}
Wide* take_parts(Pool& pool, std::int64_t n) {
  auto* const parts = static_cast<Wide*>(pool.take(bytes_of<Wide>(n)));
  std::uninitialized_fill_n(parts, n, Wide(0));
  return parts;
}
}  // namespace

template <class T>
void cumprod_push(std::span<const View<const T>> in, int axis, T* y, Pool& pool) {
  if (in[0].count() == 0) return;
  const Factors<T> factors(in, in.subspan(1));
  Wide* const product = take_parts(pool, factors.parts());
  each_line(in[0].shape(), axis, [&](std::int64_t first, std::int64_t n, std::int64_t step) {
    factors.start(first, product);
    for (std::int64_t i = 0; i < n; ++i) {
      if (i > 0) factors.times(first + i * step, product, product);
      y[first + i * step] = product[factors.parts() - 1].template value<T>();
    }
  });
  pool.release(product);
}

template <class T>
void cumprod_adjoint(std::span<const View<const T>> in, int axis, T* to, Pool& pool) {
  if (in[0].count() == 0) return;
  const T* const upstream = in[1].data;
  if (in.size() == 2) return plain_adjoint(in[0], upstream, axis, to, pool);
  const Factors<T> factors(in, in.subspan(2));
  const std::int64_t parts = factors.parts();
  Wide *const before = take_parts(pool, in[0].shape()[axis] * parts), *const sum =
                                                                          take_parts(pool, parts);
  each_line(in[0].shape(), axis, [&](std::int64_t first, std::int64_t n, std::int64_t step) {
    for (std::int64_t i = 1; i < n; ++i)  // of those before i, at i
      if (Wide* const own = before + i * parts; i == 1)
        factors.start(first, own);
      else
        factors.times(first + (i - 1) * step, own - parts, own);
    std::fill_n(sum, parts, Wide(0));
    for (std::int64_t i = n - 1; i >= 0; --i) {
      const std::int64_t at = first + i * step;
      if (i + 1 < n) factors.times(at + step, sum, sum);
      sum[0] = sum[0] + Wide(upstream[at]);
      to[at] =
          (i > 0 ? last_part(before + i * parts, sum, parts) : sum[parts - 1]).template value<T>();
    }
  });
  pool.release(before), pool.release(sum);
}

#define GLASSGRAD_KERNELS(T)                                                  \
  template void cumprod(View<const T>, int, T*, Pool&);                       \
  template void cumprod_push(std::span<const View<const T>>, int, T*, Pool&); \
  template void cumprod_adjoint(std::span<const View<const T>>, int, T*, Pool&);
GLASSGRAD_KERNELS(float)
GLASSGRAD_KERNELS(double)
#undef GLASSGRAD_KERNELS

}  // namespace glassgrad::kernels
