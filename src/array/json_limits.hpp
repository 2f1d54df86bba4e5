// How deep the brackets of a JSON text may nest: copying, comparing and writing a parsed value
// recurse once per level. Checked before any text is parsed.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

namespace glassgrad::detail {

inline constexpr std::size_t deepest_json = 512;

// "is nested deeper than 512, at byte 1024"; "" when it may be parsed. One pass; what is no JSON is
// left to the parser. `around`: the depth that it is inserted at.
inline std::string beyond_json_limits(std::string_view text, std::size_t around = 0) {
  std::size_t depth = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"') {
      for (++at; at < text.size() && text[at] != '"'; ++at) at += text[at] == '\\';
    } else if (c == '[' || c == '{') {
      if (depth + around == deepest_json)
        return "is nested deeper than " + std::to_string(depth) + ", at byte " +
               std::to_string(at + 1);
      ++depth;
    } else if (c == ']' || c == '}') {
      depth -= depth > 0;
    }
  }
  return "";
}

// The text itself; throws std::invalid_argument with that sentence when it may not be parsed.
inline std::string_view within_json_limits(std::string_view text) {
  const std::string beyond = beyond_json_limits(text);
  if (!beyond.empty()) throw std::invalid_argument(beyond);
  return text;
}

}  // namespace glassgrad::detail
