// Numbers as people and other programs write them: read, or refused with the place and what to
// write.
#include <gtest/gtest.h>

#include <string>

#include "glassgrad/data/csv.hpp"
#include "support/error_of.hpp"

namespace glassgrad {
namespace {

std::string said(const std::string& field) {
  return error_of([&] { parse_csv("a,b\n1,2\n3,\"" + field + "\"\n", "t.csv"); });
}

TEST(Notations, AreNamedWithTheirPlace) {
  const std::string usual =
      " is not a number. Write a number, or count it as missing "
      "(missing_marks).";
  for (const auto& [field, rest] : {
           std::pair<std::string, std::string>{"12%",
                                               " has a percent sign. Write 12 in every line."},
           {"-1.5 %", " has a percent sign. Write -1.5 in every line."},
           {"$5", " has a sign of currency. Write 5."},
           {"5.25 \u20AC", " has a sign of currency. Write 5.25."},
           {"$1,234.5", " has a sign of currency. Write 1234.5 without it."},
           {"0x1F", " is hexadecimal. Write 31."},
           {"2024-01-31",
            " is a date. Write numbers, such as the year, or the days since the "
            "first date."},
           {"31.1.2024",
            " is a date. Write numbers, such as the year, or the days since the first "
            "date."},
           {"1/31/24 12:30",
            " is a date. Write numbers, such as the year, or the days since the "
            "first date."},
           {"1_000", " has a thousands separator, \"_\". Write 1000 without it."},
           {"\u22121.5", " has letters that only look like a number's. Write -1.5."},
           {"\u0663", " has letters that only look like a number's. Write 3."},
           {"\uFF11\uFF19", " has letters that only look like a number's. Write 19."},
           {"- 2", " has letters that only look like a number's. Write -2."},
           {"TRUE", " is a word. Write 1 for true or yes, 0 for false or no."},
           {"no", " is a word. Write 1 for true or yes, 0 for false or no."},
           {"'0.5'", " stands in single quotes. Write 0.5 without them."},
           {"-", usual},
           {"null", usual},
           {"0xZZ", usual},
           {"%", usual},
           {"$", usual},
           {"1-2", usual},
           {"1/2/3/4", usual},
           {"\u221E", usual},
           {"NaN",
            " is not a finite number. Write a number, or count it as missing "
            "(missing_marks)."},
       })
    EXPECT_EQ(said(field), "[read_csv] t.csv, line 3, column 2 \"b\": \"" + field + "\"" + rest);
  EXPECT_EQ(parse_csv("a,b\n1, 1e5 \n", "t.csv").numbers(0, 1), 1e5);
  EXPECT_EQ(said("+2.5E-3"), "no error");
}

// What has no width is shown.
TEST(Notations, ShowWhatHasNoWidth) {
  EXPECT_EQ(said("\uFEFF7"),
            "[read_csv] t.csv, line 3, column 2 \"b\": \"\\u{feff}7\" has letters "
            "that only look like a number's. Write 7.");
}

// They are names where a header stands.
TEST(Notations, NameColumns) {
  const auto table = parse_csv("25%,$,2024-01-31,0x1F\n1,2,3,4\n", "t.csv");
  EXPECT_EQ(table.columns, (std::vector<std::string>{"25%", "$", "2024-01-31", "0x1F"}));
}

TEST(Notations, YearsAboveNamesMayBeAHeader) {
  const std::string text = "2019,2020,2021\n1,2,a\n3,4,b\n";
  CsvOptions options{.asker = Asker::train};
  EXPECT_EQ(
      error_of([&] { parse_labelled_csv(text, "t.csv", {}, options); }),
      "[read_csv] t.csv, line 2, column 3: label \"a\" is not an integer. Write names for all "
      "classes, as c2021, or numbers for all; if the first line is a header, set --header to "
      "present.");
  options.header = CsvHeader::present;
  const auto data = parse_labelled_csv(text, "t.csv", {}, options);
  EXPECT_EQ(data.classes, (std::vector<std::string>{"a", "b"})) << "the advice";
  EXPECT_EQ(data.features, (std::vector<std::string>{"2019", "2020"}));
}

}  // namespace
}  // namespace glassgrad
