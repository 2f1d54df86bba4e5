// JSON that came with a file, before it is trusted: no deeper than what we write.
#pragma once

#include <cstddef>
#include <string_view>

namespace glassgrad::detail {

// Whether brackets in `json` are nested at most `depth` deep. The JSON library parses any depth but
// compares, copies and prints by recursion, which ends the process on deep input.
inline bool is_shallow(std::string_view json, std::size_t depth = 32) {
  std::size_t open = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char letter = json[i];
    if (quoted) {
      if (letter == '\\') ++i;
      if (letter == '"') quoted = false;
    } else if (letter == '"') {
      quoted = true;
    } else if (letter == '[' || letter == '{') {
      if (++open > depth) return false;
    } else if ((letter == ']' || letter == '}') && open > 0) {
      --open;
    }
  }
  return true;
}

}  // namespace glassgrad::detail
