// The generator against published known answers, against golden bits computed by an independent
// Python program, and against what a uniform and a normal distribution must look like.
#include "glassgrad/array/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include "glassgrad/array/error.hpp"
#include "glassgrad/io/file.hpp"
#include "support/error_of.hpp"

namespace glassgrad {
namespace {

using Words = std::array<std::uint32_t, 4>;

// kat_vectors of Random123 (D. E. Shaw Research), lines "philox4x32 10".
static_assert(philox({0, 0, 0, 0}, {0, 0}) ==
              Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
static_assert(philox({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}) ==
              Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
static_assert(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
              Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});

std::vector<double> draws(std::uint64_t seed, std::uint64_t stream, std::size_t n,
                          double (*distribution)(std::uint64_t)) {
  std::vector<double> numbers(n);
  Random random(seed, stream);
  for (double& number : numbers) number = distribution(random.bits());
  return numbers;
}

std::uint32_t checksum(const std::vector<double>& numbers) {
  std::string bytes;
  for (const double number : numbers) {
    const auto bits = std::bit_cast<std::uint64_t>(number);
    for (int shift = 0; shift < 64; shift += 8) bytes.push_back(static_cast<char>(bits >> shift));
  }
  return crc32(bytes);
}

TEST(Random, GoldenBits) {
  Random random(0);
  EXPECT_EQ(random.bits(), 0xe169c58d6627e8d5U);
  EXPECT_EQ(random.bits(), 0x9b00dbd8bc57ac4cU);
  EXPECT_EQ(random.bits(), 0x5cb200dbf8e4cca4U);
  EXPECT_EQ(random.bits(), 0x097eff67b1a574ebU);
  EXPECT_EQ(random_at(0x123456789abcdef0, 0xfedcba9876543210, 1), 0x98b4ef2a13f86edcU);
  EXPECT_EQ(random_at(0x123456789abcdef0, 0xfedcba9876543210, (1ULL << 40) + 1),
            0xe94c85fd57e22a5fU);
}

TEST(Random, GoldenUniforms) {
  Random random(42, 7);
  EXPECT_EQ(random.uniform(), 0x1.caa82198cfdcdp-1);
  EXPECT_EQ(random.uniform(), 0x1.55ce634db1fb2p-2);
  EXPECT_EQ(checksum(draws(2024, 1, 10000, uniform_from)), 0xab23cfb8U);
}

TEST(Random, GoldenNormals) {
  Random random(42, 7);
  EXPECT_EQ(random.normal(), 0x1.420fdd4ad2614p+0);
  EXPECT_EQ(random.normal(), -0x1.b7c3bc096468ep-2);
  EXPECT_EQ(random.normal(), -0x1.45a7298f28dbfp-2);
  EXPECT_EQ(random.normal(), -0x1.e06401d908540p-1);
  EXPECT_EQ(random.normal(10, 2), 10 + 2 * 0x1.88c18ca413acfp+0);
  EXPECT_EQ(checksum(draws(2024, 1, 10000, normal_from)), 0x4854cce2U);
}

TEST(Random, GoldenPermutation) {
  const std::vector<std::int64_t> expected{1, 0, 4, 8, 6, 7, 5, 3, 2, 9};
  EXPECT_EQ(Random(1, 2).permutation(10), expected);
}

TEST(Random, DrawsByPositionAreTheSameDraws) {
  Random random(3, 9);
  for (std::uint64_t k = 0; k < 9; ++k) EXPECT_EQ(random.bits(), random_at(3, 9, k));
  EXPECT_EQ(random.uniform(), uniform_at(3, 9, 9));
  EXPECT_EQ(random.normal(), normal_at(3, 9, 10));
}

TEST(Random, ContinuesFromItsState) {
  for (int before = 0; before < 5; ++before) {
    Random random(11, 4);
    for (int k = 0; k < before; ++k) random.normal();
    Random resumed(random.state());
    EXPECT_EQ(resumed.state(), random.state());
    for (int k = 0; k < 5; ++k) EXPECT_EQ(resumed.bits(), random.bits());
  }
}

TEST(Random, NormalInvertsTheDistributionFunction) {
  for (std::uint64_t k = 0; k < 2000; ++k) {
    const std::uint64_t bits = random_at(6, 0, k) >> (k % 50);  // far into the lower tail
    const double p = (static_cast<double>(bits >> 12) + 0.5) * 0x1.0p-52;
    const double z = normal_from(bits);
    EXPECT_NEAR(0.5 * std::erfc(-z / std::sqrt(2.0)) / p, 1, 1e-13) << bits;
    EXPECT_EQ(normal_from(~bits), -z);
  }
  EXPECT_EQ(normal_from(0), -0x1.06b48528cea51p+3);
  EXPECT_EQ(normal_from(~std::uint64_t{0}), 0x1.06b48528cea51p+3);
}

TEST(Random, UniformMomentsAndBins) {
  const auto numbers = draws(1, 0, 1000000, uniform_from);
  const double n = static_cast<double>(numbers.size());
  std::vector<double> bins(100);
  double mean = 0;
  double square = 0;
  for (const double u : numbers) {
    ASSERT_TRUE(u >= 0 && u < 1);
    mean += u / n;
    square += (u - 0.5) * (u - 0.5) / n;
    bins[static_cast<std::size_t>(u * 100)] += 1;
  }
  EXPECT_NEAR(mean, 0.5, 5 * std::sqrt(1 / 12.0 / n));
  EXPECT_NEAR(square, 1 / 12.0, 5 * std::sqrt(1 / 180.0 / n));
  double chi_squared = 0;
  for (const double count : bins) chi_squared += (count - n / 100) * (count - n / 100) / (n / 100);
  EXPECT_NEAR(chi_squared, 99, 5 * std::sqrt(2 * 99.0));
  EXPECT_EQ(uniform_from(0), 0);
  EXPECT_EQ(uniform_from(~std::uint64_t{0}), 1 - 0x1.0p-53);
}

TEST(Random, NormalMomentsAndTails) {
  const auto numbers = draws(2, 5, 1000000, normal_from);
  const double n = static_cast<double>(numbers.size());
  const double moments[] = {0, 1, 0, 3, 0, 15};
  const double variances[] = {1, 2, 15, 96, 945, 10170};  // of z^k
  for (int k = 1; k <= 6; ++k) {
    double sum = 0;
    for (const double z : numbers) sum += std::pow(z, k);
    EXPECT_NEAR(sum / n, moments[k - 1], 5 * std::sqrt(variances[k - 1] / n)) << k;
  }
  for (const double edge : {0.5, 1.0, 2.0, 3.0, 4.0}) {
    for (const double side : {-1.0, 1.0}) {
      const double p = 0.5 * std::erfc(edge / std::sqrt(2.0));
      const auto beyond =
          std::count_if(numbers.begin(), numbers.end(), [&](double z) { return side * z > edge; });
      EXPECT_NEAR(static_cast<double>(beyond), p * n, 5 * std::sqrt(p * n)) << side * edge;
    }
  }
}

TEST(Random, SeedsStreamsAndPositionsAreIndependent) {
  const std::size_t n = 100000;
  const auto base = draws(1, 0, n + 1, normal_from);
  for (const auto& [seed, stream] : {std::pair{2, 0}, {1, 1}, {0, 1}, {1, 1 << 20}}) {
    const auto other =
        draws(static_cast<std::uint64_t>(seed), static_cast<std::uint64_t>(stream), n, normal_from);
    double together = 0;
    double shifted = 0;
    for (std::size_t i = 0; i < n; ++i) {
      together += base[i] * other[i];
      shifted += base[i + 1] * other[i];
    }
    EXPECT_LT(std::abs(together), 5 * std::sqrt(n)) << seed << "," << stream;
    EXPECT_LT(std::abs(shifted), 5 * std::sqrt(n)) << seed << "," << stream;
  }
  double serial = 0;
  for (std::size_t i = 0; i < n; ++i) serial += base[i] * base[i + 1];
  EXPECT_LT(std::abs(serial), 5 * std::sqrt(n));
}

TEST(Random, OneBitOfSeedStreamOrPositionTurnsHalfOfTheBits) {
  double turned = 0;
  for (int bit = 0; bit < 64; ++bit) {
    const std::uint64_t one = std::uint64_t{1} << bit;
    const std::uint64_t base = random_at(77, 88, 99);
    turned += std::popcount(base ^ random_at(77 ^ one, 88, 99));
    turned += std::popcount(base ^ random_at(77, 88 ^ one, 99));
    turned += std::popcount(base ^ random_at(77, 88, 99 ^ one));
  }
  EXPECT_NEAR(turned / (3 * 64), 32, 5 * 4 / std::sqrt(3 * 64.0));
}

TEST(Random, StreamsShareNoDraw) {
  std::set<std::uint64_t> seen;
  for (std::uint64_t stream = 0; stream < 100; ++stream) {
    for (std::uint64_t k = 0; k < 1000; ++k) seen.insert(random_at(1, stream, k));
  }
  EXPECT_EQ(seen.size(), 100000U);
}

TEST(Random, BelowIsFair) {
  Random random(8);
  for (const std::uint64_t n : {1ULL, 2ULL, 3ULL, 7ULL, 10ULL}) {
    std::vector<double> counts(n);
    for (int k = 0; k < 70000; ++k) counts.at(random.below(n)) += 1;
    const double expected = 70000.0 / static_cast<double>(n);
    for (const double count : counts) EXPECT_NEAR(count, expected, 5 * std::sqrt(expected));
  }
  // 3 * 2^62 does not divide 2^64: without rejection the first quarter would come up twice as
  // often.
  const std::uint64_t n = 3ULL << 62;
  int first_third = 0;
  for (int k = 0; k < 30000; ++k) first_third += random.below(n) < n / 3 ? 1 : 0;
  EXPECT_NEAR(first_third, 10000, 5 * std::sqrt(10000 * 2 / 3.0));
}

TEST(Random, ShufflesFairly) {
  std::vector<std::vector<double>> counts(5, std::vector<double>(5));
  Random random(9);
  for (int k = 0; k < 50000; ++k) {
    const auto order = random.permutation(5);
    for (std::size_t i = 0; i < 5; ++i) counts[i][static_cast<std::size_t>(order[i])] += 1;
  }
  for (const auto& row : counts) {
    for (const double count : row) EXPECT_NEAR(count, 10000, 5 * 100);
  }
  auto order = random.permutation(1000);
  std::sort(order.begin(), order.end());
  for (std::int64_t i = 0; i < 1000; ++i) EXPECT_EQ(order[static_cast<std::size_t>(i)], i);
  EXPECT_TRUE(random.permutation(0).empty());
}

TEST(Random, UniformBetweenBounds) {
  Random random(10);
  for (int k = 0; k < 1000; ++k) {
    const double u = random.uniform(-2, 3);
    EXPECT_TRUE(u >= -2 && u < 3);
    const double narrow = random.uniform(1, std::nextafter(1, 2));  // rounding would reach high
    EXPECT_EQ(narrow, 1);
  }
  EXPECT_EQ(random.uniform(4, 4), 4);
}

TEST(Random, Errors) {
  Random random(0);
  EXPECT_EQ(error_of([&] { random.below(0); }),
            "[below] n is 0: no number is below it. Give n of 1 or more.");
  EXPECT_EQ(error_of([&] { random.permutation(-3); }), "[permutation] n is -3. Give at least 0.");
  EXPECT_EQ(error_of([&] { random.uniform(2, 1); }),
            "[uniform] no numbers from 2 to 1. Give finite low <= high.");
  EXPECT_EQ(error_of([&] { random.uniform(0, std::numeric_limits<double>::infinity()); }),
            "[uniform] no numbers from 0 to inf. Give finite low <= high.");
  EXPECT_EQ(random.state().position, 0U);
}

}  // namespace
}  // namespace glassgrad
