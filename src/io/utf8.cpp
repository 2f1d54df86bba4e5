#include "utf8.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "shell.hpp"

namespace glassgrad::detail {
namespace {

unsigned char byte_at(std::string_view text, std::size_t i) {
  return static_cast<unsigned char>(text[i]);  // fits: one character
}

}  // namespace

// Table 3-7 of the Unicode standard: the second byte has narrower bounds after E0, ED, F0 and F4.
std::size_t utf8_character(std::string_view text) {
  if (text.empty()) return 0;
  const unsigned char first = byte_at(text, 0);
  if (first < 0x80) return 1;
  if (first < 0xC2 || first > 0xF4) return 0;
  const std::size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (text.size() < size) return 0;
  const unsigned char second = byte_at(text, 1);
  const unsigned char low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
  const unsigned char high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
  if (second < low || second > high) return 0;
  for (std::size_t i = 2; i < size; ++i)
    if ((byte_at(text, i) & 0xC0) != 0x80) return 0;
  return size;
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
