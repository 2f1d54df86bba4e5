// First lines of a table that are neither a header nor a row, and what separators are called.
#pragma once

#include <string>

#include "csv_lines.hpp"
#include "glassgrad/data/csv.hpp"

namespace glassgrad::detail {

// Are the fields a line "sep=;", as spreadsheets write and read it? Throws DataError for another
// separator than that of the options.
bool is_declaration(const CsvLines& lines, const CsvOptions& options);

// "a tab", "';'"
std::string separator_name(char separator);

}  // namespace glassgrad::detail
