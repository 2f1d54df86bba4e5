// Comma-separated text, line by line and field by field; says nothing of what the fields mean.
// csv.cpp makes numbers of them.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace glassgrad::detail {

struct Column {
  std::size_t number;          // from 1
  std::string_view name = {};  // empty without a header
};

// Throws DataError `[read_csv] data.csv, line 3, column 2 "width": problem. remedy.`
[[noreturn]] void fail_at(std::string_view source, std::int64_t line, const Column& column,
                          std::string_view problem, std::string_view remedy);

class CsvLines {
 public:
  CsvLines(std::string_view text, std::string_view source, char separator);

  // Reads the next line into fields(); false at the end. Blank lines at the end of the text are
  // none; elsewhere they are an error. Fields have no spaces around them, nor quotes.
  bool next();
  const std::vector<std::string_view>& fields() const { return fields_; }
  std::int64_t line() const { return line_; }  // where the fields begin, from 1

 private:
  bool at_end() const { return place_ == text_.size(); }
  bool at_field_end() const;
  void skip_spaces();
  void skip_line_end();
  std::string_view plain_field();
  std::string_view quoted_field();
  [[noreturn]] void fail(std::string_view problem, std::string_view remedy) const;

  std::string_view text_;
  std::string_view source_;
  char separator_;
  std::size_t place_ = 0;
  std::int64_t line_ = 0;
  std::int64_t next_line_ = 1;
  std::vector<std::string_view> fields_;
  std::deque<std::string> unescaped_;  // quoted fields of this line that held ""
};

}  // namespace glassgrad::detail
