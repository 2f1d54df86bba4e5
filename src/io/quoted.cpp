#include "quoted.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "glassgrad/core/names.hpp"

namespace glassgrad::detail {
namespace {

// The bytes of the printable UTF-8 character that `text` begins with; 0 when it does not.
std::size_t printable(std::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  if (first < 0x80) return first >= ' ' && first <= '~' ? 1 : 0;
  const std::size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < size) return 0;
  const bool continued = std::all_of(text.begin() + 1, text.begin() + static_cast<int>(size),
                                     [](char byte) { return (byte & 0xC0) == 0x80; });
  const bool control = first == 0xC2 && static_cast<unsigned char>(text[1]) < 0xA0;
  return continued && !control ? size : 0;
}

constexpr std::size_t most_told = 16;  // of a list

// These, and how many more there are.
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
  std::string shown = "\"";
  std::size_t place = 0;
  while (place < std::min(text.size(), limit)) {
    const std::size_t size = printable(text.substr(place));
    shown += size > 0 ? std::string(text.substr(place, size))
                      : fmt::format("\\x{:02x}", static_cast<unsigned char>(text[place]));
    place += std::max<std::size_t>(size, 1);
  }
  return shown + (place < text.size() ? "...\"" : "\"");
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
