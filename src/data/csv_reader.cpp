// The first two records determine the format; the others are streamed.
#include "csv_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "../io/quoted.hpp"
#include "../io/utf8.hpp"
#include "advice.hpp"
#include "csv_head.hpp"
#include "foreign.hpp"
#include "glassgrad/array/error.hpp"
#include "numbers.hpp"

namespace glassgrad::detail {
namespace {

constexpr char separators[] = {';', '\t', ',', '|', ' '};

[[noreturn]] void fail(std::string_view problem, std::string_view remedy) {
  throw DataError("read_csv", problem, remedy);
}

std::string columns_text(std::size_t n) { return fmt::format("{} column{}", n, n == 1 ? "" : "s"); }

std::vector<std::string> copied(const std::vector<std::string_view>& fields) {
  return {fields.begin(), fields.end()};
}

}  // namespace

CsvReader::CsvReader(Source& source, const CsvOptions& options)
    : options_(options), lines_(source, options.separator) {
  refuse_foreign(lines_);
  const bool any = lines_.next();
  if (!any || (is_declaration(lines_, options_) && !lines_.next()))
    fail(fmt::format("{} is empty", lines_.source()), "Give at least one line of numbers");
  first_ = copied(lines_.fields());
  first_line_ = lines_.line();
  if (lines_.next()) second_ = copied(lines_.fields());
  second_line_ = lines_.line();
}

bool CsvReader::is_missing(std::string_view field) const {
  const auto& marks = options_.missing_marks;
  return std::find(marks.begin(), marks.end(), field) != marks.end();
}

// A file read with the wrong separator has fields full of the right one, with numbers in between;
// blanks count only between numbers, since names have them too ("New York").
std::string CsvReader::hint(std::string_view text, std::string otherwise) const {
  for (const char other : separators) {
    if (other == options_.separator || text.find(other) == std::string_view::npos) continue;
    std::size_t pieces = 0, numbers = 0;
    for (std::string_view rest = text;; rest.remove_prefix(rest.find(other) + 1)) {
      const std::string_view piece = rest.substr(0, rest.find(other));
      pieces += !piece.empty();
      numbers += is_number(piece);
      if (piece.size() == rest.size()) break;
    }
    if (other == ' ' ? numbers == pieces && numbers > 1 : numbers > 0)
      return separator_advice(options_.asker, other);
  }
  return otherwise;
}

// Of one column in both lines: they have names, or text, beside the numbers.
std::string CsvReader::hint_of_lines(std::string otherwise) const {
  const auto has = [](const std::string& field, char other) {
    return field.find(other) != std::string::npos;
  };
  for (const char other : separators) {
    if (other == options_.separator || !has(first_[0], other)) continue;
    if (second_.empty() || std::any_of(second_.begin(), second_.end(),
                                       [&](const std::string& field) { return has(field, other); }))
      return separator_advice(options_.asker, other);
  }
  return otherwise;
}

std::size_t CsvReader::label_place(const LabelOptions& label) const {
  const std::string& source = lines_.source();
  if (label.name.empty()) {  // 1, 2, ... or -1, -2, ... from the end
    const auto n = static_cast<std::int64_t>(columns());
    if (label.place == 0 || label.place > n || label.place < -n) {
      fail(fmt::format("{} has {}: none is at place {}", source, columns_text(columns()),
                       label.place),
           fmt::format("Count from 1 to {}, or from -1 to -{}, the end first", n, n));
    }
    return static_cast<std::size_t>(label.place > 0 ? label.place - 1 : n + label.place);
  }
  const auto found = std::find(first_.begin(), first_.end(), label.name);
  if (found == first_.end()) {
    fail(fmt::format("{} has no column {}", source, in_quotes(label.name)),
         "Its columns are " + nearest_in_quotes(label.name, first_));
  }
  if (std::find(found + 1, first_.end(), label.name) != first_.end()) {
    fail(fmt::format("{} has several columns {}", source, in_quotes(label.name)),
         "Give the label by place");
  }
  return static_cast<std::size_t>(found - first_.begin());
}

// Whether the first record holds names. The label may be text or a number in either case, so it
// decides only when it is text above a number. A number in another notation is not a name.
bool CsvReader::is_header() const {
  std::size_t numbers = 0;
  std::optional<std::size_t> text, dialect;  // the first such column
  for (std::size_t j = 0; j < first_.size(); ++j) {
    const bool number = is_number(first_[j]);
    if (j == label_ && (number || j >= second_.size() || !is_number(second_[j]))) continue;
    if (number) {
      ++numbers;
    } else if (!is_missing(first_[j])) {
      if (!text) text = j;
      if (!dialect && dialect_of(first_[j], options_.separator)) dialect = j;
    }
  }
  if (dialect && (numbers > 0 || text == dialect)) {
    const Dialect found = *dialect_of(first_[*dialect], options_.separator);
    fail_at(lines_.source(), first_line_, {*dialect + 1},
            fmt::format("{} {}", in_quotes(first_[*dialect]), found.problem), found.remedy);
  }
  if (numbers > 0 && text) {
    fail_at(lines_.source(), first_line_, {*text + 1},
            fmt::format("{} is text, but other fields of the line are numbers",
                        in_quotes(first_[*text])),
            hint(first_[*text], std::string(header_advice(options_.asker))));
  }
  return numbers == 0;
}

void CsvReader::begin(const LabelOptions* label) {
  const bool named = label != nullptr && !label->name.empty();
  if (label != nullptr) {
    if (columns() == 1 && second_.size() > 1 && hint_of_lines("").empty())
      fail(fmt::format("{}, line {} has 1 column, line {} has {}", lines_.source(), first_line_,
                       second_line_, second_.size()),
           "Remove the line if it is a comment, or give it as many");
    if (columns() == 1)
      fail(fmt::format("{} has 1 column, the label, and no features", lines_.source()),
           hint_of_lines(std::string(told(options_.asker, "Give features, or use read_csv",
                                          "Give features beside it", "Give features"))));
    if (!named) label_ = label_place(*label);
    if (label_ == columns() - 1 || (named && first_.back().empty()))
      refuse_empty_column(lines_, first_, second_, options_.separator);
  }
  if (named && options_.header == CsvHeader::absent)
    fail(fmt::format("{} has no header to find {} in", lines_.source(), in_quotes(label->name)),
         "Give the label by place");
  header_ = named || options_.header == CsvHeader::present ||
            (options_.header == CsvHeader::detect && is_header());
  if (header_) check_names();
  if (header_ && second_.empty())
    fail(fmt::format("{} has a header but no rows", lines_.source()), "Give at least one");
  if (named) label_ = label_place(*label);
  if (label_) check_label();
}

// Split at commas, the line "-20,5;0;0" is -20 and a label "5;0;0": reported if no header gives the
// number of columns, and both lines have an integer before such a label.
void CsvReader::check_label() const {
  if (header_ || options_.separator != ',' || *label_ == 0) return;
  const auto is_digits = [](std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == text.npos;
  };
  const auto cut_at = [&](const std::vector<std::string>& record, char other) {
    if (*label_ >= record.size()) return false;
    std::string_view before = record[*label_ - 1];
    if (before.starts_with('-') || before.starts_with('+')) before.remove_prefix(1);
    const std::string_view label = record[*label_];
    const std::size_t end = label.find(other);
    const bool cut = is_digits(before) && end != label.npos && is_digits(label.substr(0, end));
    return cut && (other != ' ' || !hint(label, "").empty());
  };
  for (const char other : separators) {
    const bool odd = second_.size() != first_.size();  // absent, or split elsewhere
    if (!cut_at(first_, other) || !(odd || cut_at(second_, other))) continue;
    const std::string& label = first_[*label_];
    fail_at(lines_.source(), first_line_, column(*label_),
            fmt::format("label {} follows {}: they may be a number with a decimal comma",
                        in_quotes(label), in_quotes(first_[*label_ - 1])),
            fmt::format("{}; or write the labels without {}",
                        separator_advice(options_.asker, other), separator_name(other)));
  }
}

void CsvReader::check_names() const {
  for (std::size_t j = 0; j < first_.size(); ++j) {
    if (is_utf8(first_[j])) continue;
    fail_at(lines_.source(), first_line_, {j + 1},
            fmt::format("{} is no UTF-8 text", in_quotes(first_[j])),
            lines_.convert_advice(probable_encoding(first_[j])));
  }
}

std::vector<std::string> CsvReader::features() const {
  std::vector<std::string> names;
  if (!header_) return names;
  names = first_;
  if (label_) names.erase(names.begin() + static_cast<std::ptrdiff_t>(*label_));
  return names;
}

double CsvReader::number_in(std::string_view field, std::int64_t line, const Column& column) const {
  const auto fail_here = [&](const std::string& problem, std::string_view remedy) {
    fail_at(lines_.source(), line, column, problem, remedy);
  };
  if (is_missing(field)) {
    if (options_.missing != Missing::refuse) return std::numeric_limits<double>::quiet_NaN();
    fail_here("the value is missing", missing_advice(options_.asker));
  }
  bool overflow = false;
  const auto number = number_of(field, &overflow);
  if (!number) {
    if (const auto dialect = dialect_of(field, options_.separator))
      fail_here(fmt::format("{} {}", in_quotes(field), dialect->problem), dialect->remedy);
    if (const auto notation = notation_of(field))
      fail_here(fmt::format("{} {}", in_quotes(field), notation->problem), notation->remedy);
    fail_here(fmt::format("{} is not a number", in_quotes(field)),
              hint(field, std::string(number_advice(options_, line == first_line_))));
  }
  if (overflow)
    fail_here(fmt::format("{} is beyond the range of double", in_quotes(field)),
              "Write a number of moderate size");
  if (!std::isfinite(*number))
    fail_here(fmt::format("{} is not a finite number", in_quotes(field)),
              number_advice(options_, false));
  return *number;
}

bool CsvReader::drops(std::span<const std::string_view> fields) const {
  if (options_.missing != Missing::drop) return false;
  for (std::size_t j = 0; j < fields.size(); ++j)
    if (j != label_ && is_missing(fields[j])) return true;
  return false;
}

bool CsvReader::add_row(std::span<const std::string_view> fields, std::int64_t line, Matrix& x,
                        std::vector<LabelText>& labels) const {
  if (fields.size() != columns()) {
    if (fields.size() == columns() + 1 && fields.back().empty() && options_.separator != ' ')
      refuse_end(lines_, fmt::format(", line {} ends with", line), options_.separator);
    fail(fmt::format("{}, line {} has {}, line {} has {}", lines_.source(), line,
                     columns_text(fields.size()), first_line_, columns()),
         "Give every line the same number of columns");
  }
  if (drops(fields)) return false;
  for (std::size_t j = 0; j < fields.size(); ++j) {
    if (j != label_) {
      x.numbers.push_back(number_in(fields[j], line, column(j)));
      continue;
    }
    if (is_missing(fields[j]))
      fail_at(lines_.source(), line, column(j), "the label is missing",
              "Write it, or remove the line");
    if (!is_utf8(fields[j]))
      fail_at(lines_.source(), line, column(j),
              fmt::format("label {} is no UTF-8 text", in_quotes(fields[j])),
              lines_.convert_advice(probable_encoding(fields[j])));
    labels.push_back({std::string(fields[j]), line});
  }
  ++x.rows;
  return true;
}

void CsvReader::add_first_rows(Matrix& x, std::vector<LabelText>& labels) {
  begun_ = true;
  const auto add = [&](std::vector<std::string>& record, std::int64_t line) {
    const std::vector<std::string_view> fields(record.begin(), record.end());
    add_row(fields, line, x, labels);
  };
  if (!header_) add(first_, first_line_);
  if (!second_.empty()) add(second_, second_line_);
  std::vector<std::string>().swap(second_);
}

bool CsvReader::read(std::int64_t most, Matrix& x, std::vector<LabelText>& labels) {
  x.columns = static_cast<std::int64_t>(columns() - (label_ ? 1 : 0));
  const std::int64_t end = x.rows > std::numeric_limits<std::int64_t>::max() - most
                               ? std::numeric_limits<std::int64_t>::max()
                               : x.rows + most;
  if (!begun_) add_first_rows(x, labels);
  while (x.rows < end) {
    if (!lines_.next()) return false;
    add_row(lines_.fields(), lines_.line(), x, labels);
  }
  return true;
}

}  // namespace glassgrad::detail
