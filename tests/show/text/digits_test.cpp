// However many digits are asked for, a text is made of the number's own.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <limits>
#include <string>

#include "glassgrad/glassgrad.hpp"

namespace glassgrad {
namespace {

constexpr int int_most = std::numeric_limits<int>::max();
constexpr int asked[] = {1, 17, 18, 39, 40, 41, 50, 63, 64, 65, 400, 1075, 100000, int_most};

bool is_printable(const std::string& text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c == '\n' || c < 0 || std::isprint(c); });
}

TEST(ManyDigits, AreTheNumbersOwn) {
  for (const double number : {1.23456789, -1 / 3.0, 5e-324, 2.2250738585072014e-308,
                              1.7976931348623157e308, 123456789012345678.0, 0.1})
    for (const int digits : asked) {
      const std::string text = to_text(number, digits);
      EXPECT_EQ(text.find_first_not_of("0123456789.e+-"), text.npos) << digits << ": " << text;
      if (digits < 17) continue;
      EXPECT_EQ(std::strtod(text.c_str(), nullptr), number) << digits;
    }
  EXPECT_EQ(to_text(0.1, 50), "0.1000000000000000055511151231257827021181583404541");
  EXPECT_EQ(to_text(0.1, int_most), to_text(0.1, 55));
}

TEST(ManyDigits, AreInEveryText) {
  Tape tape;
  const Node<> x = tape.input("x", 1.23456789), w = tape.input("w", -0.7), y = tanh(x * w) * w;
  tape.backward(y);
  for (const int digits : asked) {
    EXPECT_TRUE(is_printable(trace(y, {.digits = digits}).text())) << digits;
    EXPECT_TRUE(is_printable(trace(y, {.decimals = digits}).text())) << digits;
    EXPECT_TRUE(is_printable(chain(y, x, {.digits = digits}).text)) << digits;
    EXPECT_TRUE(is_printable(chain(y, x, {.decimals = digits}).text)) << digits;
    EXPECT_TRUE(is_printable(to_dot(snapshot(y), {.digits = digits}))) << digits;
  }
  EXPECT_NE(trace(y, {.digits = 50}).text().find("1.23456788999999"), std::string::npos);
}

}  // namespace
}  // namespace glassgrad
