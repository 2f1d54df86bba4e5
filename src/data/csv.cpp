// Which line is a header, which column the label, and the numbers of the rest.
#include "glassgrad/data/csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "../io/quoted.hpp"
#include "csv_lines.hpp"
#include "glassgrad/core/error.hpp"
#include "glassgrad/data/prepare.hpp"
#include "glassgrad/io/file.hpp"
#include "labels.hpp"

namespace glassgrad {
namespace {

using detail::Column;
using detail::CsvLines;
using detail::fail_at;
using detail::in_quotes;

// What the first two lines and the options say of a file.
struct Layout {
  std::vector<std::string> names;  // of the columns; empty without a header
  std::size_t columns = 0;
  std::optional<std::size_t> label;  // its column, from 0

  Column column(std::size_t j) const {
    return {j + 1, names.empty() ? std::string_view() : std::string_view(names[j])};
  }
};

[[noreturn]] void fail(std::string_view problem, std::string_view remedy) {
  throw DataError("read_csv", problem, remedy);
}

std::string columns(std::size_t n) { return fmt::format("{} column{}", n, n == 1 ? "" : "s"); }

bool is_number(std::string_view field) {
  bool overflow = false;
  return detail::number_of(field, &overflow).has_value();
}

bool is_missing(std::string_view field, const CsvOptions& options) {
  const auto& marks = options.missing_marks;
  return std::find(marks.begin(), marks.end(), field) != marks.end();
}

// A file read with the wrong separator has one column full of the right one.
std::string separator_hint(std::string_view line, std::string otherwise) {
  for (const char other : {';', '\t', ',', '|'}) {
    if (line.find(other) == std::string_view::npos) continue;
    return fmt::format("Set the separator to {}",
                       other == '\t' ? "a tab" : fmt::format("'{}'", other));
  }
  return otherwise;
}

// The label's column, when it is said by place: 1, 2, ... or -1, -2, ... from the end.
std::size_t column_at(std::int64_t place, std::size_t count, std::string_view source) {
  const auto n = static_cast<std::int64_t>(count);
  if (place == 0 || place > n || place < -n) {
    fail(fmt::format("{} has {}: none is at place {}", source, columns(count), place),
         fmt::format("Count from 1 to {}, or from -1 to -{}, the end first", n, n));
  }
  return static_cast<std::size_t>(place > 0 ? place - 1 : n + place);
}

std::size_t column_named(std::string_view name, const std::vector<std::string>& names,
                         std::string_view source) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) {
    fail(fmt::format("{} has no column {}", source, in_quotes(name)),
         "Its columns are " + detail::nearest_in_quotes(name, names));
  }
  if (std::find(found + 1, names.end(), name) != names.end()) {
    fail(fmt::format("{} has several columns {}", source, in_quotes(name)),
         "Give the label by place");
  }
  return static_cast<std::size_t>(found - names.begin());
}

// Whether `first` holds names. The label may be text or a number in either case, so it decides
// only when it is text above a number.
bool is_header(const std::vector<std::string>& first, const std::vector<std::string>& second,
               std::optional<std::size_t> label, std::string_view source,
               const CsvOptions& options) {
  std::size_t numbers = 0;
  std::size_t text = 0;
  std::size_t text_column = 0;
  for (std::size_t j = 0; j < first.size(); ++j) {
    const bool number = is_number(first[j]);
    if (j == label) {
      if (number || j >= second.size() || !is_number(second[j])) continue;
    }
    if (number) {
      ++numbers;
    } else if (!is_missing(first[j], options)) {
      if (text++ == 0) text_column = j;
    }
  }
  if (numbers > 0 && text > 0) {
    fail_at(source, 1, {text_column + 1},
            fmt::format("{} is text, but other fields of the line are numbers",
                        in_quotes(first[text_column])),
            "Correct it, or say whether the line is a header (CsvOptions::header; --header)");
  }
  return numbers == 0;
}

Layout layout_of(std::string_view text, std::string_view source, const LabelOptions* label,
                 const CsvOptions& options) {
  CsvLines lines(text, source, options.separator);
  if (!lines.next()) fail(fmt::format("{} is empty", source), "Give at least one line of numbers");
  const std::vector<std::string> first(lines.fields().begin(), lines.fields().end());
  std::vector<std::string> second;
  if (lines.next()) second.assign(lines.fields().begin(), lines.fields().end());

  Layout layout;
  layout.columns = first.size();
  if (label != nullptr) {
    if (first.size() == 1) {
      fail(fmt::format("{} has 1 column, the label, and no features", source),
           separator_hint(first[0], "Give features, or use read_csv"));
    }
    if (label->name.empty()) layout.label = column_at(label->place, first.size(), source);
  }
  const bool named = label != nullptr && !label->name.empty();
  if (named && options.header == CsvHeader::absent) {
    fail(fmt::format("{} has no header to find {} in", source, in_quotes(label->name)),
         "Give the label by place");
  }
  if (named || options.header == CsvHeader::present ||
      (options.header == CsvHeader::detect &&
       is_header(first, second, layout.label, source, options))) {
    layout.names = first;
    if (second.empty())
      fail(fmt::format("{} has a header but no rows", source), "Give at least one");
  }
  if (named) layout.label = column_named(label->name, layout.names, source);
  return layout;
}

double number_in(std::string_view field, std::string_view source, std::int64_t line,
                 const Column& column, const CsvOptions& options) {
  if (is_missing(field, options)) {
    if (options.missing != Missing::refuse) return std::numeric_limits<double>::quiet_NaN();
    fail_at(source, line, column, "the value is missing",
            "Write a number, or choose what becomes of it (CsvOptions::missing; --missing)");
  }
  bool overflow = false;
  const auto number = detail::number_of(field, &overflow);
  if (!number) {
    fail_at(source, line, column, fmt::format("{} is not a number", in_quotes(field)),
            separator_hint(field, "Write a number, or count it as missing (missing_marks)"));
  }
  if (overflow) {
    fail_at(source, line, column, fmt::format("{} is beyond the range of double", in_quotes(field)),
            "Write a number of moderate size");
  }
  if (!std::isfinite(*number)) {
    fail_at(source, line, column, fmt::format("{} is not a finite number", in_quotes(field)),
            "Write a number, or count it as missing (missing_marks)");
  }
  return *number;
}

bool any_of_first(std::size_t count, const auto& holds) {
  for (std::size_t j = 0; j < count; ++j)
    if (holds(j)) return true;
  return false;
}

Dataset parse(std::string_view text, std::string_view source, const LabelOptions* label,
              const CsvOptions& options) {
  const Layout layout = layout_of(text, source, label, options);
  Dataset data;
  data.features = layout.names;
  if (layout.label && !layout.names.empty()) {
    data.features.erase(data.features.begin() + static_cast<std::ptrdiff_t>(*layout.label));
  }
  data.x.columns = static_cast<std::int64_t>(layout.columns - (layout.label ? 1 : 0));

  std::vector<detail::LabelText> labels;
  CsvLines lines(text, source, options.separator);
  if (!layout.names.empty()) lines.next();
  for (; lines.next(); ++data.x.rows) {
    const auto& fields = lines.fields();
    if (fields.size() != layout.columns) {
      fail(fmt::format("{}, line {} has {}, line 1 has {}", source, lines.line(),
                       columns(fields.size()), layout.columns),
           "Give every line the same number of columns");
    }
    const auto missing = [&](std::size_t j) {
      return j != layout.label && is_missing(fields[j], options);
    };
    if (options.missing == Missing::drop && any_of_first(fields.size(), missing)) {
      --data.x.rows;
      continue;
    }
    for (std::size_t j = 0; j < fields.size(); ++j) {
      if (j != layout.label) {
        data.x.numbers.push_back(
            number_in(fields[j], source, lines.line(), layout.column(j), options));
      } else if (is_missing(fields[j], options)) {
        fail_at(source, lines.line(), layout.column(j), "the label is missing",
                "Write it, or remove the line");
      } else {
        labels.push_back({std::string(fields[j]), lines.line()});
      }
    }
  }
  if (data.x.rows == 0) {
    fail(fmt::format("{} has a missing value in every row", source),
         "Choose another way than Missing::drop");
  }
  if (options.missing == Missing::mean || options.missing == Missing::median ||
      options.missing == Missing::constant) {
    Imputer::fit(data.x, options.missing, options.constant).apply(data.x);
  }
  if (layout.label) read_labels(labels, *label, source, layout.column(*layout.label), data);
  return data;
}

}  // namespace

Table parse_csv(std::string_view text, std::string_view source, const CsvOptions& options) {
  Dataset data = parse(text, source, nullptr, options);
  return {std::move(data.features), std::move(data.x)};
}

Dataset parse_labelled_csv(std::string_view text, std::string_view source,
                           const LabelOptions& label, const CsvOptions& options) {
  return parse(text, source, &label, options);
}

Table read_csv(const std::string& path, const CsvOptions& options) {
  return parse_csv(read_file(path, "read_csv"), path, options);
}

Dataset read_labelled_csv(const std::string& path, const LabelOptions& label,
                          const CsvOptions& options) {
  return parse_labelled_csv(read_file(path, "read_csv"), path, label, options);
}

}  // namespace glassgrad
