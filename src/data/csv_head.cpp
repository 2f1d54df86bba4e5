// Read before the first record is taken for a header or a row.
#include "csv_head.hpp"

#include <fmt/format.h>

#include "advice.hpp"
#include "glassgrad/array/error.hpp"

namespace glassgrad::detail {

std::string separator_name(char separator) {
  return separator == '\t' ? "a tab" : separator == ' ' ? "blanks" : fmt::format("'{}'", separator);
}

std::string separator_advice(Asker asker, char separator) {
  const std::string name = separator_name(separator);
  const std::string flag = separator == '\t'  ? "tab"
                           : separator == ' ' ? "space"
                                              : fmt::format("'{}'", separator);
  if (asker == Asker::train) return "Set --separator to " + flag;
  if (asker == Asker::predict)
    return "Answer with a model that was trained with --separator " + flag;
  return "Set the separator to " + name + (separator == ' ' ? " (' ')" : "");
}

bool is_declaration(const CsvLines& lines, const CsvOptions& options) {
  // as it stands: a tab or a blank is no part of a field
  std::string_view declared = lines.record();
  if (declared.starts_with('"') && declared.ends_with('"') && declared.size() > 1)
    declared = declared.substr(1, declared.size() - 2);
  if (!declared.starts_with("sep=")) return false;
  declared.remove_prefix(4);
  if (declared.size() != 1) return false;
  if (declared[0] == '\t' && options.separator == ' ') return true;
  if (declared[0] == options.separator) return true;
  throw DataError("read_csv",
                  fmt::format("{}, line {} says that the separator is {}", lines.source(),
                              lines.line(), separator_name(declared[0])),
                  separator_advice(options.asker, declared[0]));
}

}  // namespace glassgrad::detail
