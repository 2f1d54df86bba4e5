#include "utf8.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "glassgrad/array/printable.hpp"
#include "shell.hpp"

namespace glassgrad::detail {

std::size_t utf8_character(std::string_view text) {
  if (text.empty()) return 0;
  const Character one = character_at(text, 0);
  return one.valid ? one.bytes.size() : 0;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t size = utf8_character(text);
    if (size == 0) return false;
    text.remove_prefix(size);
  }
  return true;
}

std::string convert_advice(std::string_view from, std::string_view name) {
  const std::string command = fmt::format("Convert it with iconv -f {} -t UTF-8", from);
  if (name == "standard input") return command;
  const std::string made = "utf8-" + std::string(name.substr(name.rfind('/') + 1));
  return fmt::format("{} {} > {}", command, shell_word(name), shell_word(made));
}

// 0x80 to 0x9F are control characters in Latin-1 and quotes, dashes and the euro in Windows-1252.
std::string_view probable_encoding(std::string_view text) {
  const bool windows = std::any_of(text.begin(), text.end(), [](unsigned char letter) {
    return letter >= 0x80 && letter < 0xA0;
  });
  return windows ? "windows-1252" : "latin1";
}

std::string unpack_advice(std::string_view from, std::string_view name) {
  if (name == "standard input")
    return fmt::format("Convert it with gzip -dc | iconv -f {} -t UTF-8", from);
  std::string_view made = name.substr(name.rfind('/') + 1);
  if (made.ends_with(".gz")) made.remove_suffix(3);
  return fmt::format("Convert it with gzip -dc < {} | iconv -f {} -t UTF-8 > {}", shell_word(name),
                     from, shell_word("utf8-" + std::string(made)));
}

}  // namespace glassgrad::detail
