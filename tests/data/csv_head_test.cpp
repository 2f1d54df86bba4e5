// First lines that are no rows: a separator declared as spreadsheets do, and the head of an ARFF
// file.
#include <gtest/gtest.h>

#include <string>

#include "glassgrad/data/csv.hpp"
#include "support/error_of.hpp"

namespace glassgrad {
namespace {

CsvOptions separated_by(char separator) {
  CsvOptions options;
  options.separator = separator;
  return options;
}

TEST(CsvHead, ADeclaredSeparatorIsNoRow) {
  for (const char separator : {';', ',', '\t', '|'}) {
    const std::string by(1, separator);
    const std::string text = "sep=" + by + "\r\n1" + by + "2.5\r\n3" + by + "4\r\n";
    const auto table = parse_csv(text, "t.csv", separated_by(separator));
    ASSERT_EQ(table.numbers.rows, 2) << separator;
    EXPECT_EQ(table.numbers(0, 1), 2.5) << separator;
    EXPECT_EQ(table.numbers(1, 0), 3) << separator;
  }
}
TEST(CsvHead, ADeclaredSeparatorThatIsAnotherIsSaid) {
  const std::string text = "sep=;\n1;2\n";
  EXPECT_EQ(error_of([&] { parse_csv(text, "t.csv", separated_by(',')); }),
            "[read_csv] t.csv, line 1 says that the separator is ';'. Set the separator to ';'.");
  EXPECT_EQ(parse_csv(text, "t.csv", separated_by(';')).numbers(0, 1), 2) << "the advice";
}
TEST(CsvHead, AColumnMayHaveSuchAName) {
  const auto table = parse_csv("sep=x,b\n1,2\n", "t.csv", {});
  EXPECT_EQ(table.numbers.rows, 1);
}
TEST(CsvHead, NothingBelowTheDeclarationIsSaid) {
  EXPECT_EQ(error_of([] { parse_csv("sep=,\n", "t.csv", {}); }),
            "[read_csv] t.csv is empty. Give at least one line of numbers.");
}
TEST(CsvHead, ArffIsSaid) {
  const std::string rows = "5.1,3.5,0\n4.9,3.0,1\n";
  EXPECT_EQ(error_of([&] {
              parse_csv("@RELATION iris\n@ATTRIBUTE width NUMERIC\n@DATA\n" + rows, "t.arff", {});
            }),
            "[read_csv] t.arff, line 1 begins a file in ARFF. Give the lines below @data as a file "
            "of their own.");
  EXPECT_EQ(parse_csv(rows, "t.csv", {}).numbers.rows, 2) << "the advice";
}

}  // namespace
}  // namespace glassgrad
