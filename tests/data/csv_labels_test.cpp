// Labels of the CSV reader: where they are, what they may be, and the exact words in which others
// are refused.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "glassgrad/array/error.hpp"
#include "glassgrad/data/csv.hpp"
#include "support/error_of.hpp"

namespace glassgrad {
namespace {

using Strings = std::vector<std::string>;
using Labels = std::vector<std::int64_t>;

std::string label_error(std::string_view text, const LabelOptions& label = {},
                        const CsvOptions& options = {}) {
  return error_of([&] { parse_labelled_csv(text, "d.csv", label, options); });
}

CsvOptions with(CsvHeader header) { return {.header = header}; }
CsvOptions with(Missing missing) { return {.missing = missing, .constant = 9}; }

TEST(CsvLabels, LabelByPlaceAndName) {
  const char* text = "y,a,b\n0,1,2\n1,3,4\n";
  const Dataset first = parse_labelled_csv(text, "d.csv", {.place = 1});
  EXPECT_EQ(first.x, (Matrix{{1, 2}, {3, 4}}));
  EXPECT_EQ(first.labels, (Labels{0, 1}));
  EXPECT_EQ(first.features, (Strings{"a", "b"}));
  EXPECT_EQ(first.classes, (Strings{"0", "1"}));
  EXPECT_EQ(parse_labelled_csv(text, "d.csv", {.name = "y"}).x, first.x);
  EXPECT_EQ(parse_labelled_csv(text, "d.csv", {.place = -3}).x, first.x);
  const Dataset last = parse_labelled_csv("5,6,1\n7,8,0\n", "d.csv");
  EXPECT_EQ(last.x, (Matrix{{5, 6}, {7, 8}}));
  EXPECT_EQ(last.labels, (Labels{1, 0}));

  EXPECT_EQ(label_error(text, {.name = "z"}),
            "[read_csv] d.csv has no column \"z\". Its columns are \"y\", \"a\", \"b\".");
  EXPECT_EQ(label_error("a,a,b\n1,2,3\n", {.name = "a"}),
            "[read_csv] d.csv has several columns \"a\". Give the label by place.");
  EXPECT_EQ(label_error(text, {.name = "y"}, with(CsvHeader::absent)),
            "[read_csv] d.csv has no header to find \"y\" in. Give the label by place.");
  for (const std::int64_t place : {0, 4, -4}) {
    EXPECT_EQ(label_error(text, {.place = place}),
              "[read_csv] d.csv has 3 columns: none is at place " + std::to_string(place) +
                  ". Count from 1 to 3, or from -1 to -3, the end first.");
  }
  EXPECT_EQ(label_error("1\n2\n"),
            "[read_csv] d.csv has 1 column, the label, and no features. "
            "Give features, or use read_csv.");
  EXPECT_EQ(label_error("1;0\n2;1\n"),
            "[read_csv] d.csv has 1 column, the label, and no features. "
            "Set the separator to ';'.");
}

TEST(CsvLabels, IntegerClasses) {
  const Dataset data = parse_labelled_csv("1,2\n1,0.0\n1,1e0\n", "d.csv");
  EXPECT_EQ(data.labels, (Labels{2, 0, 1}));
  EXPECT_EQ(data.classes, (Strings{"0", "1", "2"}));
  EXPECT_EQ(parse_labelled_csv("1,3\n", "d.csv", {.classes = 5}).classes.size(), 5U);
  EXPECT_EQ(label_error("1,0\n1,2.5\n"),
            "[read_csv] d.csv, line 2, column 2: label \"2.5\" is not an integer. Number the "
            "classes from 0, or read names (LabelKind::names) or numbers to predict "
            "(LabelKind::targets).");
  EXPECT_EQ(label_error("1,0\n1,two\n").substr(0, 65),
            "[read_csv] d.csv, line 2, column 2: label \"two\" is not an integer");
  EXPECT_EQ(label_error("1,0\n1,nan\n").substr(0, 65),
            "[read_csv] d.csv, line 2, column 2: label \"nan\" is not an integer");
  EXPECT_EQ(label_error("1,0\n1,10\n", {.classes = 10}),
            "[read_csv] d.csv, line 2, column 2: label 10 is out of range. "
            "Labels go from 0 to 9.");
  // as people have them: they are numbered in ascending order, and keep their names
  using Names = std::vector<std::string>;
  EXPECT_EQ(parse_labelled_csv("x,y\n1,1\n1,-1\n", "d.csv").classes, (Names{"-1", "1"}));
  EXPECT_EQ(parse_labelled_csv("1,1\n1,2\n1,3\n", "d.csv").classes, (Names{"1", "2", "3"}));
  EXPECT_EQ(parse_labelled_csv("1,0\n1,9000000000000000\n", "d.csv").classes,
            (Names{"0", "9000000000000000"}));
  EXPECT_EQ(label_error("x,y\n1,0\n1,\n", {}, with(Missing::mean)),
            "[read_csv] d.csv, line 3, column 2 \"y\": the label is missing. "
            "Write it, or remove the line.");
}

TEST(CsvLabels, NamedClasses) {
  const Dataset data = parse_labelled_csv("1,dog\n2,cat\n3,dog\n", "d.csv");
  EXPECT_EQ(data.classes, (Strings{"cat", "dog"}));
  EXPECT_EQ(data.labels, (Labels{1, 0, 1}));
  const LabelOptions known{.class_names = {"dog", "cat", "cow"}};
  EXPECT_EQ(parse_labelled_csv("1,cow\n2,dog\n", "d.csv", known).labels, (Labels{2, 0}));
  EXPECT_EQ(label_error("1,cow\n2,hen\n", known),
            "[read_csv] d.csv, line 2, column 2: label \"hen\" is none of the 3 classes. "
            "Write one of \"dog\", \"cat\", \"cow\".");
  EXPECT_EQ(parse_labelled_csv("1,3\n2,1.0\n", "d.csv", {.class_names = {"1", "2", "3"}}).labels,
            (Labels{2, 0}));
  EXPECT_EQ(parse_labelled_csv("1,3\n2,1\n", "d.csv", {.kind = LabelKind::names}).classes,
            (Strings{"1", "3"}));
  EXPECT_EQ(label_error("1,cow\n2,hen\n2,3\n"),
            "[read_csv] d.csv, line 3, column 2: label \"3\" is a number among names. "
            "Write a name, or read all labels as names (LabelKind::names).");
  EXPECT_EQ(label_error("1,a\n", {.class_names = {"a", "a"}}),
            "[read_csv] class_names holds a name twice. Give every class once.");
}

TEST(CsvLabels, Targets) {
  const LabelOptions targets{.kind = LabelKind::targets};
  const Dataset data = parse_labelled_csv("1,2.5\n2,-3\n", "d.csv", targets);
  EXPECT_EQ(data.targets, (std::vector<double>{2.5, -3}));
  EXPECT_TRUE(data.labels.empty() && data.classes.empty());
  EXPECT_EQ(label_error("1,2\n1,inf\n", targets),
            "[read_csv] d.csv, line 2, column 2: target \"inf\" is not a finite number. "
            "Write a number.");
}

}  // namespace
}  // namespace glassgrad
