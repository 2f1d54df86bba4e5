// A CSV table read row by row: which line is a header, which column the label, and the numbers of
// the rest. csv.cpp reads whole tables with it, the command line streams rows.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "csv_lines.hpp"
#include "glassgrad/data/csv.hpp"
#include "labels.hpp"

namespace glassgrad::detail {

class CsvReader {
 public:
  // Reads the first two records, which say what the columns are. Throws DataError as read_csv.
  CsvReader(Source& source, const CsvOptions& options);

  std::size_t columns() const { return first_.size(); }
  // Finds the label's column (nullptr: none) and the header. To be called once, before read().
  void begin(const LabelOptions* label);

  std::vector<std::string> features() const;  // their names; empty without a header
  Column label_column() const { return column(*label_); }

  // Appends the next rows to x and their labels to `labels`, at most `most`; false at the end of
  // the table.
  bool read(std::int64_t most, Matrix& x, std::vector<LabelText>& labels);

 private:
  bool add_row(std::span<const std::string_view> fields, std::int64_t line, Matrix& x,
               std::vector<LabelText>& labels) const;
  void add_first_rows(Matrix& x, std::vector<LabelText>& labels);
  double number_in(std::string_view field, std::int64_t line, const Column& column) const;
  bool is_header() const;
  bool is_missing(std::string_view field) const;
  bool drops(std::span<const std::string_view> fields) const;
  std::string hint(std::string_view text, std::string otherwise) const;
  std::string hint_of_lines(std::string otherwise) const;
  void check_names() const;
  void check_label() const;
  std::size_t label_place(const LabelOptions& label) const;
  Column column(std::size_t j) const {
    return {j + 1, header_ ? std::string_view(first_[j]) : std::string_view()};
  }

  const CsvOptions& options_;
  CsvLines lines_;
  std::vector<std::string> first_, second_;  // the first two records; second_ may be none
  std::int64_t first_line_ = 0, second_line_ = 0;
  bool header_ = false;
  bool begun_ = false;                // the first records, where they are rows, are read
  std::optional<std::size_t> label_;  // its column, from 0
};

}  // namespace glassgrad::detail
