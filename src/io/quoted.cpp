#include "quoted.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "glassgrad/array/names.hpp"
#include "glassgrad/array/printable.hpp"

namespace glassgrad::detail {
namespace {

constexpr std::size_t most_told = 16;  // of a list

// These, and the number of further ones.
template <class Text>
std::string quoted_list(std::span<const Text> texts, std::size_t all) {
  std::string list;
  for (const Text& text : texts) list += (list.empty() ? "" : ", ") + in_quotes(text);
  if (all > texts.size()) list += fmt::format(" and {} more", all - texts.size());
  return list;
}

}  // namespace

std::string in_quotes(std::string_view text) {
  constexpr std::size_t limit = 40;
  const std::string_view beginning = cut_between_characters(text, limit);
  return "\"" + printable(beginning) + (beginning.size() < text.size() ? "...\"" : "\"");
}

std::string in_quotes(const std::vector<std::string>& texts) {
  return quoted_list(std::span(texts).first(std::min(most_told, texts.size())), texts.size());
}

std::string nearest_in_quotes(std::string_view name, const std::vector<std::string>& texts) {
  const std::vector<std::string_view> all(texts.begin(), texts.end());
  return quoted_list(std::span<const std::string_view>(nearest_names(name, all, most_told)),
                     texts.size());
}

std::string listed(const std::vector<std::int64_t>& numbers, std::string_view between) {
  std::string list;
  for (const std::int64_t number : numbers) {
    if (!list.empty()) list += between;
    list += std::to_string(number);
  }
  return list;
}

}  // namespace glassgrad::detail
