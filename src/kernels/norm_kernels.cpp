// Norms over any axes. Squares overflow long before their root does, so a sum of squares that is
// not normal is recomputed from scaled numbers, as in BLAS's nrm2; by a power of two, so that
// norm(2^k x) is 2^k norm(x) to the last bit.
#include <cmath>

#include "kernels/reducing.hpp"

namespace glassgrad::kernels {
namespace {

struct Squared {
  static auto map(const auto& x, const auto&) { return x * x; }
};
struct ScaledSquare {
  static auto map(const auto& x, const auto& scale) { return (x * scale) * (x * scale); }
};
struct Absolute {
  static auto map(const auto& x, const auto&) { return num::abs(x); }
};
struct ScaledPower {
  using Kind = Elementwise<2>;
  double p;
  auto value(const auto& x, const auto& size) const {
    return num::pow(num::abs(x / size), constant(x, p));
  }
};
struct Times {
  using Kind = Elementwise<2>;
  auto value(const auto& x, const auto& scale) const { return x * scale; }
};
// u x / y, and 0 where y is
struct Contribution {
  using Kind = Elementwise<3>;
  auto value(const auto& x, const auto& y, const auto& u) const {
    const auto zero = constant(y, 0), ratio = x / where(y == zero, constant(y, 1), y);
    return u * ratio;
  }
};
// u (sign x) |x / y|^(p - 1), and 0 where x or y is 0
struct PowerContribution {
  using Kind = Elementwise<3>;
  double p;
  auto value(const auto& x, const auto& y, const auto& u) const {
    const auto zero = constant(x, 0), one = constant(x, 1);
    const auto none = x == zero || y == zero;
    const auto size = num::pow(where(none, one, num::abs(x / y)), constant(x, p - 1));
    return u * where(none, zero, where(x < zero, -size, size));
  }
};

// Numbers of a row whose squares, and the sum of them, lose nothing.
template <class T>
constexpr int most_exponent = sizeof(T) == 8 ? 1000 : 100;
template <class T>
const T least_sum = std::ldexp(T(1), sizeof(T) == 8 ? -900 : -60);

// 1 / |largest|, as a power of two
template <class T>
T scale_of(T largest) {
  if (!(largest > T(0)) || !std::isfinite(largest)) return T(1);
  int exponent = 0;
  (void)std::frexp(largest, &exponent);
  return std::ldexp(T(1), std::clamp(-exponent, -most_exponent<T>, most_exponent<T>));
}

template <class T>
void euclidean(View<const T> x, const Shape& kept, T* y, Pool& pool) {
  const std::int64_t n = kept.count();
  reduce_runs<T, AddUp, Squared>(x, kept, nullptr, y);
  bool usual = true;
  const auto in_range = [](T sum) {
    return sum >= least_sum<T> && sum <= std::numeric_limits<T>::max();
  };
  for (std::int64_t i = 0; i < n; ++i) usual &= in_range(y[i]);
  if (!usual && x.count() > 0) {
    T* const scale = static_cast<T*>(pool.take(bytes_of<T>(n)));
    T* const sums = static_cast<T*>(pool.take(bytes_of<T>(n)));
    reduce_runs<T, Largest, Absolute>(x, kept, nullptr, scale);
    for (std::int64_t i = 0; i < n; ++i) scale[i] = scale_of(scale[i]);
    reduce_runs<T, AddUp, ScaledSquare>(x, kept, scale, sums);
    for (std::int64_t i = 0; i < n; ++i)
      y[i] = in_range(y[i]) ? std::sqrt(y[i]) : std::sqrt(sums[i]) / scale[i];
    pool.release(scale), pool.release(sums);
    return;
  }
  for (std::int64_t i = 0; i < n; ++i) y[i] = std::sqrt(y[i]);
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
void norm(View<const T> x, const Shape& kept, double p, T* y, Pool& pool) {
  if (p == 2) return euclidean(x, kept, y, pool);
  const std::int64_t n = kept.count();
  std::fill_n(y, n, T(0));
  if (x.count() == 0) return;
  // One of the quotients by the extreme number, the largest or the smallest, is 1.
  T* const size = static_cast<T*>(pool.take(bytes_of<T>(n)));
  T* const powers = static_cast<T*>(pool.take(std::size_t(x.count()) * sizeof(T)));
  if (p > 0)
    reduce_runs<T, Largest, Absolute>(x, kept, nullptr, size);
  else
    reduce_runs<T, Smallest, Absolute>(x, kept, nullptr, size);
  for (std::int64_t i = 0; i < n; ++i)
    if (!(size[i] > T(0) && std::isfinite(size[i]))) size[i] = T(1);
  const ScaledPower op{p};
  const View<const T> in[] = {x, {size, &kept}};
  detail::ElementwiseKernel<ScaledPower, T>::forward(&op, in, {powers, x.sizes}, pool);
  reduce_runs<T, AddUp, Same>({powers, x.sizes}, kept, nullptr, y);
  for (std::int64_t i = 0; i < n; ++i) y[i] = root(y[i], p, size[i]);
  pool.release(size), pool.release(powers);
}

namespace {
template <class T>
void contribute(View<const T> x, const Shape& kept, double p, const T* y, const T* upstream,
                View<T> to, Pool& pool) {
  const View<const T> in[] = {x, {y, &kept}, {upstream, &kept}};
  const Contribution contribution;
  const PowerContribution power{p};
  if (p == 2)
    detail::ElementwiseKernel<Contribution, T>::forward(&contribution, in, to, pool);
  else
    detail::ElementwiseKernel<PowerContribution, T>::forward(&power, in, to, pool);
}
// Slopes are quotients x / y. Where y is denormal or infinite it has lost the digits that they
// need: the norm is taken again of scaled numbers.
template <class T>
[[gnu::noinline, gnu::cold]] void contribute_scaled(View<const T> x, const Shape& kept, double p,
                                                    const T* y, const T* upstream, View<T> to,
                                                    Pool& pool) {
  const std::int64_t n = kept.count();
  T* const scale = static_cast<T*>(pool.take(bytes_of<T>(n)));
  T* const size = static_cast<T*>(pool.take(bytes_of<T>(n)));
  T* const scaled = static_cast<T*>(pool.take(bytes_of<T>(x.count())));
  if (p > 0)
    reduce_runs<T, Largest, Absolute>(x, kept, nullptr, scale);
  else
    reduce_runs<T, Smallest, Absolute>(x, kept, nullptr, scale);
  for (std::int64_t i = 0; i < n; ++i)
    scale[i] = std::isnormal(y[i]) || y[i] == T(0) ? T(1) : scale_of(scale[i]);
  const Times times;
  const View<const T> in[] = {x, {scale, &kept}};
  detail::ElementwiseKernel<Times, T>::forward(&times, in, {scaled, x.sizes}, pool);
  norm<T>({scaled, x.sizes}, kept, p, size, pool);
  contribute<T>({scaled, x.sizes}, kept, p, size, upstream, to, pool);
  pool.release(scale), pool.release(size), pool.release(scaled);
}
}  // namespace

template <class T>
void norm_adjoint(View<const T> x, const Shape& kept, double p, const T* y, const T* upstream,
                  View<T> to, Pool& pool) {
  bool usual = true;
  for (std::int64_t i = 0; i < kept.count(); ++i) usual &= std::isnormal(y[i]) || y[i] == T(0);
  if (usual || x.count() == 0) [[likely]]
    contribute(x, kept, p, y, upstream, to, pool);
  else
    contribute_scaled(x, kept, p, y, upstream, to, pool);
}

#define GLASSGRAD_KERNELS(T)                                                                   \
  template void norm(View<const T>, const Shape&, double, T*, Pool&);                          \
  template void norm_adjoint(View<const T>, const Shape&, double, const T*, const T*, View<T>, \
                             Pool&);
GLASSGRAD_KERNELS(float)
GLASSGRAD_KERNELS(double)
#undef GLASSGRAD_KERNELS

}  // namespace glassgrad::kernels
