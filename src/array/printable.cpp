// Characters one at a time; nothing is trusted to be UTF-8.
#include "glassgrad/array/printable.hpp"

#include <vector>

namespace glassgrad {
namespace {

// How many bytes a character that begins with this one has; 0: none begins so.
std::size_t size_of(unsigned char first) {
  if (first < 0x80) return 1;
  if (first < 0xc2) return 0;
  return first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
}

std::string hexadecimal(char32_t number, int least) {
  std::string text;
  for (; number > 0 || int(text.size()) < least; number /= 16)
    text.insert(text.begin(), "0123456789abcdef"[number % 16]);
  return text;
}

// What is invisible, or changes how its neighbours look.
bool hidden(char32_t code) {
  return (code >= 0x80 && code < 0xa0) || code == 0xad || code == 0x61c ||
         (code >= 0x200b && code <= 0x200f && code != 0x200c && code != 0x200d) ||
         (code >= 0x2028 && code <= 0x202e) || (code >= 0x2060 && code <= 0x206f) ||
         code == 0xfeff || (code >= 0xfff9 && code <= 0xfffb) || (code & 0xfffe) == 0xfffe ||
         (code >= 0xfdd0 && code < 0xfdf0) || (code >= 0xe0000 && code < 0xe0100);
}

}  // namespace

Character character_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  const Character none{text.substr(at, 1), byte(0), false};
  const std::size_t size = size_of(byte(0));
  if (size == 0 || at + size > text.size()) return none;
  char32_t code = size == 1 ? byte(0) : byte(0) & (0xff >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    if (byte(i) >> 6 != 0b10) return none;
    code = code << 6 | (byte(i) & 0x3f);
  }
  constexpr char32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  if (code < least[size] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return none;
  return {text.substr(at, size), code, true};
}

std::string printable(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const Character one = character_at(text, at);
    at += one.bytes.size();
    if (one.code == '\n' || one.code == '\t' || one.code == '\r')
      result.append(one.code == '\n' ? "\\n" : one.code == '\t' ? "\\t" : "\\r");
    else if (!one.valid || one.code < 0x20 || one.code == 0x7f)
      result.append("\\x").append(hexadecimal(one.code, 2));
    else if (hidden(one.code))
      result.append("\\u{").append(hexadecimal(one.code, 1)).append("}");
    else
      result.append(one.bytes);
  }
  return result;
}

std::string_view cut_between_characters(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  std::size_t end = most;
  // back over at most three bytes that continue a character
  for (int back = 0; back < 3 && end > 0 && (text[end] & 0xc0) == 0x80; ++back) --end;
  return text.substr(0, end == 0 ? most : end);
}

std::string shortened(std::string_view text, std::size_t most) {
  if (text.size() <= most) return std::string(text);
  const std::string_view beginning = cut_between_characters(text, most);
  return std::string(beginning) + "... and " + std::to_string(text.size() - beginning.size()) +
         " more bytes";
}

std::string shown_name(std::string_view name) {
  return printable(shortened(name, longest_name_shown));
}

std::string shown_formula(std::string_view formula) {
  return printable(shortened(formula, longest_formula_shown));
}

std::string listed_names(std::span<const std::string_view> names, std::size_t most) {
  std::string list;
  for (std::size_t i = 0; i < names.size() && i < most; ++i)
    list += (i ? ", " : "") + shown_name(names[i]);
  if (names.size() > most) list += " and " + std::to_string(names.size() - most) + " more";
  return list;
}

std::string joined_names(std::span<const std::string> words, std::string_view between,
                         std::size_t most) {
  std::string text;
  const bool cut = words.size() > most;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i) text += between;
    if (cut && i == most / 2) {
      i = words.size() - (most - most / 2);
      text += "... " + std::to_string(i - most / 2) + " more ...";
      text += between;
    }
    text += shown_formula(words[i]);
  }
  return text;
}

}  // namespace glassgrad
