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
// A tab behind sep= is no part of any field, and blanks cover tabs.
TEST(CsvHead, ADeclaredTabIsSaid) {
  const std::string text = "sep=\t\r\n1\t2\r\n";
  EXPECT_EQ(error_of([&] { parse_csv(text, "t.csv", separated_by(',')); }),
            "[read_csv] t.csv, line 1 says that the separator is a tab. Set the separator to a "
            "tab.");
  for (const char separator : {'\t', ' '})
    EXPECT_EQ(parse_csv(text, "t.csv", separated_by(separator)).numbers(0, 1), 2) << separator;
  EXPECT_EQ(parse_csv("\"sep=;\"\n1;2\n", "t.csv", separated_by(';')).numbers(0, 1), 2);
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
  const std::string commented = "% Iris, of 1936\r\n%\r\n\r\n% \"Fisher\r\n@relation iris\r\n";
  EXPECT_EQ(error_of([&] { parse_csv(commented + rows, "t.arff", {}); }),
            "[read_csv] t.arff, line 5 begins a file in ARFF. Give the lines below @data as a file "
            "of their own.");
  EXPECT_EQ(parse_csv("%,b\n1,2\n", "t.csv", {}).columns[0], "%");
}
TEST(CsvHead, OtherTextIsNamed) {
  const auto said = [](const std::string& text) {
    return error_of([&] { parse_csv(text, "in/my t.txt", {}); });
  };
  const std::string begin = "[read_csv] in/my t.txt, line 1 begins a file in ";
  EXPECT_EQ(said("{\n  \"rows\": 3\n}"),
            begin + "JSON. Write its rows as CSV, a line for every example.");
  EXPECT_EQ(said("[1, 2, 3]"), begin + "JSON. Write its rows as CSV, a line for every example.");
  EXPECT_EQ(said("<!DOCTYPE html><table><tr><td>1</td></tr></table>"),
            begin + "HTML or XML. Write the rows of its table as CSV.");
  EXPECT_EQ(said("\n\n<?xml version=\"1.0\"?>"),
            "[read_csv] in/my t.txt, line 3 begins a file in HTML or XML. Write the rows of its "
            "table as CSV.");
  EXPECT_EQ(said("| a | b |\n|---|:-:|\n| 1 | 2 |\n"),
            begin +
                "Markdown. Convert it with sed -e '/^[-:| ]*$/d' -e 's/^ *| *//' -e 's/ *| *$//' "
                "-e 's/ *| */,/g' < 'in/my t.txt' > 'my t.csv'.");
  EXPECT_EQ(said("+1 1:0.5 7:2\n-1 2:1\n"),
            begin + "LIBSVM. Write its features as columns, 0 where there is none.");
  // what only looks like it
  EXPECT_EQ(said("12:30,1\n"),
            "[read_csv] in/my t.txt, line 1, column 1: \"12:30\" is text, but "
            "other fields of the line are numbers. Correct it, or say whether "
            "the line is a header (CsvOptions::header; --header).");
  EXPECT_EQ(parse_csv("{a},[b]\n1,2\n", "t.csv", {}).columns[0], "{a}");
  EXPECT_EQ(parse_csv("[mm],<b>\n1,2\n", "t.csv", {}).columns[0], "[mm]");
}
TEST(CsvHead, AnEmptyLastColumnIsSaid) {
  const std::string said =
      "[read_csv] t.csv has an empty last column: its first lines end with ','. Convert it with "
      "sed "
      "'s/,[ \\r]*$//' < t.csv > new-t.csv.";
  for (const char* text : {"a,b,kind,\n1,2,x,\n3,4,y,\n", "1,2,0,\n3,4,1,\n"})
    EXPECT_EQ(error_of([&] { parse_labelled_csv(text, "t.csv"); }), said) << text;
  EXPECT_EQ(error_of([&] { parse_labelled_csv("a,kind\n1,x,\n", "t.csv"); }),
            "[read_csv] t.csv, line 2 ends with ','. Convert it with sed 's/,[ \\r]*$//' < t.csv > "
            "new-t.csv.");
  EXPECT_EQ(error_of([&] { parse_labelled_csv("a,kind,\n1,x,\n", "t.csv", {.name = "kind"}); }),
            said);
}

}  // namespace
}  // namespace glassgrad
