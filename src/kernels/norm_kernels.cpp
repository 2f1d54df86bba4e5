// Norms over any axes. Squares overflow long before their root does, so a sum of squares that is
// not normal is recomputed from scaled numbers, as in BLAS's nrm2; by a power of two, so that
// norm(2^k x) is 2^k norm(x) to the last bit.
#include <cmath>

#include "glassgrad/kernels/simd_special.hpp"
#include "kernels/reducing.hpp"

namespace glassgrad::kernels {
namespace {

// Numbers of the pool's, given back even where what comes after them throws.
template <class T>
class Taken {
 public:
  Taken(Pool& pool, std::int64_t count)
      : pool_(pool), numbers_(static_cast<T*>(pool.take(bytes_of<T>(count)))) {}
  ~Taken() { pool_.release(numbers_); }
  Taken(const Taken&) = delete;
  Taken& operator=(const Taken&) = delete;
  operator T*() const { return numbers_; }

 private:
  Pool& pool_;
  T* numbers_;
};

struct Squared {
  static auto map(const auto& x, const auto&) { return x * x; }
};
struct ScaledSquare {
  static auto map(const auto& x, const auto& scale) { return (x * scale) * (x * scale); }
};
struct Absolute {
  static auto map(const auto& x, const auto&) { return num::abs(x); }
};
// |x / y|^power: of two powers where the quotient leaves the range and a root of it need not.
auto power_of_quotient(const auto& x, const auto& y, double power) {
  const auto quotient = num::abs(x / y), exponent = constant(x, power);
  const auto usual = num::pow(quotient, exponent);
  if (std::abs(power) >= 1) return usual;
  return mostly(clear_of_the_ends(quotient), usual,
                [&] { return num::pow(num::abs(x), exponent) / num::pow(num::abs(y), exponent); });
}
struct ScaledPower {
  using Kind = Elementwise<2>;
  double p;
  auto value(const auto& x, const auto& size) const { return power_of_quotient(x, size, p); }
};
struct Times {
  using Kind = Elementwise<2>;
  auto value(const auto& x, const auto& scale) const { return x * scale; }
};
// x / y, and 0 where y is
struct Ratio {
  using Kind = Elementwise<2>;
  auto value(const auto& x, const auto& y) const {
    const auto none = y == constant(y, 0);
    return where(none, constant(y, 0), x / where(none, constant(y, 1), y));
  }
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
    const auto size = power_of_quotient(where(none, one, x), where(none, one, y), p - 1);
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

// y = finish(sum of (scale x)^2, scale): scale is 1 where squares stay within range.
template <class T, class Finish>
void of_squares(View<const T> x, const Shape& kept, T* y, Pool& pool, const Finish& finish) {
  const std::int64_t n = kept.count();
  reduce_runs<T, AddUp, Squared>(x, kept, nullptr, y);
  bool usual = true;
  const auto in_range = [](T sum) {
    return sum >= least_sum<T> && sum <= std::numeric_limits<T>::max();
  };
  for (std::int64_t i = 0; i < n; ++i) usual &= in_range(y[i]);
  if (!usual && x.count() > 0) {
    const Taken<T> scale(pool, n);
    const Taken<T> sums(pool, n);
    reduce_runs<T, Largest, Absolute>(x, kept, nullptr, scale);
    for (std::int64_t i = 0; i < n; ++i) scale[i] = scale_of(scale[i]);
    reduce_runs<T, AddUp, ScaledSquare>(x, kept, scale, sums);
    for (std::int64_t i = 0; i < n; ++i)
      y[i] = in_range(y[i]) ? finish(y[i], T(1)) : finish(sums[i], scale[i]);
    return;
  }
  for (std::int64_t i = 0; i < n; ++i) y[i] = finish(y[i], T(1));
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
void norm(View<const T> x, const Shape& kept, double p, T* y, Pool& pool) {
  if (p == 2) return euclidean(x, kept, y, pool);
  const std::int64_t n = kept.count();
  std::fill_n(y, n, T(0));
  if (x.count() == 0) return;
  // One of the quotients by the extreme number, the largest or the smallest, is 1.
  const Taken<T> size(pool, n);
  const Taken<T> powers(pool, x.count());
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
}

template <class T>
void mean_square(View<const T> x, const Shape& kept, double divisor, T* y, Pool& pool) {
  of_squares(x, kept, y, pool,
             [divisor](T sum, T scale) { return sum / T(divisor) / scale / scale; });
}
template <class T>
void mean_square_adjoint(View<const T> x, const Shape& kept, double divisor, const T* upstream,
                         View<T> to, Pool& pool) {
  const Taken<T> factor(pool, kept.count());
  for (std::int64_t i = 0; i < kept.count(); ++i) factor[i] = upstream[i] / T(divisor) * T(2);
  const Times times;
  const View<const T> in[] = {x, {factor, &kept}};
  detail::ElementwiseKernel<Times, T>::forward(&times, in, to, pool);
}

namespace {
// Of this norm slopes are quotients by it: where it is denormal or infinite it has lost digits, and
// of a negative order it may be 0 though no number is.
template <class T>
bool is_usual(T y, double p) {
  return std::isnormal(y) || (y == T(0) && p > 0);
}
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
// body(x, y) with the same quotients x / y: of scaled numbers, and their norm, where y is unusual.
template <class T, class Body>
[[gnu::noinline, gnu::cold]] void with_scaled(View<const T> x, const Shape& kept, double p,
                                              const T* y, Pool& pool, const Body& body) {
  const std::int64_t n = kept.count();
  const Taken<T> scale(pool, n);
  const Taken<T> size(pool, n);
  const Taken<T> scaled(pool, x.count());
  if (p > 0)
    reduce_runs<T, Largest, Absolute>(x, kept, nullptr, scale);
  else
    reduce_runs<T, Smallest, Absolute>(x, kept, nullptr, scale);
  for (std::int64_t i = 0; i < n; ++i) scale[i] = is_usual(y[i], p) ? T(1) : scale_of(scale[i]);
  const Times times;
  const View<const T> in[] = {x, {scale, &kept}};
  detail::ElementwiseKernel<Times, T>::forward(&times, in, {scaled, x.sizes}, pool);
  norm<T>({scaled, x.sizes}, kept, p, size, pool);
  for (std::int64_t i = 0; i < n; ++i)
    if (is_usual(y[i], p)) size[i] = y[i];
  body(View<const T>{scaled, x.sizes}, size);
}
template <class T, class Body>
void with_usual(View<const T> x, const Shape& kept, double p, const T* y, Pool& pool,
                const Body& body) {
  bool usual = true;
  for (std::int64_t i = 0; i < kept.count(); ++i) usual &= is_usual(y[i], p);
  if (usual || x.count() == 0) [[likely]]
    body(x, y);
  else
    with_scaled(x, kept, p, y, pool, body);
}
}  // namespace

template <class T>
void norm_adjoint(View<const T> x, const Shape& kept, double p, const T* y, const T* upstream,
                  View<T> to, Pool& pool) {
  with_usual(x, kept, p, y, pool, [&](View<const T> numbers, const T* size) {
    contribute(numbers, kept, p, size, upstream, to, pool);
  });
}
template <class T>
void norm_ratio(View<const T> x, const Shape& kept, double p, const T* y, View<T> ratio,
                Pool& pool) {
  with_usual(x, kept, p, y, pool, [&](View<const T> numbers, const T* size) {
    const Ratio op;
    const View<const T> in[] = {numbers, {size, &kept}};
    detail::ElementwiseKernel<Ratio, T>::forward(&op, in, ratio, pool);
  });
}

#define GLASSGRAD_KERNELS(T)                                                                   \
  template void norm(View<const T>, const Shape&, double, T*, Pool&);                          \
  template void norm_ratio(View<const T>, const Shape&, double, const T*, View<T>, Pool&);     \
  template void mean_square(View<const T>, const Shape&, double, T*, Pool&);                   \
  template void mean_square_adjoint(View<const T>, const Shape&, double, const T*, View<T>,    \
                                    Pool&);                                                    \
  template void norm_adjoint(View<const T>, const Shape&, double, const T*, const T*, View<T>, \
                             Pool&);
GLASSGRAD_KERNELS(float)
GLASSGRAD_KERNELS(double)
#undef GLASSGRAD_KERNELS

}  // namespace glassgrad::kernels
