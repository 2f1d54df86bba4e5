// Slopes of norms: powers of quotients by them. Where a norm is denormal or infinite it has not the
// digits that a quotient needs: there the numbers are scaled, and their norm is taken.
#include <cmath>

#include "kernels/norm_rows.hpp"

namespace glassgrad::kernels {
namespace {

// u x / y, and 0 where y is 0
struct Quotient {
  using Kind = Elementwise<3>;
  auto value(const auto& x, const auto& y, const auto& u) const {
    const auto zero = constant(y, 0), ratio = x / where(y == zero, constant(y, 1), y);
    return u * ratio;
  }
};
// u (sign x) |x / y|^power, and 0 where y is 0; where x is, that is 0 too unless power is 0.
struct QuotientPower {
  using Kind = Elementwise<3>;
  NormPower of;
  auto value(const auto& x, const auto& y, const auto& u) const {
    const auto zero = constant(x, 0), one = constant(x, 1);
    const auto none = (of.power != 0 || of.odd ? x == zero : one == zero) || y == zero;
    const auto size = power_of_quotient(where(none, one, x), where(none, one, y), of.power);
    if (!of.odd) return u * where(none, zero, size);
    return u * where(none, zero, where(x < zero, -size, size));
  }
};
template <class T>
void apply_power(View<const T> x, View<const T> y, View<const T> upstream, const NormPower& of,
                 View<T> to, Pool& pool) {
  const View<const T> in[] = {x, y, upstream};
  if (of.power == 1 && of.odd)
    each_number(Quotient{}, in, to, pool);
  else
    each_number(QuotientPower{of}, in, to, pool);
}

// Of a negative order a norm may be 0 though no number is.
template <class T>
bool is_usual(T y, double p) {
  return std::isnormal(y) || (y == T(0) && p > 0);
}

// Of orders below 1 the norm of scaled numbers may be infinite too, and its slopes not: size
// becomes 2^-k of it, within the range, and the upstream has the power of 2^k.
template <class T>
void divide_norms(View<const T> x, const Shape& kept, const NormPower& of, T* size, T* upstream,
                  Pool& pool) {
  using Long = long double;
  const RowNumbers<T> extreme(kept, pool), sums(kept, pool);
  norm_parts(x, kept, of.p, extreme.data(), sums.data(), pool);
  for (std::int64_t i = 0; i < kept.count(); ++i) {
    if (!std::isinf(size[i]) || !std::isfinite(sums[i])) continue;
    const Long exponent = std::log2(Long(sums[i])) / Long(of.p) + std::log2(Long(extreme[i]));
    const Long k = std::floor(exponent) - Long(most_exponent<T>);
    size[i] = T(std::exp2(exponent - k));
    upstream[i] *= T(std::exp2(-k * Long(of.power)));
  }
}

// Infinite numbers of a row count as equal ones, k of them: |x / y| is k^(-1/p).
template <class T>
void share_infinities(View<const T> x, const Shape& kept, const NormPower& of, const T* y,
                      const T* upstream, T* to) {
  for (std::int64_t i = 0; i < kept.count(); ++i) {
    if (!std::isinf(y[i])) continue;
    std::int64_t count = 0;
    each_of_row(x.shape(), kept, i, [&](std::int64_t at) {
      count += std::isinf(x.data[at]);
      return true;
    });
    const T share = T(std::pow(double(count), -of.power / of.p));
    each_of_row(x.shape(), kept, i, [&](std::int64_t at) {
      if (std::isinf(x.data[at]))
        to[at] = upstream[i] * (of.odd && x.data[at] < 0 ? -share : share);
      return true;
    });
  }
}

// The same of scaled numbers where y is unusual.
template <class T>
[[gnu::noinline, gnu::cold]] void scaled_power(View<const T> x, const Shape& kept,
                                               const NormPower& of, const T* y, const T* upstream,
                                               View<T> to, Pool& pool) {
  const std::int64_t n = kept.count();
  const RowNumbers<T> scale(kept, pool), size(kept, pool), factor(kept, pool);
  const RowNumbers<T> scaled(x.shape(), pool);
  extreme_of_rows(x, kept, of.p, scale.data());
  for (std::int64_t i = 0; i < n; ++i) scale[i] = is_usual(y[i], of.p) ? T(1) : scale_of(scale[i]);
  const View<const T> in[] = {x, scale};
  each_number(Times{}, in, scaled.view(), pool);
  norm<T>(scaled, kept, of.p, size.data(), pool);
  bool infinite = false;
  for (std::int64_t i = 0; i < n; ++i) {
    if (is_usual(y[i], of.p)) size[i] = y[i];
    infinite |= std::isinf(size[i]);
    factor[i] = upstream[i];
  }
  if (infinite) divide_norms<T>(scaled, kept, of, size.data(), factor.data(), pool);
  apply_power<T>(scaled, size, factor, of, to, pool);
  if (infinite) share_infinities(x, kept, of, y, upstream, to.data);
}

}  // namespace

template <class T>
void norm_ratio(View<const T> x, const Shape& kept, const NormPower& of, const T* y,
                const T* upstream, View<T> to, Pool& pool) {
  const std::int64_t n = kept.count();
  if (!upstream) {
    const RowNumbers<T> ones(kept, pool);
    std::fill_n(ones.data(), n, T(1));
    return norm_ratio<T>(x, kept, of, y, ones.data(), to, pool);
  }
  if (x.count() == 0 || std::all_of(y, y + n, [&](T size) { return is_usual(size, of.p); }))
    apply_power(x, {y, &kept}, {upstream, &kept}, of, to, pool);
  else
    scaled_power(x, kept, of, y, upstream, to, pool);
}

#define GLASSGRAD_KERNELS(T)                                                                  \
  template void norm_ratio(View<const T>, const Shape&, const NormPower&, const T*, const T*, \
                           View<T>, Pool&);
GLASSGRAD_KERNELS(float)
GLASSGRAD_KERNELS(double)
#undef GLASSGRAD_KERNELS

}  // namespace glassgrad::kernels
