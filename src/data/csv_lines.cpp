// RFC 4180 with LF, CRLF or CR, and spaces around fields allowed. A record's end, possibly in bytes
// not yet read, is found first, then it is split: both in one pass.
#include "csv_lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "../io/quoted.hpp"
#include "glassgrad/array/error.hpp"

namespace glassgrad::detail {

void fail_at(std::string_view source, std::int64_t line, const Column& column,
             std::string_view problem, std::string_view remedy) {
  const std::string name = column.name.empty() ? "" : " " + in_quotes(column.name);
  throw DataError(
      "read_csv",
      fmt::format("{}, line {}, column {}{}: {}", source, line, column.number, name, problem),
      remedy);
}

CsvLines::CsvLines(Source& source, char separator)
    : source_(source), separator_(separator), blanks_(separator == ' ') {
  source_.begin_text();
}

bool CsvLines::next() {
  std::int64_t blank = 0;  // the first of the blank lines before this record
  for (;;) {
    pass_line_end();
    fields_.clear();
    unescaped_.clear();
    line_ = next_line_;
    if (begin_ == end_ && !more(false)) return false;
    const std::size_t size = record_size();
    const std::string_view record(buffer_.data() + begin_, size);
    record_ = record;
    begin_ += size;
    next_line_ += 1 + std::count(record.begin(), record.end(), '\n');  // those inside quotes
    if (!is_blank(record)) {
      if (blank == 0) return split(record), true;
      throw DataError("read_csv", fmt::format("{}, line {} is empty", source(), blank),
                      "Remove it, or write its numbers");
    }
    if (blank == 0) blank = line_;
  }
}

std::string_view CsvLines::ahead() {
  if (begin_ == end_ && next_line_ == 1) more(false);
  return {buffer_.data() + begin_, end_ - begin_};
}

// Moves unused bytes to the front and reads on; false at the end.
bool CsvLines::more(bool quoted) {
  constexpr std::size_t block = std::size_t{1} << 16;
  if (begin_ > 0) std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
  end_ -= begin_, begin_ = 0;
  if (end_ >= longest_record) {
    throw DataError(
        "read_csv",
        fmt::format("{}, line {} is longer than {} bytes", source(), line_, longest_record),
        quoted ? "Close its last quote with \"" : "Give a table with a line for every example");
  }
  if (buffer_.size() - end_ < block) buffer_.resize(std::max(end_ + block, 2 * buffer_.size()));
  const std::size_t got = source_.read_some(buffer_.data() + end_, buffer_.size() - end_);
  end_ += got;
  return got > 0;
}

std::size_t CsvLines::record_size() {
  State state = State::start;
  for (std::size_t at = 0;;) {
    for (const char* text = buffer_.data() + begin_; at < end_ - begin_; ++at) {
      const char letter = text[at];
      if (letter == '\0') {
        throw DataError("read_csv",
                        fmt::format("{}, line {} holds a NUL byte: it is no text", source(), line_),
                        "Give a CSV file, or IDX for images");
      }
      if (state == State::quoted) {
        if (letter == '"') state = State::closed;
        continue;
      }
      if (state == State::closed && letter == '"') {
        state = State::quoted;
        continue;
      }
      if (letter == '\n' || letter == '\r') return at;
      if (separates(letter))
        state = State::start;
      else if (state != State::start || !is_space(letter))
        state = state == State::start && letter == '"' ? State::quoted : State::plain;
    }
    if (!more(state == State::quoted)) return end_ - begin_;
  }
}

void CsvLines::pass_line_end() {
  const auto at = [&](char letter) {
    return (begin_ < end_ || more(false)) && buffer_[begin_] == letter;
  };
  if (begin_ == end_) return;  // the first record, or the last had no line end
  if (buffer_[begin_] == '\r') {
    ++begin_;
    if (at('\n')) ++begin_;
  } else if (buffer_[begin_] == '\n') {
    ++begin_;
  }
}

bool CsvLines::is_blank(std::string_view record) const {
  return std::all_of(record.begin(), record.end(), [&](char letter) {
    return letter == ' ' || (letter == '\t' && separator_ != '\t');
  });
}

void CsvLines::split(std::string_view rest) {
  const auto skip_spaces = [&] {
    while (!rest.empty() && (is_space(rest[0]) || (blanks_ && separates(rest[0]))))
      rest.remove_prefix(1);
  };
  for (;;) {
    skip_spaces();
    if (fields_.size() == most_columns) {
      throw DataError(
          "read_csv",
          fmt::format("{}, line {} has more than {} columns", source(), line_, most_columns),
          "Give a table with a line for every example");
    }
    fields_.push_back(rest.starts_with('"') ? quoted_field(rest) : plain_field(rest));
    if (blanks_) skip_spaces();
    if (rest.empty()) return;
    if (!blanks_) rest.remove_prefix(1);
  }
}

std::string_view CsvLines::plain_field(std::string_view& rest) const {
  std::size_t size = 0;
  while (size < rest.size() && !separates(rest[size])) ++size;
  std::size_t end = size;
  while (end > 0 && is_space(rest[end - 1])) --end;
  const std::string_view field = rest.substr(0, end);
  rest.remove_prefix(size);
  return field;
}

std::string_view CsvLines::quoted_field(std::string_view& rest) {
  std::size_t end = 1;
  bool escaped = false;
  for (;; end += 2) {
    end = rest.find('"', end);
    if (end == std::string_view::npos) fail("the quote is never closed", "Close it with \"");
    if (end + 1 == rest.size() || rest[end + 1] != '"') break;
    escaped = true;
  }
  const std::string_view field = rest.substr(1, end - 1);
  rest.remove_prefix(end + 1);
  while (!rest.empty() && is_space(rest[0])) rest.remove_prefix(1);
  if (!rest.empty() && !separates(rest[0])) {
    fail("text follows the closing quote", "Write \"\" for a quote inside quotes");
  }
  if (!escaped) return field;
  std::string& plain = unescaped_.emplace_back();
  for (std::size_t i = 0; i < field.size(); ++i) {
    plain += field[i];
    if (field[i] == '"') ++i;
  }
  return plain;
}

void CsvLines::fail(std::string_view problem, std::string_view remedy) const {
  fail_at(source(), line_, {fields_.size() + 1}, problem, remedy);
}

}  // namespace glassgrad::detail
