// Numbers read by strtod are those that from_chars reads, to the same place and the same bits.
#include "../../src/array/read_number.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace glassgrad {
namespace {

void expect_the_same(const std::string& text) {
  double by_strtod = 7, by_chars = 7;
  const char* const first = text.data();
  const char* const last = first + text.size();
  const auto a = detail::read_number_by_strtod(first, last, by_strtod);
  const auto b = std::from_chars(first, last, by_chars);
  EXPECT_EQ(a.ptr - first, b.ptr - first) << text;
  EXPECT_EQ(a.ec, b.ec) << text;
  if (std::isnan(by_chars))
    EXPECT_TRUE(std::isnan(by_strtod)) << text;
  else
    EXPECT_EQ(std::bit_cast<std::uint64_t>(by_strtod), std::bit_cast<std::uint64_t>(by_chars))
        << text;
}

TEST(ReadNumber, ReadsWhatFromCharsReads) {
  for (const char* text : {"",
                           "-",
                           "+1",
                           " 1",
                           "1 ",
                           ".",
                           "-.",
                           ".5",
                           "5.",
                           "1.5e3",
                           "1.5e",
                           "1.5e+",
                           "1.5e+3x",
                           "1e400",
                           "-1e400",
                           "1e-400",
                           "-1e-400",
                           "0e999",
                           "-0",
                           "0x10",
                           "inf",
                           "-inf",
                           "INFINITY",
                           "infinit",
                           "nan",
                           "NaN(1_a)",
                           "nan(1",
                           "nan(-)",
                           "i",
                           "e5",
                           "--1",
                           "1,5",
                           "4.9e-324",
                           "2.4e-324",
                           "2.5e-324",
                           "1.7976931348623157e308",
                           "1.7976931348623159e308",
                           "1e5.5",
                           "123456789012345678901234567890",
                           "0.000000000000000000000000000000000000001",
                           "1..2",
                           "1e--2"})
    expect_the_same(text);
}

TEST(ReadNumber, ReadsAnyLettersAlike) {
  std::mt19937_64 random(5);
  const std::string letters = "0123456789.eE+-infa(x ";
  for (int i = 0; i < 200000; ++i) {
    std::string text;
    for (std::size_t n = random() % 12; n > 0; --n) text += letters[random() % letters.size()];
    expect_the_same(text);
  }
}

TEST(ReadNumber, GivesEveryDoubleBack) {
  std::mt19937_64 random(6);
  for (int i = 0; i < 50000; ++i) {
    const auto number = std::bit_cast<double>(random());
    if (!std::isfinite(number)) continue;
    char text[64];
    expect_the_same(std::string(text, std::to_chars(text, text + sizeof text, number).ptr));
  }
}

}  // namespace
}  // namespace glassgrad
