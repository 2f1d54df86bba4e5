// Letter by letter of what is shown.
#include "array/columns.hpp"

#include "glassgrad/array/printable.hpp"

namespace glassgrad {
namespace {

int columns_of(char32_t code) {
  const bool wide = (code >= 0x1100 && code < 0x1160) || (code >= 0x2e80 && code < 0xa4d0) ||
                    (code >= 0xac00 && code < 0xd7a4) || (code >= 0xf900 && code < 0xfb00) ||
                    (code >= 0xfe30 && code < 0xfe70) || (code >= 0xff00 && code < 0xff61) ||
                    code >= 0x1f000;
  return wide ? 2 : 1;
}

}  // namespace

int text_columns(std::string_view text) {
  const std::string shown = printable(text);
  int count = 0;
  for (std::size_t at = 0; at < shown.size();) {
    const Character letter = character_at(shown, at);
    at += letter.bytes.size();
    count += columns_of(letter.code);
  }
  return count;
}

std::string fitted(std::string_view text, int most) {
  const std::string shown = printable(text);
  const bool cut = text_columns(shown) > most;
  const int room = cut ? most - 1 : most;
  std::string result;
  int used = 0;
  for (std::size_t at = 0; at < shown.size();) {
    const Character letter = character_at(shown, at);
    at += letter.bytes.size();
    used += columns_of(letter.code);
    if (used > room) break;
    result += letter.bytes;
  }
  return cut ? result + "\u2026" : result;
}

}  // namespace glassgrad
