// Sums whose error does not grow with how many numbers are added: at most `plain_terms` are added
// one after the other, and of what such sums add up to nothing that rounding takes away is lost.
// And sums that leave the range on their way, and come back into it: Smaller.
// Included by files that hold kernels only. Next: elementwise.hpp, src/kernels/reducing.hpp.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>

#include "glassgrad/array/memory.hpp"
#include "glassgrad/kernels/simd.hpp"

namespace glassgrad::detail {

inline constexpr std::int64_t plain_terms = 64;

// sum += x; returns what rounding took away, exactly (D. E. Knuth, The Art of Computer Programming
// 2, 4.2.2, theorem B).
template <class V>
V two_sum(V& sum, const V& x) {
  const V total = sum + x, moved = total - sum;
  const V lost = (sum - (total - moved)) + (x - moved);
  sum = total;
  return lost;
}
// sum + lost; of an infinite sum nothing was lost, and the two have no difference.
template <class T>
T with_lost(T sum, T lost) {
  const T total = sum + lost;
  return total - total == T(0) ? total : sum;
}

// Are n numbers finite, and finite still when they are `times` as large?
template <class V, class T = typename V::value_type>
bool all_finite(const T* x, std::int64_t n, T times = T(1)) {
  constexpr std::int64_t lanes = V::size;
  V nothing[4] = {V(T(0)), V(T(0)), V(T(0)), V(T(0))};  // NaN once one is not
  const auto look = [&](const V& v, V& at) { at += v * V(times) - v * V(times); };
  std::int64_t i = 0;
  for (; i + 4 * lanes <= n; i += 4 * lanes)
    for (std::int64_t j = 0; j < 4; ++j) look(V::load_unaligned(x + i + j * lanes), nothing[j]);
  for (; i + lanes <= n; i += lanes) look(V::load_unaligned(x + i), nothing[0]);
  if (i < n) look(simd::load_part<V>(x + i, n - i), nothing[1]);
  return xsimd::all((nothing[0] + nothing[1]) + (nothing[2] + nothing[3]) == V(T(0)));
}

// The one way back of a sum that has left the range on its way though its terms and its value are
// within it, as 1e308 + 1e308 - 1e308 is: it is made once more of numbers so much smaller that no
// part of a sum of `terms` of them leaves the range, by a power of two so that every bit is the
// same. Looked for in results only, and what is right stays as it is.
template <class T>
struct Smaller {
  T by;
  explicit Smaller(std::int64_t terms) : by(T(1) / 2) {
    for (; terms > 0; terms /= 2) by /= 2;
  }
  void take(const T* x, std::int64_t n, T* to) const {
    for (std::int64_t i = 0; i < n; ++i) to[i] = x[i] * by;
  }
  // To y, where that is not finite, from the sums of smaller numbers: divided by `count`.
  void put_back(T* sums, std::int64_t n, T* y, double count = 1) const {
    for (std::int64_t i = 0; i < n; ++i) sums[i] = sums[i] / T(count) / by;
    mend(sums, n, y);
  }
  // y where it is finite, else what was found on another way: infinite, too, with the right sign.
  static void mend(const T* found, std::int64_t n, T* y) {
    for (std::int64_t i = 0; i < n; ++i)
      if (!std::isfinite(y[i])) y[i] = found[i];
  }
};
// Fewer terms leave the range with their sum only.
inline constexpr std::int64_t least_terms = 3;

// n numbers apart from those they are added to: a few where they are, more in the thread's scratch.
template <class T>
class Apart {
 public:
  explicit Apart(std::int64_t n)
      : memory_(n <= few ? 0 : bytes_of<T>(n)), numbers_(n <= few ? few_ : memory_.of<T>()) {}
  T* numbers() { return numbers_; }

 private:
  static constexpr std::int64_t few = 64;
  alignas(64) T few_[few];  // not filled
  Scratch memory_;
  T* numbers_;
};

// A sum in one number.
template <class T>
struct Total {
  T sum = T(0), lost = T(0);
  void add(T x) { lost += two_sum(sum, x); }
  T value() const { return with_lost(sum, lost); }
};

// Sums of n places, and what they lost, in memory.
template <class V, class T = typename V::value_type>
struct Totals {
  static constexpr std::int64_t lanes = V::size;
  static V load(const T* p, std::int64_t count) {
    return count == lanes ? V::load_unaligned(p) : simd::load_part<V>(p, count);
  }
  static void store(const V& v, T* p, std::int64_t count) {
    if (count == lanes)
      v.store_unaligned(p);
    else
      simd::store_part(v, p, count);
  }
  static void add(const V& x, T* sum, T* lost, std::int64_t count) {
    V total = load(sum, count);
    store(load(lost, count) + two_sum(total, x), lost, count);
    store(total, sum, count);
  }
  static void add(const T* x, std::int64_t n, T* sum, T* lost) {
    for (std::int64_t i = 0; i < n; i += lanes) {
      const std::int64_t count = std::min(lanes, n - i);
      add(load(x + i, count), sum + i, lost + i, count);
    }
  }
  static void settle(std::int64_t n, T* sum, const T* lost) {
    for (std::int64_t i = 0; i < n; ++i) sum[i] = with_lost(sum[i], lost[i]);
  }

  // So many columns fit the first cache.
  static constexpr std::int64_t width = 1024;
  // Many rows of at most `width` columns on to y: down(rows, last, part) adds the next rows to
  // `part`, few enough that they lose little; what is lost between those is kept. With `lost` so is
  // what the sum to y loses.
  template <class Down>
  static void add_rows(std::int64_t rows, std::int64_t n, T* y, T* lost, const Down& down) {
    alignas(64) T sum[width], rest[width], part[width];
    std::fill_n(sum, n, T(0)), std::fill_n(rest, n, T(0));
    for (std::int64_t left = rows; left > 0; left -= plain_terms) {
      const std::int64_t now = std::min(left, plain_terms);
      std::fill_n(part, n, T(0));
      down(now, now == left, part);
      add(part, n, sum, rest);
    }
    settle(n, sum, rest);
    if (lost)
      add(sum, n, y, lost);
    else
      for (std::int64_t i = 0; i < n; ++i) y[i] += sum[i];
  }
};

// A place for what the sums of an array lose, where more than `plain_terms` are added to each. Few
// arrays are: only those that are reduced along axes that do not lie next to each other.
template <class T>
class Lost {
 public:
  Lost(std::int64_t terms, std::int64_t count)
      : memory_(terms <= plain_terms ? 0 : bytes_of<T>(count)), numbers_(memory_.of<T>()) {
    if (numbers_) std::fill_n(numbers_, count, T(0));
  }
  T* at(std::int64_t i) const { return numbers_ ? numbers_ + i : nullptr; }
  // *y += x, with its place in what was lost, or null
  static void add(T x, T* y, T* lost) {
    if (lost)
      *lost += two_sum(*y, x);
    else
      *y += x;
  }
  void settle(T* y, std::int64_t count) const {
    for (std::int64_t i = 0; numbers_ && i < count; ++i) y[i] = with_lost(y[i], numbers_[i]);
  }

 private:
  Scratch memory_;
  T* numbers_;  // or null
};

}  // namespace glassgrad::detail
