// Products of matrices of every small shape and around every size at which they are cut, against
// sums in long double, under each instruction set; nothing but c is written; how a product is cut
// changes no bit.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "glassgrad/kernels/kernels.hpp"
#include "glassgrad/kernels/workers.hpp"

namespace {

using namespace glassgrad;

template <class T>
struct Product {
  std::int64_t m, n, k;
  bool transpose_a, transpose_b, add;
  std::vector<T> a, b, before;

  Product(std::int64_t rows, std::int64_t columns, std::int64_t depth, int flags)
      : m(rows),
        n(columns),
        k(depth),
        transpose_a(flags & 1),
        transpose_b(flags & 2),
        add(flags & 4),
        a(numbers(m * k, 1)),
        b(numbers(k * n, 2)),
        before(numbers(m * n, 3)) {}

  static std::vector<T> numbers(std::int64_t count, unsigned seed) {
    std::mt19937 random(seed);
    std::uniform_real_distribution<T> any(-1, 1);
    std::vector<T> all(static_cast<std::size_t>(count));
    for (T& x : all) x = any(random);
    return all;
  }
  T of_a(std::int64_t i, std::int64_t p) const {
    return a[std::size_t(transpose_a ? p * m + i : i * k + p)];
  }
  T of_b(std::int64_t p, std::int64_t j) const {
    return b[std::size_t(transpose_b ? j * k + p : p * n + j)];
  }
  // c between two numbers that must stay
  std::vector<T> run() const {
    std::vector<T> c(std::size_t(m * n) + 2, T(-7));
    std::copy(before.begin(), before.end(), c.begin() + 1);
    kernels::matmul(transpose_a, transpose_b, m, n, k, a.data(), b.data(), c.data() + 1, add);
    EXPECT_EQ(c.front(), T(-7));
    EXPECT_EQ(c.back(), T(-7));
    return {c.begin() + 1, c.end() - 1};
  }
  std::string name() const {
    return std::to_string(m) + " x " + std::to_string(k) + " x " + std::to_string(n) +
           (transpose_a ? " ta" : "") + (transpose_b ? " tb" : "") + (add ? " add" : "");
  }
  void check(std::int64_t step = 1) const {
    const std::vector<T> c = run();
    for (std::int64_t at = 0; at < m * n; at += step) {
      const std::int64_t i = at / n, j = at % n;
      long double sum = add ? before[std::size_t(at)] : 0, sizes = std::abs(sum);
      for (std::int64_t p = 0; p < k; ++p) {
        const long double term = static_cast<long double>(of_a(i, p)) * of_b(p, j);
        sum += term, sizes += std::abs(term);
      }
      // Higham, Accuracy and Stability (2002), section 3.1: any order of k products and sums
      const long double bound = sizes * std::numeric_limits<T>::epsilon() * (k + 1) / 2;
      ASSERT_LE(std::abs(c[std::size_t(at)] - sum), bound) << name() << " at " << i << ", " << j;
    }
  }
};

template <class T>
class Gemm : public testing::Test {};
using Types = testing::Types<float, double>;
TYPED_TEST_SUITE(Gemm, Types);

constexpr int every_flag = 8;

TYPED_TEST(Gemm, EverySmallShape) {
  for (const std::int64_t m : {1, 2, 3, 5, 6, 7, 12, 13, 25})
    for (const std::int64_t n : {1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 40, 63, 65})
      for (const std::int64_t k : {1, 2, 5, 8, 17, 33})
        for (int flags = 0; flags < every_flag; ++flags)
          ASSERT_NO_FATAL_FAILURE(Product<TypeParam>(m, n, k, flags).check());
}

TYPED_TEST(Gemm, FewRowsAndColumnsOfDeepSums) {
  for (const std::int64_t m : {1, 4, 9, 10, 16, 33})
    for (const std::int64_t n : {1, 4, 10, 11, 20})
      for (const std::int64_t k : {255, 256, 257, 519, 1000})
        for (int flags = 0; flags < every_flag; ++flags)
          ASSERT_NO_FATAL_FAILURE(Product<TypeParam>(m, n, k, flags).check());
}

// Every size just below and above those of the blocks, in turn
TYPED_TEST(Gemm, AroundTheBlocks) {
  for (const auto [m, n, k] : std::vector<std::array<std::int64_t, 3>>{{49, 511, 257},
                                                                       {97, 513, 64},
                                                                       {50, 1023, 17},
                                                                       {13, 1025, 300},
                                                                       {95, 640, 9},
                                                                       {200, 40, 513},
                                                                       {61, 2051, 5}})
    for (int flags = 0; flags < every_flag; ++flags)
      ASSERT_NO_FATAL_FAILURE(Product<TypeParam>(m, n, k, flags).check(101));
}

TYPED_TEST(Gemm, AnInfinityOrNanReachesItsRowsAndColumnsOnly) {
  constexpr auto nan = std::numeric_limits<TypeParam>::quiet_NaN();
  for (int flags = 0; flags < 4; ++flags) {
    Product<TypeParam> product(30, 21, 40, flags);
    product.a[std::size_t(product.transpose_a ? 3 * 30 + 11 : 11 * 40 + 3)] = nan;
    const auto c = product.run();
    for (std::int64_t at = 0; at < 30 * 21; ++at)
      ASSERT_EQ(std::isnan(c[std::size_t(at)]), at / 21 == 11) << at;
  }
}

// Large enough for the pool; a part of the rows or columns alone gives the same numbers.
TYPED_TEST(Gemm, NoCutChangesABit) {
  const int before = threads();
  for (int flags = 0; flags < every_flag; ++flags)
    for (const auto [m, n] : {std::array<std::int64_t, 2>{300, 70}, {70, 530}, {513, 96}}) {
      const Product<TypeParam> whole(m, n, 270, flags);
      set_threads(1);
      const auto c = whole.run();
      for (const int count : {2, 3}) {
        set_threads(count);
        ASSERT_EQ(whole.run(), c) << whole.name() << ", threads " << count;
      }
      if (whole.transpose_a) continue;  // its first rows do not lie together
      Product<TypeParam> part = whole;
      part.m = 17;
      part.before.resize(std::size_t(17 * n));
      const auto rows = part.run();
      for (std::size_t i = 0; i < rows.size(); ++i) ASSERT_EQ(rows[i], c[i]) << whole.name();
    }
  set_threads(before);
}

}  // namespace
