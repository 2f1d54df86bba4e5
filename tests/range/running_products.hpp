// Rows of factors whose products leave the range, and what running products and their slopes are in
// 50-digit numbers.
#pragma once

#include "range/scaled.hpp"

namespace glassgrad::range {

// y[k] = x[0] ... x[k], and g[j] = sum_k u[k] y[k] / x[j], whatever x[j] is.
inline Wides products(const Wides& x) {
  Wides y;
  for (const Wide& factor : x) y.push_back(y.empty() ? factor : Wide(y.back() * factor));
  return y;
}
inline Wides slopes(const Wides& x, const Wides& u) {
  const std::size_t n = x.size();
  Wides before(n, Wide(1)), g(n), sum(n + 1, Wide(0));
  for (std::size_t i = 1; i < n; ++i) before[i] = before[i - 1] * x[i - 1];
  for (std::size_t i = n; i-- > 0;)
    sum[i] = u[i] + (i + 1 < n ? Wide(x[i + 1] * sum[i + 1]) : Wide(0));
  for (std::size_t i = 0; i < n; ++i) g[i] = before[i] * sum[i];
  return g;
}

// Rows of factors; T's own sizes, by powers of ten.
template <class T>
std::vector<Numbers<T>> rows_of_factors() {
  const T big = std::is_same_v<T, float> ? T(1e30) : T(1e300), tiny = T(1) / big;
  const T denormal = std::numeric_limits<T>::denorm_min(), most = std::numeric_limits<T>::max();
  std::vector<Numbers<T>> rows{
      {tiny, tiny, big, big, big},
      {big, big, tiny, tiny, tiny},
      {big, tiny, big, tiny, big},
      {tiny, big, tiny, big, tiny},
      {tiny, tiny, tiny, tiny, tiny, tiny, big, big, big, big, big, big, T(3)},
      {T(-2), tiny, tiny, tiny, big, big, -big, T(5)},
      {tiny, T(0), big, big, big},
      {tiny, tiny, T(0), big, big, T(0), big},
      {big, big, T(0), tiny, tiny},
      {denormal, most, T(2), most, T(0.5), denormal},
      {most, most, denormal, denormal},
      {T(1)},
      {T(0)},
      {T(2), T(3)},
  };
  Random random(17);
  for (int row = 0; row < 40; ++row) {  // long walks over the range, now and then far out of it
    Numbers<T> factors;
    for (int i = 0; i < 60 + row; ++i) {
      const double far = row % 4 == 0 ? 1 : std::numeric_limits<T>::max_exponent * 0.9;
      factors.push_back(T(std::ldexp(random.normal(), int((random.uniform() - 0.5) * far))));
    }
    rows.push_back(std::move(factors));
  }
  return rows;
}

}  // namespace glassgrad::range
