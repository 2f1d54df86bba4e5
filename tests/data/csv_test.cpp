// What the CSV reader accepts, and the exact words in which it refuses.
#include "glassgrad/data/csv.hpp"

#include <gtest/gtest.h>
#include <unistd.h>
#include <filesystem>

#include <clocale>
#include <cmath>
#include <string>
#include <vector>

#include "glassgrad/array/error.hpp"
#include "glassgrad/io/file.hpp"
#include "support/error_of.hpp"

namespace glassgrad {
namespace {

using Strings = std::vector<std::string>;
using Labels = std::vector<std::int64_t>;

std::string table_error(std::string_view text, const CsvOptions& options = {}) {
  return error_of([&] { parse_csv(text, "d.csv", options); });
}

std::string label_error(std::string_view text, const LabelOptions& label = {},
                        const CsvOptions& options = {}) {
  return error_of([&] { parse_labelled_csv(text, "d.csv", label, options); });
}

CsvOptions with(CsvHeader header) { return {.header = header}; }
CsvOptions with(Missing missing) { return {.missing = missing, .constant = 9}; }

TEST(Csv, NumbersWithAndWithoutHeader) {
  const Table plain = parse_csv("1,2\n3,4\n", "d.csv");
  EXPECT_EQ(plain.numbers, (Matrix{{1, 2}, {3, 4}}));
  EXPECT_TRUE(plain.columns.empty());
  const Table named = parse_csv("a,b\n1,2\n3,4\n", "d.csv");
  EXPECT_EQ(named.numbers, plain.numbers);
  EXPECT_EQ(named.columns, (Strings{"a", "b"}));
}

TEST(Csv, LineEndsSpacesBlankLinesAndByteOrderMark) {
  const Matrix expected{{1, 2}, {3, 4}};
  for (const char* text :
       {"1,2\n3,4", "1,2\r\n3,4\r\n", "1,2\r3,4\r", "1,2\n3,4\n\n \r\n\n", " 1 ,\t2\n3 , 4 \n",
        "\xEF\xBB\xBF"
        "1,2\n3,4\n",
        "\"1\",\"2\"\n3, \"4\" \n"}) {
    EXPECT_EQ(parse_csv(text, "d.csv").numbers, expected) << text;
  }
}

TEST(Csv, NumbersAreReadExactlyAndTheSameInEveryLocale) {
  const char* text = "+1.5,-0,1e-3,4.9406564584124654e-324,.5,1E5,0.1,123456789012345678\n";
  const Matrix expected{{1.5, -0.0, 1e-3, 5e-324, 0.5, 1e5, 0.1, 123456789012345678.0}};
  EXPECT_EQ(parse_csv(text, "d.csv").numbers, expected);
  if (std::setlocale(LC_ALL, "de_DE.UTF-8") != nullptr) {
    EXPECT_EQ(parse_csv(text, "d.csv").numbers, expected);
    std::setlocale(LC_ALL, "C");
  }
}

TEST(Csv, QuotedFields) {
  const Dataset data = parse_labelled_csv(
      "\"wide, very\",kind\n1,\"a \"\"b\"\"\"\n2,\"c\nd\"\n3,\"x,y\"\n", "d.csv");
  EXPECT_EQ(data.features, (Strings{"wide, very"}));
  EXPECT_EQ(data.classes, (Strings{"a \"b\"", "c\nd", "x,y"}));
  EXPECT_EQ(data.labels, (Labels{0, 1, 2}));
}

TEST(Csv, OtherSeparators) {
  EXPECT_EQ(parse_csv("1;2\n3;4\n", "d.csv", {.separator = ';'}).numbers, (Matrix{{1, 2}, {3, 4}}));
  EXPECT_EQ(parse_csv("1\t2\n3\t4\n", "d.csv", {.separator = '\t'}).numbers,
            (Matrix{{1, 2}, {3, 4}}));
}

TEST(Csv, HeaderSaidOrDetected) {
  EXPECT_EQ(parse_csv("1,2\n3,4\n", "d.csv", with(CsvHeader::present)).columns,
            (Strings{"1", "2"}));
  EXPECT_EQ(table_error("a,b\n3,4\n", with(CsvHeader::absent)),
            "[read_csv] d.csv, line 1, column 1: \"a\" is not a number. "
            "Write a number, or read the line as a header (CsvHeader::present).");
  EXPECT_EQ(table_error("1,b\n3,4\n"),
            "[read_csv] d.csv, line 1, column 2: \"b\" is text, but other fields of the line are "
            "numbers. Correct it, or say whether the line is a header (CsvOptions::header; "
            "--header).");
  // Text labels do not make a header; a name above a number does not go with numbers beside it.
  EXPECT_EQ(parse_labelled_csv("5.1,3.5,setosa\n4.9,3,virginica\n", "d.csv").size(), 2);
  EXPECT_EQ(parse_labelled_csv("width,kind\n4.9,virginica\n", "d.csv").size(), 1);
  EXPECT_EQ(label_error("0,1,kind\n5,6,0\n"),
            "[read_csv] d.csv, line 1, column 3: \"kind\" is text, but other fields of the line "
            "are numbers. Correct it, or say whether the line is a header (CsvOptions::header; "
            "--header).");
  EXPECT_EQ(parse_csv("1,?\n3,4\n", "d.csv", with(Missing::mean)).numbers,
            (Matrix{{1, 4}, {3, 4}}));
}

TEST(Csv, EmptyAndMissingFiles) {
  for (const char* text : {"", "\n", " \r\n\n", "\xEF\xBB\xBF"}) {
    EXPECT_EQ(table_error(text), "[read_csv] d.csv is empty. Give at least one line of numbers.");
  }
  EXPECT_EQ(table_error("a,b\n"), "[read_csv] d.csv has a header but no rows. Give at least one.");
  EXPECT_EQ(error_of([] { read_csv("no/such.csv"); }),
            "[read_csv] no/such.csv does not exist. Check the path.");
  EXPECT_EQ(error_of([] { read_labelled_csv("no/such.csv"); }),
            "[read_csv] no/such.csv does not exist. Check the path.");
}

TEST(Csv, ReadsFiles) {
  const auto path =
      std::filesystem::temp_directory_path() / ("glassgrad-csv-" + std::to_string(::getpid()));
  write_file(path, "a,b\n1,0\n2,1\n");
  EXPECT_EQ(read_csv(path).numbers, (Matrix{{1, 0}, {2, 1}}));
  EXPECT_EQ(read_labelled_csv(path).labels, (Labels{0, 1}));
  std::filesystem::remove(path);
}

TEST(Csv, ShortAndLongLines) {
  EXPECT_EQ(table_error("1,2,3\n4,5\n"),
            "[read_csv] d.csv, line 2 has 2 columns, line 1 has 3. "
            "Give every line the same number of columns.");
  EXPECT_EQ(table_error("a,b\n1,2\n\"3\n3\n\",4,5\n"),
            "[read_csv] d.csv, line 3 has 3 columns, line 1 has 2. "
            "Give every line the same number of columns.");
  EXPECT_EQ(table_error("1,2\n4\n"),
            "[read_csv] d.csv, line 2 has 1 column, line 1 has 2. "
            "Give every line the same number of columns.");
  EXPECT_EQ(table_error("1,2\n\n3,4\n"),
            "[read_csv] d.csv, line 2 is empty. Remove it, or write its numbers.");
}

TEST(Csv, WhatIsNoNumber) {
  EXPECT_EQ(table_error("width,height\r\n1,2\r\n3,4.5.6\r\n"),
            "[read_csv] d.csv, line 3, column 2 \"height\": \"4.5.6\" is not a number. "
            "Write a number, or count it as missing (missing_marks).");
  EXPECT_EQ(table_error("1,2\n3,nan\n"),
            "[read_csv] d.csv, line 2, column 2: \"nan\" is not a finite number. "
            "Write a number, or count it as missing (missing_marks).");
  EXPECT_EQ(table_error("-inf,2\n"),
            "[read_csv] d.csv, line 1, column 1: \"-inf\" is not a finite number. "
            "Write a number, or count it as missing (missing_marks).");
  EXPECT_EQ(table_error("1e999,2\n"),
            "[read_csv] d.csv, line 1, column 1: \"1e999\" is beyond the range of double. "
            "Write a number of moderate size.");
  EXPECT_EQ(table_error("1;2\n3;4\n", with(CsvHeader::absent)),
            "[read_csv] d.csv, line 1, column 1: \"1;2\" is not a number. "
            "Set the separator to ';'.");
  for (const char* text : {"0x10", "1 2", "+-1", "--1", "1,5", "e5", "+", "\xff\x00"}) {
    EXPECT_NE(table_error(std::string("7\n\"") + text + "\"\n"), "no error") << text;
  }
}

TEST(Csv, StrangeBytesAreShownSafely) {
  EXPECT_EQ(table_error("1\n\x1b[31mred\n"),
            "[read_csv] d.csv, line 2, column 1: \"\\x1b[31mred\" is not a number. "
            "Write a number, or count it as missing (missing_marks).");
  EXPECT_EQ(table_error("gr\xC3\xB6\xC3\x9F"
                        "e\n\xC3(\xC2\x9B\n"),
            "[read_csv] d.csv, line 2, column 1 \"gr\xC3\xB6\xC3\x9F"
            "e\": "
            "\"\\xc3(\\u{9b}\" is not a number. "
            "Write a number, or count it as missing (missing_marks).");
  const std::string error = table_error("1\n" + std::string(1000, 'x') + "\n");
  EXPECT_NE(error.find("\"" + std::string(40, 'x') + "...\" is not"), std::string::npos) << error;
}

TEST(Csv, BrokenQuotes) {
  EXPECT_EQ(table_error("1,2\n3,\"4\n5,6\n"),
            "[read_csv] d.csv, line 2, column 2: the quote is never closed. Close it with \".");
  EXPECT_EQ(table_error("1,2\n\"3\"x,4\n"),
            "[read_csv] d.csv, line 2, column 1: text follows the closing quote. "
            "Write \"\" for a quote inside quotes.");
}

TEST(Csv, MissingValues) {
  const char* text = "a,b\n1,10\n,20\n?,NA\n4,90\n";
  EXPECT_EQ(table_error(text),
            "[read_csv] d.csv, line 3, column 1 \"a\": the value is missing. "
            "Write a number, or choose what becomes of it (CsvOptions::missing; --missing).");
  const auto numbers = [&](Missing missing) {
    return parse_csv(text, "d.csv", with(missing)).numbers;
  };
  EXPECT_EQ(numbers(Missing::mean), (Matrix{{1, 10}, {2.5, 20}, {2.5, 40}, {4, 90}}));
  EXPECT_EQ(numbers(Missing::median), (Matrix{{1, 10}, {2.5, 20}, {2.5, 20}, {4, 90}}));
  EXPECT_EQ(numbers(Missing::constant), (Matrix{{1, 10}, {9, 20}, {9, 9}, {4, 90}}));
  const Matrix kept = numbers(Missing::keep);
  EXPECT_TRUE(std::isnan(kept(1, 0)) && std::isnan(kept(2, 1)));
  EXPECT_EQ(kept(3, 1), 90);
  EXPECT_EQ(
      parse_csv("1\n-999\n3\n", "d.csv", {.missing = Missing::constant, .missing_marks = {"-999"}})
          .numbers,
      (Matrix{{1}, {0}, {3}}));
  EXPECT_EQ(table_error("a,b\n1,\n2,\n", with(Missing::mean)),
            "[Imputer] column 2 has no value at all. "
            "Remove the column, or fill it with a constant.");
  EXPECT_EQ(numbers(Missing::drop), (Matrix{{1, 10}, {4, 90}}));
  EXPECT_EQ(table_error("1,\n,2\n", with(Missing::drop)),
            "[read_csv] d.csv has a missing value in every row. "
            "Choose another way than Missing::drop.");
  const Dataset labelled =
      parse_labelled_csv("1,2,0\n?,3,1\n4,5,1\n", "d.csv", {}, {.missing = Missing::drop});
  EXPECT_EQ(labelled.x, (Matrix{{1, 2}, {4, 5}}));
  EXPECT_EQ(labelled.labels, (std::vector<std::int64_t>{0, 1}));
  // Not a number is not missing.
  EXPECT_EQ(table_error("1\nnan\n", with(Missing::mean)),
            "[read_csv] d.csv, line 2, column 1: \"nan\" is not a finite number. "
            "Write a number, or count it as missing (missing_marks).");
}

}  // namespace
}  // namespace glassgrad
