// Text of a file in an error is what it says: no forged or hidden characters, no letter cut in two.
#include <gtest/gtest.h>

#include "glassgrad/array/printable.hpp"
#include "glassgrad/data/csv.hpp"
#include "support/error_of.hpp"

namespace glassgrad {
namespace {

// How a field that is no number is shown.
std::string shown(const std::string& field) {
  const std::string error = error_of([&] { parse_csv("1\n" + field + "\n", "d.csv", {}); });
  const std::size_t from = error.find(": \"") + 3;
  return error.substr(from, error.find("\" is n") - from);
}

TEST(ShownText, IsThatOfPrintable) {
  for (const std::string field : {"\xE0\x80\xAF",      // overlong
                                  "\xF0\x80\x80\xAF",  // overlong
                                  "\xED\xA0\x80",      // a surrogate
                                  "\xF4\x90\x80\x80",  // beyond the last character
                                  "a\xE2\x80\xAE",     // turns the direction
                                  "a\xE2\x80\xA8z",    // ends a line
                                  "a\xE2\x80\x8Bz",    // no width
                                  "z\xEF\xBB\xBFz",    // a byte order mark
                                  "z\xC2\x9Bz",        // a control character
                                  "gr\xC3\xB6\xC3\x9F", "\xE2\x82\xAC", "\xF0\x9F\x98\x80"})
    EXPECT_EQ(shown(field), printable(field));
  EXPECT_EQ(shown("a\xE2\x80\xAEz"), "a\\u{202e}z");
  EXPECT_EQ(shown("\xE0\x80\xAF"), "\\xe0\\x80\\xaf");
}

TEST(ShownText, IsCutBetweenCharacters) {
  const std::string xs(39, 'x');
  EXPECT_EQ(shown(xs + "\xC3\xB6"), xs + "...");
  EXPECT_EQ(shown(xs.substr(1) + "\xC3\xB6"), xs.substr(1) + "\xC3\xB6");
  EXPECT_EQ(cut_between_characters("\xC3\xB6\xC3\xB6", 3), "\xC3\xB6");
  EXPECT_EQ(cut_between_characters("abc", 3), "abc");
  EXPECT_EQ(cut_between_characters("\x80\x80\x80\x80\x80", 3), "\x80\x80\x80");
}

}  // namespace
}  // namespace glassgrad
