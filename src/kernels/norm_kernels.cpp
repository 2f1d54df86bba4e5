// Norms and means of squares over any axes. Squares overflow long before their root does, so a sum
// of squares that is not normal is recomputed from scaled numbers, as in BLAS's nrm2; by a power of
// two, so that norm(2^k x) is 2^k norm(x) to the last bit. Next: norm_slope_kernels.cpp.
#include <cmath>

#include "kernels/norm_rows.hpp"

namespace glassgrad::kernels {
namespace {

struct Squared {
  static auto map(const auto& x, const auto&) { return x * x; }
};
struct ScaledSquare {
  static auto map(const auto& x, const auto& scale) { return (x * scale) * (x * scale); }
};
struct ScaledPower {
  using Kind = Elementwise<2>;
  double p;
  auto value(const auto& x, const auto& size) const { return power_of_quotient(x, size, p); }
};
struct TimesBoth {
  using Kind = Elementwise<3>;
  auto value(const auto& x, const auto& a, const auto& b) const { return x * a * b; }
};

// A sum of squares below has lost digits.
template <class T>
const T least_sum = std::ldexp(T(1), sizeof(T) == 8 ? -900 : -60);
template <class T>
bool in_range(T sum) {
  return sum >= least_sum<T> && sum <= std::numeric_limits<T>::max();
}
// Need no row of x be scaled? A row of zeros need not: the other rows are not to pay for it.
template <class T>
bool all_in_range(View<const T> x, const Shape& kept, const T* sums) {
  const auto is_zero = [x](std::int64_t place) { return x.data[place] == T(0); };
  for (std::int64_t i = 0; i < kept.count(); ++i) {
    if (in_range(sums[i])) continue;
    if (sums[i] != T(0) || !each_of_row(x.shape(), kept, i, is_zero)) return false;
  }
  return true;
}

// y = finish(sum of (scale x)^2, scale): scale is 1 where squares stay within range.
template <class T, class Finish>
void of_squares(View<const T> x, const Shape& kept, T* y, Pool& pool, const Finish& finish) {
  const std::int64_t n = kept.count();
  reduce_runs<T, AddUp, Squared>(x, kept, nullptr, y);
  if (x.count() == 0 || all_in_range(x, kept, y)) {
    for (std::int64_t i = 0; i < n; ++i) y[i] = finish(y[i], T(1));
    return;
  }
  const RowNumbers<T> scale(kept, pool), sums(kept, pool);
  reduce_runs<T, Largest, Absolute>(x, kept, nullptr, scale.data());
  for (std::int64_t i = 0; i < n; ++i) scale[i] = scale_of(scale[i]);
  reduce_runs<T, AddUp, ScaledSquare>(x, kept, scale.data(), sums.data());
  for (std::int64_t i = 0; i < n; ++i)
    y[i] = in_range(y[i]) ? finish(y[i], T(1)) : finish(sums[i], scale[i]);
}
template <class T>
void euclidean(View<const T> x, const Shape& kept, T* y, Pool& pool) {
  of_squares(x, kept, y, pool, [](T sum, T scale) { return std::sqrt(sum) / scale; });
}

// sum^(1 / p) size: the power may leave the range where the product does not.
template <class T>
T root(T sum, double p, T size) {
  const double power = std::pow(double(sum), 1 / p);
  if (std::isnormal(power)) return T(power * double(size));
  using Long = long double;
  return T(std::exp2(std::log2(Long(sum)) / Long(p) + std::log2(Long(size))));
}

}  // namespace

template <class T>
void norm_parts(View<const T> x, const Shape& kept, double p, T* size, T* sum, Pool& pool) {
  const std::int64_t n = kept.count();
  const RowNumbers<T> powers(x.shape(), pool);
  extreme_of_rows(x, kept, p, size);
  for (std::int64_t i = 0; i < n; ++i)
    if (!(size[i] > T(0) && std::isfinite(size[i]))) size[i] = T(1);
  const View<const T> in[] = {x, {size, &kept}};
  each_number(ScaledPower{p}, in, powers.view(), pool);
  reduce_runs<T, AddUp, Same>(powers, kept, nullptr, sum);
}
template <class T>
void norm(View<const T> x, const Shape& kept, double p, T* y, Pool& pool) {
  if (p == 2) return euclidean(x, kept, y, pool);
  const std::int64_t n = kept.count();
  std::fill_n(y, n, T(0));
  if (x.count() == 0) return;
  const RowNumbers<T> size(kept, pool);
  norm_parts(x, kept, p, size.data(), y, pool);
  for (std::int64_t i = 0; i < n; ++i) y[i] = root(y[i], p, size[i]);
}

template <class T>
void mean_square(View<const T> x, const Shape& kept, double divisor, T* y, Pool& pool) {
  of_squares(x, kept, y, pool,
             [divisor](T sum, T scale) { return sum / T(divisor) / scale / scale; });
}
// The factor 2 u / divisor may leave the range where its product with x does not: then it is two
// factors, each of half its exponent.
template <class T>
void mean_square_adjoint(View<const T> x, const Shape& kept, double divisor, const T* upstream,
                         View<T> to, Pool& pool) {
  const RowNumbers<T> a(kept, pool), b(kept, pool);
  bool usual = true;
  for (std::int64_t i = 0; i < kept.count(); ++i) {
    a[i] = upstream[i] / T(divisor) * T(2);
    b[i] = T(1);
    if (std::isnormal(a[i]) || upstream[i] == T(0) ||
        !std::isfinite(upstream[i] * T(0) / T(divisor)))
      continue;
    usual = false;
    int of_upstream = 0, of_divisor = 0;
    const T quotient = std::frexp(upstream[i], &of_upstream) / std::frexp(T(divisor), &of_divisor);
    const int exponent = of_upstream - of_divisor + 1;
    a[i] = std::ldexp(quotient, exponent / 2);
    b[i] = std::ldexp(T(1), exponent - exponent / 2);
  }
  const View<const T> in[] = {x, a, b}, one[] = {x, a};
  if (usual)
    each_number(Times{}, one, to, pool);
  else
    each_number(TimesBoth{}, in, to, pool);
}

#define GLASSGRAD_KERNELS(T)                                                    \
  template void norm_parts(View<const T>, const Shape&, double, T*, T*, Pool&); \
  template void norm(View<const T>, const Shape&, double, T*, Pool&);           \
  template void mean_square(View<const T>, const Shape&, double, T*, Pool&);    \
  template void mean_square_adjoint(View<const T>, const Shape&, double, const T*, View<T>, Pool&);
GLASSGRAD_KERNELS(float)
GLASSGRAD_KERNELS(double)
#undef GLASSGRAD_KERNELS

}  // namespace glassgrad::kernels
