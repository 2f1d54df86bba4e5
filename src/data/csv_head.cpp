// Read before the first record is taken for a header or a row.
#include "csv_head.hpp"

#include <fmt/format.h>

#include <algorithm>

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
  const auto& fields = lines.fields();
  std::string_view declared = fields[0];
  if (!declared.starts_with("sep=")) return false;
  declared.remove_prefix(4);
  if (declared.empty() && fields.size() == 2 && fields[1].empty()) return true;  // it was split
  if (fields.size() > 1 || declared.size() != 1) return false;
  if (declared[0] == options.separator) return true;
  throw DataError("read_csv",
                  fmt::format("{}, line {} says that the separator is {}", lines.source(),
                              lines.line(), separator_name(declared[0])),
                  separator_advice(options.asker, declared[0]));
}

void refuse_arff(const CsvLines& lines) {
  constexpr std::string_view begin = "@relation";
  const std::string_view text = lines.fields()[0];
  if (text.size() < begin.size() ||
      !std::equal(begin.begin(), begin.end(), text.begin(),
                  [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? b - 'A' + 'a' : b); }))
    return;
  throw DataError("read_csv",
                  fmt::format("{}, line {} begins a file in ARFF", lines.source(), lines.line()),
                  "Give the lines below @data as a file of their own");
}

}  // namespace glassgrad::detail
