// Sums that a kernel makes of numbers in which it is linear, and what it does where they leave the
// range on their way (detail::Smaller). Included by files that hold kernels only.
#pragma once

#include "kernels/reducing.hpp"

namespace glassgrad::kernels {
namespace {

// make(from, to) writes to `to` sums of at most `terms` numbers of x, each times whatever it likes.
// Where `to` is not finite they are made once more.
template <class T, class Make>
[[gnu::noinline, gnu::cold]] void make_smaller(View<const T> x, std::int64_t terms, T* to,
                                               std::int64_t n, Pool& pool, const Make& make) {
  const detail::Smaller<T> smaller(terms);
  T* const from = static_cast<T*>(pool.take(bytes_of<T>(x.count())));
  T* const sums = static_cast<T*>(pool.take(bytes_of<T>(n)));
  smaller.take(x.data, x.count(), from);
  make(static_cast<const T*>(from), sums);
  smaller.put_back(sums, n, to);
  pool.release(from), pool.release(sums);
}

// y = make(x), or with `add` on top of what is there.
template <class T, class Make>
void linear_sums(View<const T> x, std::int64_t terms, View<T> y, bool add, Pool& pool,
                 const Make& make) {
  const std::int64_t n = y.count();
  T* const to = add ? static_cast<T*>(pool.take(bytes_of<T>(n))) : y.data;
  make(x.data, to);
  if (terms >= detail::least_terms && !detail::all_finite<xsimd::batch<T, NativeIsa>>(to, n))
    make_smaller(x, terms, to, n, pool, make);
  if (!add) return;
  for (std::int64_t i = 0; i < n; ++i) y[i] += to[i];
  pool.release(to);
}

// y = make(x), sums of x as it is: where that is the smaller of the two it is looked at, for
// numbers so large that a sum of them might leave the range.
template <class T, class Make>
void plain_sums(View<const T> x, std::int64_t terms, T* y, std::int64_t n, Pool& pool,
                const Make& make) {
  using V = xsimd::batch<T, NativeIsa>;
  make(x.data, y);
  if (terms < detail::least_terms) return;
  if (x.count() < n && detail::all_finite<V>(x.data, x.count(), T(terms))) return;
  if (!detail::all_finite<V>(y, n)) make_smaller(x, terms, y, n, pool, make);
}

}  // namespace
}  // namespace glassgrad::kernels
