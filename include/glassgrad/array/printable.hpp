// Text from users, files or programs, made safe to show on a terminal, in a message, in a picture.
// The one place that says which bytes are shown as they are, and how long a text may get. Markup is
// separate: HTML, XML, DOT and JSON are escaped after this.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace glassgrad {

// One character of UTF-8. Invalid bytes (overlong forms, surrogates, beyond U+10FFFF) come one at a
// time, with valid = false.
struct Character {
  std::string_view bytes;
  char32_t code = 0;
  bool valid = false;
};
Character character_at(std::string_view text, std::size_t at);

// Every character as it is, but: \n, \t and \r by name; other control bytes and invalid UTF-8 as
// \x1b; line separators, bidirectional controls, zero-width marks at the edge of a text and
// noncharacters as \u{202e}. So a line stays one line, and shows what it says.
std::string printable(std::string_view text);

// At most the first `most` bytes; no character of UTF-8 is cut.
std::string_view cut_between_characters(std::string_view text, std::size_t most);

// The beginning of a text that has more than `most` bytes, cut between two characters, with
// "... and 123 more bytes" after it.
std::string shortened(std::string_view text, std::size_t most);

// printable(shortened(...)) of a name in a sentence.
inline constexpr std::size_t longest_name_shown = 200;
std::string shown_name(std::string_view name);
// The same of a formula.
inline constexpr std::size_t longest_formula_shown = 1000;
std::string shown_formula(std::string_view formula);

// "a, b, c"; of more than `most` the first and "and 5 more". Each at most longest_name_shown long.
std::string listed_names(std::span<const std::string_view> names, std::size_t most = 16);

// "a -> b -> c"; of more than `most` the first and the last half, with "... 12 more ..." between
// them. Each as shown_formula() has it.
std::string joined_names(std::span<const std::string> words, std::string_view between,
                         std::size_t most = 32);

}  // namespace glassgrad
