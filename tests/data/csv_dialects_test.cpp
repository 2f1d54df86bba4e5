// Tables written at random in every dialect come back; broken ones, cut and with flipped bits, give
// a table or an Error, never another exception; and long ones take no longer than their length.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <random>
#include <string>

#include "glassgrad/array/error.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/data/csv.hpp"
#include "support/error_of.hpp"

namespace glassgrad {
namespace {

struct Written {
  std::string text;
  CsvOptions options;
  Matrix numbers;
};

Written random_table(std::mt19937_64& random) {
  const auto pick = [&](int n) { return int(random() % std::uint64_t(n)); };
  Written written;
  const char separators[] = {',', ';', '\t', '|', ' '};
  const char separator = separators[pick(5)];
  const std::string end = pick(3) == 0 ? "\r\n" : pick(3) == 0 ? "\r" : "\n";
  written.options.separator = separator;
  if (pick(4) == 0) written.text += "\xEF\xBB\xBF";
  const int rows = 1 + pick(6), columns = 1 + pick(5);
  written.numbers = Matrix(rows, columns);
  const bool header = pick(2) == 0;
  const auto blanks = [&] { return std::string(std::size_t(pick(3)), ' '); };
  const auto between = [&] {
    return separator == ' ' ? " " + blanks() : std::string(1, separator);
  };
  for (int j = 0; header && j < columns; ++j)
    written.text += (j ? between() : "") + "\"n" + std::to_string(j) + (pick(2) ? "\n" : "") +
                    (pick(2) ? "\"\"" : "") + "\"";
  if (header) written.text += end;
  for (int i = 0; i < rows; ++i) {
    for (int j = 0; j < columns; ++j) {
      const double number = double(std::int64_t(random())) * std::pow(2.0, pick(400) - 250);
      written.numbers(i, j) = number;
      std::string field = to_text(number);
      if (pick(4) == 0) field = "\"" + field + "\"";
      written.text += (j ? between() : "") + blanks() + field + blanks();
    }
    if (i + 1 < rows || pick(2)) written.text += end;
  }
  for (int k = pick(4); k > 0; --k) written.text += blanks() + end;
  return written;
}

TEST(CsvDialects, RandomTablesComeBack) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 2000; ++round) {
    const Written written = random_table(random);
    EXPECT_EQ(parse_csv(written.text, "d.csv", written.options).numbers, written.numbers)
        << round << "\n"
        << written.text;
  }
}

TEST(CsvDialects, DamagedTablesAreTablesOrErrors) {
  const std::string whole = "\"a \"\"\nx\",b;b,gr\xC3\xB6,y\r\n1,2e1, 3.5 ,k\r\n\"4\",-5,?,\"l\"\n";
  const auto read = [](std::string_view text) {
    try {
      parse_labelled_csv(text, "d.csv", {}, {.missing = Missing::keep});
      parse_csv(text, "d.csv", {.missing = Missing::drop});
    } catch (const Error&) {
    }
  };
  for (std::size_t size = 0; size <= whole.size(); ++size) read(whole.substr(0, size));
  for (std::size_t i = 0; i < whole.size(); ++i)
    for (int byte = 0; byte < 256; ++byte) {
      std::string changed = whole;
      changed[i] = char(byte);
      read(changed);
    }
}

TEST(CsvDialects, DroppedRowsOfTabsAndAMillionColumnsAreLinear) {
  // quadratic, either took minutes
  std::string tabs = "1\t2\t3\n";
  for (int i = 0; i < 200'000; ++i) tabs += "\t\t\n";
  EXPECT_EQ(parse_csv(tabs, "d.csv", {.separator = '\t', .missing = Missing::drop}).numbers,
            (Matrix{{1, 2, 3}}));
  std::string wide = "7";
  for (int i = 0; i < 1'000'000; ++i) wide += ",7";
  EXPECT_EQ(parse_csv(wide + "\n" + wide + "\n", "d.csv").numbers, Matrix(2, 1'000'001, 7.0));
}

TEST(CsvDialects, NumbersOfOtherDialectsAreNamed) {
  const auto error = [](const std::string& field, char separator = ';') {
    return error_of([&] {
      parse_csv("a" + std::string(1, separator) + "b\n1" + separator + "\"" + field + "\"\n",
                "d.csv", {.separator = separator});
    });
  };
  const std::string at = "[read_csv] d.csv, line 2, column 2 \"b\": ";
  EXPECT_EQ(error("1,5"), at + "\"1,5\" has a decimal comma. Write 1.5, with a point.");
  EXPECT_EQ(error("-1,5e3"), at + "\"-1,5e3\" has a decimal comma. Write -1.5e3, with a point.");
  for (const char separator : {';', ','})  // no thousands begin with 0
    EXPECT_EQ(error("-0,288", separator),
              at + "\"-0,288\" has a decimal comma. Write -0.288, with a point.");
  EXPECT_EQ(error("1.234,5"), at + "\"1.234,5\" has a decimal comma and points between thousands. "
                                   "Write 1234.5, with a point.");
  EXPECT_EQ(error("1,234,567"),
            at + "\"1,234,567\" has a thousands separator, \",\". Write 1234567 without it.");
  EXPECT_EQ(error("1,234.5", ','),
            at + "\"1,234.5\" has a thousands separator, \",\". Write 1234.5 without it.");
  EXPECT_EQ(error("1 234"),
            at + "\"1 234\" has a thousands separator, \" \". Write 1234 without it.");
  EXPECT_EQ(error("1'234.5"),
            at + "\"1'234.5\" has a thousands separator, \"'\". Write 1234.5 without it.");
  EXPECT_EQ(error("1.234.567"),
            at + "\"1.234.567\" has a thousands separator, \".\". Write 1234567 without it.");
  // no first line is taken for names because its numbers are written so
  EXPECT_EQ(error_of([] { parse_csv("1,5;2,5\n3;4\n", "d.csv", {.separator = ';'}); }),
            "[read_csv] d.csv, line 1, column 1: \"1,5\" has a decimal comma. "
            "Write 1.5, with a point.");
}

TEST(CsvDialects, WhatIsCloserToZeroThanAnyNumberIsZero) {
  const Matrix zeros =
      parse_csv("1e-400,-1e-400,0.0000e99999,1e-99999999999999999999,1e0\n", "d.csv").numbers;
  EXPECT_EQ(zeros, (Matrix{{0, 0, 0, 0, 1}}));
  EXPECT_TRUE(std::signbit(zeros(0, 1)));
  const std::string small = "0." + std::string(400, '0') + "1";
  EXPECT_EQ(parse_csv(small + ",1\n", "d.csv").numbers(0, 0), 0);
  for (const std::string& large :
       {std::string("1e400"), "1" + std::string(400, '0'), std::string("0.001e999")})
    EXPECT_NE(
        error_of([&] { parse_csv(large + ",1\n", "d.csv"); }).find("beyond the range of double"),
        std::string::npos);
}

TEST(CsvDialects, NamesThatAreNotUtf8) {
  EXPECT_EQ(error_of([] {
              parse_csv(
                  "gr\xF6\xDF"
                  "e,b\n1,2\n",
                  "d.csv");
            }),
            "[read_csv] d.csv, line 1, column 1: \"gr\\xf6\\xdfe\" is no UTF-8 text. "
            "Convert it with iconv -f latin1 -t UTF-8 d.csv > utf8-d.csv.");
  for (const char* overlong :
       {"\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE0\x80\x80", "\xC3"})
    EXPECT_NE(error_of([&] { parse_csv(std::string(overlong) + ",b\n1,2\n", "d.csv"); }),
              "no error");
}

}  // namespace
}  // namespace glassgrad
