// The place named in an error, and the line shown below it.
#include "places.hpp"

#include <algorithm>

#include "array/columns.hpp"
#include "glassgrad/array/printable.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/explain/syntax.hpp"

namespace glassgrad::explain {

std::size_t letters(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += (c & 0xC0) != 0x80;
  return count;
}

std::string_view line_of(std::string_view text, std::size_t at) {
  const std::size_t before = text.rfind('\n', at ? at - 1 : 0);
  const std::size_t begin = before == text.npos || before >= at ? 0 : before + 1;
  return text.substr(begin, text.find('\n', begin) - begin);
}

namespace {

std::string place(const Source& source, std::size_t at) {
  const std::string_view text = source.text;
  const std::string_view line = line_of(text, at);
  const auto begin = std::size_t(line.data() - text.data());
  const std::size_t column = letters(text.substr(begin, at - begin)) + 1;
  std::string place = source.name.empty() ? "" : source.name + ", ";
  if (text.find('\n') != text.npos) {
    const std::string_view above = text.substr(0, begin);
    place += join("line ", 1 + std::count(above.begin(), above.end(), '\n'), ", ");
  }
  return place + join("column ", column, ": ");
}

}  // namespace

ExpressionError::ExpressionError(const Source& source, std::size_t at, const std::string& problem,
                                 const std::string& remedy)
    : Error("explain", place(source, at) + problem, remedy) {
  const std::string_view line = line_of(source.text, at);
  const auto place = at - std::size_t(line.data() - source.text.data());
  // of a long line the part around the place
  constexpr std::size_t whole = 160, before = 60;
  const bool cut = line.size() > whole;
  std::size_t from = cut && place > before ? place - before : 0;
  while (from > 0 && (line[from] & 0xC0) == 0x80) --from;
  std::size_t to = cut ? std::min(from + whole, line.size()) : line.size();
  while (to < line.size() && (line[to] & 0xC0) == 0x80) ++to;
  const std::string left = (from > 0 ? "..." : "") + printable(line.substr(from, place - from));
  picture_ = "  " + left + printable(line.substr(place, to - place)) +
             (to < line.size() ? "..." : "") + "\n  " +
             std::string(std::size_t(text_columns(left)), ' ') + "^";
}

}  // namespace glassgrad::explain
