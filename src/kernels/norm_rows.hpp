// Common to norms and their slopes: powers of quotients, the scale of a row, and where the numbers
// of one row lie. Included by files that hold kernels only.
#pragma once

#include <cmath>

#include "glassgrad/kernels/simd_special.hpp"
#include "kernels/reducing.hpp"
#include "kernels/row_numbers.hpp"

namespace glassgrad::kernels {

// Of every row the size of its extreme number, or 1, and the sum of |x / size|^p. Its norm is
// sum^(1 / p) size.
template <class T>
void norm_parts(View<const T> x, const Shape& kept, double p, T* size, T* sum, Pool& pool);

namespace {

struct Absolute {
  static auto map(const auto& x, const auto&) { return num::abs(x); }
};
struct Times {
  using Kind = Elementwise<2>;
  auto value(const auto& x, const auto& by) const { return x * by; }
};
template <class Op, class T, std::size_t n>
void each_number(const Op& op, const View<const T> (&in)[n], View<T> out, Pool& pool) {
  detail::ElementwiseKernel<Op, T>::forward(&op, in, out, pool);
}

// |x / y|^power: of two powers where the quotient leaves the range and a root of it need not.
auto power_of_quotient(const auto& x, const auto& y, double power) {
  const auto quotient = num::abs(x / y), exponent = constant(x, power);
  const auto usual = num::pow(quotient, exponent);
  if (std::abs(power) >= 1) return usual;
  return mostly(clear_of_the_ends(quotient), usual,
                [&] { return num::pow(num::abs(x), exponent) / num::pow(num::abs(y), exponent); });
}

// The scale of a row: 1 / |largest|, as a power of two. Then its squares, and the sum of them, lose
// nothing.
template <class T>
constexpr int most_exponent = sizeof(T) == 8 ? 1000 : 100;
template <class T>
T scale_of(T largest) {
  if (!(largest > T(0)) || !std::isfinite(largest)) return T(1);
  int exponent = 0;
  (void)std::frexp(largest, &exponent);
  return std::ldexp(T(1), std::clamp(-exponent, -most_exponent<T>, most_exponent<T>));
}

// Of every row the number of which a quotient by it is at most 1: the largest, or for a negative
// order the smallest.
template <class T>
void extreme_of_rows(View<const T> x, const Shape& kept, double p, T* extreme) {
  if (p > 0)
    reduce_runs<T, Largest, Absolute>(x, kept, nullptr, extreme);
  else
    reduce_runs<T, Smallest, Absolute>(x, kept, nullptr, extreme);
}

// body(place) for every number that result `row` reduces, as long as it says true: did it always?
template <class Body>
bool each_of_row(const Shape& x, const Shape& kept, std::int64_t row, const Body& body) {
  std::int64_t size[max_rank], step[max_rank], index[max_rank] = {}, at = 0, stride = 1;
  int axes = 0;
  for (int axis = x.rank() - 1; axis >= 0; --axis) {
    if (kept[axis] == x[axis])
      at += row % x[axis] * stride, row /= x[axis];
    else
      size[axes] = x[axis], step[axes++] = stride;
    stride *= x[axis];
  }
  for (;;) {
    if (!body(at)) return false;
    int k = 0;
    for (; k < axes && ++index[k] == size[k]; ++k) {
      at -= (size[k] - 1) * step[k];
      index[k] = 0;
    }
    if (k == axes) return true;
    at += step[k];
  }
}

}  // namespace
}  // namespace glassgrad::kernels
