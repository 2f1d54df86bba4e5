// RFC 4180 with LF, CRLF or CR, and spaces around fields allowed.
#include "csv_lines.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "../io/quoted.hpp"
#include "glassgrad/core/error.hpp"

namespace glassgrad::detail {

void fail_at(std::string_view source, std::int64_t line, const Column& column,
             std::string_view problem, std::string_view remedy) {
  const std::string name = column.name.empty() ? "" : " " + in_quotes(column.name);
  throw DataError(
      "read_csv",
      fmt::format("{}, line {}, column {}{}: {}", source, line, column.number, name, problem),
      remedy);
}

CsvLines::CsvLines(std::string_view text, std::string_view source, char separator)
    : text_(text), source_(source), separator_(separator) {
  if (text_.starts_with("\xEF\xBB\xBF")) text_.remove_prefix(3);  // a byte order mark
}

bool CsvLines::next() {
  fields_.clear();
  unescaped_.clear();
  if (text_.find_first_not_of(" \t\r\n", place_) == std::string_view::npos) return false;
  line_ = next_line_;
  for (;;) {
    skip_spaces();
    const bool quoted = !at_end() && text_[place_] == '"';
    fields_.push_back(quoted ? quoted_field() : plain_field());
    if (at_end() || text_[place_] != separator_) {
      if (fields_.size() == 1 && fields_[0].empty() && !quoted) {
        throw DataError("read_csv", fmt::format("{}, line {} is empty", source_, line_),
                        "Remove it, or write its numbers");
      }
      skip_line_end();
      return true;
    }
    ++place_;
  }
}

bool CsvLines::at_field_end() const {
  return at_end() || text_[place_] == separator_ || text_[place_] == '\n' || text_[place_] == '\r';
}

void CsvLines::skip_spaces() {
  while (!at_field_end() && (text_[place_] == ' ' || text_[place_] == '\t')) ++place_;
}

void CsvLines::skip_line_end() {
  if (!at_end() && text_[place_] == '\r') ++place_;
  if (!at_end() && text_[place_] == '\n') ++place_;
  ++next_line_;
}

std::string_view CsvLines::plain_field() {
  const std::size_t begin = place_;
  while (!at_field_end()) ++place_;
  std::size_t end = place_;
  while (end > begin && (text_[end - 1] == ' ' || text_[end - 1] == '\t')) --end;
  return text_.substr(begin, end - begin);
}

std::string_view CsvLines::quoted_field() {
  const std::size_t begin = place_ + 1;
  std::size_t end = begin;
  bool escaped = false;
  for (;; end += 2) {
    end = text_.find('"', end);
    if (end == std::string_view::npos) fail("the quote is never closed", "Close it with \"");
    if (end + 1 == text_.size() || text_[end + 1] != '"') break;
    escaped = true;
  }
  place_ = end + 1;
  skip_spaces();
  if (!at_field_end()) {
    fail("text follows the closing quote", "Write \"\" for a quote inside quotes");
  }
  const std::string_view field = text_.substr(begin, end - begin);
  next_line_ += std::count(field.begin(), field.end(), '\n');
  if (!escaped) return field;
  std::string& plain = unescaped_.emplace_back();
  for (std::size_t i = 0; i < field.size(); ++i) {
    plain += field[i];
    if (field[i] == '"') ++i;
  }
  return plain;
}

void CsvLines::fail(std::string_view problem, std::string_view remedy) const {
  fail_at(source_, line_, {fields_.size() + 1}, problem, remedy);
}

}  // namespace glassgrad::detail
