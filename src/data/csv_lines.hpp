// Comma-separated text, record by record and field by field, streamed from its source; without
// meaning, which csv_reader.cpp adds.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "glassgrad/io/source.hpp"

namespace glassgrad::detail {

// Limits of a table: columns of a record, and its bytes.
inline constexpr std::size_t most_columns = std::size_t{1} << 24;
inline constexpr std::size_t longest_record = std::size_t{1} << 28;

struct Column {
  std::size_t number;          // from 1
  std::string_view name = {};  // empty without a header
};

// Throws DataError `[read_csv] data.csv, line 3, column 2 "width": problem. remedy.`
[[noreturn]] void fail_at(std::string_view source, std::int64_t line, const Column& column,
                          std::string_view problem, std::string_view remedy);

class CsvLines {
 public:
  // A separator of ' ' is any number of spaces and tabs; not counted around a record.
  CsvLines(Source& source, char separator);

  // Reads the next record into fields(); false at the end. Blank lines at the end of the text are
  // ignored; elsewhere they are an error. Fields have no spaces around them, nor quotes, and are
  // valid until the next call.
  bool next();
  const std::vector<std::string_view>& fields() const { return fields_; }
  std::int64_t line() const { return line_; }  // where the fields begin, from 1
  const std::string& source() const { return source_.name(); }
  bool is_gzip() const { return source_.is_gzip(); }
  // The record as it stands, without its line end; valid as fields() are.
  std::string_view record() const { return record_; }
  // What is read and not yet used; before the first record, what the first read gave.
  std::string_view ahead();
  std::string convert_advice(std::string_view from) const { return source_.convert_advice(from); }

 private:
  enum class State { start, plain, quoted, closed };  // of the field that is scanned

  bool more(bool quoted);
  std::size_t record_size();
  void pass_line_end();
  bool is_blank(std::string_view record) const;
  void split(std::string_view rest);

  bool separates(char letter) const { return letter == separator_ || (blanks_ && letter == '\t'); }
  bool is_space(char letter) const {
    return (letter == ' ' || letter == '\t') && !separates(letter);
  }
  // The field that `rest` begins with, which is taken from there, but not the separator after it.
  std::string_view plain_field(std::string_view& rest) const;
  std::string_view quoted_field(std::string_view& rest);
  [[noreturn]] void fail(std::string_view problem, std::string_view remedy) const;

  Source& source_;
  char separator_;
  bool blanks_;  // the separator is any number of them
  std::string buffer_;
  std::size_t begin_ = 0, end_ = 0;  // bytes read and not yet used
  std::int64_t line_ = 0, next_line_ = 1;
  std::string_view record_;
  std::vector<std::string_view> fields_;
  std::deque<std::string> unescaped_;  // quoted fields of this record that held ""
};

}  // namespace glassgrad::detail
