// Numbers and labels from comma-separated text (RFC 4180: quoted fields, "" inside quotes, LF or
// CRLF), plain or gzip, in UTF-8. Errors name file, line and column, all counted from 1. Numbers
// are read the same in every locale. A file is opened and read once, so it may be a pipe, or "-"
// for standard input. Next: prepare.hpp.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "glassgrad/data/table.hpp"
#include "glassgrad/io/source.hpp"

#include "glassgrad/array/setting.hpp"

namespace glassgrad {

// detect: the first line is a header when none of its fields (but the label's) is a number, data
// when all are; a mixture is an error that asks.
enum class CsvHeader { detect, present, absent };

// The caller, whose options errors name.
enum class Asker { library, train, predict };

struct CsvOptions {
  CsvHeader header = CsvHeader::detect;
  char separator = ',';  // ' ' is any number of spaces and tabs
  Missing missing = Missing::refuse;
  double constant = 0;                                           // for Missing::constant
  std::vector<std::string> missing_marks{"", "?", "NA", "N/A"};  // fields that mean "missing"
  Asker asker = Asker::library;
};

// classes: integers, numbered in ascending order ({-1, 1} are the classes 0 and 1), or text,
//          numbered in the order of its sorted names; the first row says which. Classes are called
//          as they are written where all are written alike: "1.0" beside "2.0". "1" and "1.0" are
//          one class, and Dataset::notes say so; "1" and "01" are refused. Integers may be long.
// names:   as text even when it looks like numbers.
// targets: numbers to predict (regression).
enum class LabelKind { classes, names, targets };

struct LabelOptions {
  std::string name = {};                  // the label's column by its name in the header, or else
  Setting<"labels", "place"> place = -1;  // by place: 1 is the first column, -1 the last
  LabelKind kind = LabelKind::classes;
  Setting<"labels", "classes", std::int64_t, 0> classes =
      0;                                      // integers 0 to classes - 1; 0: those that occur
  std::vector<std::string> class_names = {};  // the known names, in order; empty: those that occur
};

// Every column is a number: the features alone, as for prediction.
// Throws DataError: missing or empty file; a short or long line; text, NaN or infinity where a
// number belongs; a missing value refused; UTF-16, or names that are not UTF-8; a record of more
// than 2^24 columns or 2^28 bytes; too little memory.
Table read_csv(const std::string& path, const CsvOptions& options = {});

// One column is the label, the others are features.
// Throws DataError also on: no such column; a label missing, out of range, or not an integer.
Dataset read_labelled_csv(const std::string& path, const LabelOptions& label = {},
                          const CsvOptions& options = {});

// The same from an open source.
Table read_csv(Source& source, const CsvOptions& options = {});
Dataset read_labelled_csv(Source& source, const LabelOptions& label = {},
                          const CsvOptions& options = {});

// The same from text in memory; `source` is what errors call it.
Table parse_csv(std::string_view text, std::string_view source, const CsvOptions& options = {});
Dataset parse_labelled_csv(std::string_view text, std::string_view source,
                           const LabelOptions& label = {}, const CsvOptions& options = {});

}  // namespace glassgrad
