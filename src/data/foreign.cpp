// Looks at what the first read gave, and never reads on: a pipe may wait for an answer.
#include "foreign.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>

#include "../io/shell.hpp"
#include "glassgrad/array/error.hpp"

namespace glassgrad::detail {
namespace {

std::string_view without_blanks(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  return text;
}
std::string_view line_of(std::string_view& text) {
  const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end);
  if (text.starts_with("\r\n")) text.remove_prefix(1);
  if (!text.empty()) text.remove_prefix(1);
  return line;
}
bool begins(std::string_view text, std::string_view lower) {
  return text.size() >= lower.size() &&
         std::equal(lower.begin(), lower.end(), text.begin(),
                    [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? b - 'A' + 'a' : b); });
}

struct Format {
  std::string_view name;
  std::string_view command;  // from its standard input to CSV; empty: there is none
  std::string_view remedy = {};
};

constexpr Format json_objects{
    "JSON",
    "python3 -c 'import csv, json, sys; rows = json.load(sys.stdin); table = "
    "csv.DictWriter(sys.stdout, rows[0]); table.writeheader(); table.writerows(rows)'"};
constexpr Format json_lines{
    "JSON",
    "python3 -c 'import csv, json, sys; rows = [json.loads(line) for line in sys.stdin if "
    "line.strip()]; table = csv.DictWriter(sys.stdout, rows[0]); table.writeheader(); "
    "table.writerows(rows)'"};
constexpr Format json_rows{"JSON",
                           "python3 -c 'import csv, json, sys; "
                           "csv.writer(sys.stdout).writerows(json.load(sys.stdin))'"};
constexpr Format json_other{"JSON", "", "Write its rows as CSV, a line for every example"};
constexpr Format html{"HTML or XML", "", "Write the rows of its table as CSV"};
constexpr Format markdown{"Markdown",
                          "sed -e '/^[-:| ]*$/d' -e 's/^ *| *//' -e 's/ *| *$//' -e 's/ *| */,/g'"};
constexpr Format libsvm{"LIBSVM", "", "Write its features as columns, 0 where there is none"};
constexpr Format arff{"ARFF", "", "Give the lines below @data as a file of their own"};

std::optional<Format> json_of(std::string_view text) {
  const bool object = text.starts_with('{'), array = text.starts_with('[');
  if (!object && !array) return std::nullopt;
  const std::string_view inside = without_blanks(text.substr(1));
  const char next = inside.empty() ? '\0' : inside[0];
  if (object) {
    if (next != '"' && next != '}') return std::nullopt;
    const std::string_view line = line_of(text);
    const std::size_t last = line.find_last_not_of(" \t");
    return last != line.npos && line[last] == '}' ? json_lines : json_other;
  }
  if (next == '{') return json_objects;
  if (next == '[') return json_rows;
  const bool value = next == '"' || next == '-' || next == ']' || (next >= '0' && next <= '9');
  return value ? std::optional(json_other) : std::nullopt;
}

bool is_markdown(std::string_view text) {
  if (!text.starts_with('|')) return false;
  line_of(text);
  const std::string_view rule = line_of(text);
  return rule.find("--") != rule.npos && rule.find_first_not_of("-:| \t") == rule.npos;
}

// "+1 1:0.5 7:2"
bool is_libsvm(std::string_view text) {
  const auto number = [&] {
    const std::size_t end = text.find_first_not_of("+-.0123456789eE");
    const bool any = end > 0 && end != text.npos;
    text.remove_prefix(std::min(end, text.size()));
    return any;
  };
  if (!number() || !text.starts_with(' ')) return false;
  text.remove_prefix(1);
  return number() && text.starts_with(':') && text.size() > 1 && text[1] != ':';
}

// Below its comments, in `line`.
bool is_arff(std::string_view text, std::int64_t& line) {
  for (line = 1; !text.empty(); ++line) {
    const std::string_view here = without_blanks(line_of(text));
    if (begins(here, "@relation")) return true;
    if (!here.empty() && !here.starts_with('%')) return false;
  }
  return false;
}

std::string made_of(const std::string& name) {
  std::string made = name.substr(name.rfind('/') + 1);
  if (made.ends_with(".gz")) made.resize(made.size() - 3);
  if (const auto point = made.rfind('.'); point != made.npos && point > 0) made.resize(point);
  made += ".csv";
  return shell_word(made == name ? "new-" + made : made);
}
std::string converted(std::string_view with, const std::string& name, bool gzip) {
  if (name == "standard input")
    return fmt::format("Convert it with {}{}", gzip ? "gzip -dc | " : "", with);
  if (gzip)
    return fmt::format("Convert it with gzip -dc < {} | {} > {}", shell_word(name), with,
                       made_of(name));
  return fmt::format("Convert it with {} < {} > {}", with, shell_word(name), made_of(name));
}

}  // namespace

void refuse_foreign(CsvLines& lines) {
  const std::string_view all = lines.ahead(), text = without_blanks(all);
  std::int64_t line = 1 + std::count(all.begin(), all.end() - std::ptrdiff_t(text.size()), '\n');
  std::optional<Format> format = json_of(text);
  if (begins(text, "<!doctype") || begins(text, "<html") || begins(text, "<?xml") ||
      begins(text, "<table"))
    format = html;
  if (is_markdown(text)) format = markdown;
  if (is_libsvm(text)) format = libsvm;
  if (!format && is_arff(all, line)) format = arff;
  if (!format) return;
  throw DataError(
      "read_csv",
      fmt::format("{}, line {} begins a file in {}", lines.source(), line, format->name),
      format->command.empty() ? std::string(format->remedy)
                              : converted(format->command, lines.source(), lines.is_gzip()));
}

void refuse_end(const CsvLines& lines, std::string_view problem, char separator) {
  const bool tab = separator == '\t';
  throw DataError(
      "read_csv",
      fmt::format("{}{} {}", lines.source(), problem,
                  tab ? "a tab" : fmt::format("'{}'", separator)),
      converted(fmt::format("sed 's/{}[ \\r]*$//'", tab ? "\\t" : std::string(1, separator)),
                lines.source(), lines.is_gzip()));
}

void refuse_empty_column(const CsvLines& lines, const std::vector<std::string>& first,
                         const std::vector<std::string>& second, char separator) {
  if (first.size() < 2 || !first.back().empty() || separator == ' ') return;
  if (second.size() != first.size() || !second.back().empty()) return;
  refuse_end(lines, " has an empty last column: its first lines end with", separator);
}

}  // namespace glassgrad::detail
