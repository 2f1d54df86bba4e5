// Text that holds a table in another format than CSV, recognised by how it begins, with the command
// that makes CSV of it. Files that are no text: io/packing.hpp.
#pragma once

#include <string_view>

#include "csv_lines.hpp"

namespace glassgrad::detail {

// Throws DataError for JSON, HTML, a table in Markdown, and Weka's ARFF, below its comments. To be
// asked before the first record is read: such a file may not even have fields.
void refuse_foreign(CsvLines& lines);

// Throws DataError for lines that end with a separator: `problem`, and how to remove it.
[[noreturn]] void refuse_end(const CsvLines& lines, std::string_view problem, char separator);
// Throws DataError where a first line such as "a,b," has made a last column without a name and
// without a value, `second` included.
void refuse_empty_column(const CsvLines& lines, const std::vector<std::string>& first,
                         const std::vector<std::string>& second, char separator);

}  // namespace glassgrad::detail
