// Is it UTF-8? If not, its likely encoding, and the command that converts it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace glassgrad::detail {

// The bytes of the UTF-8 character that `text` begins with, 1 to 4; 0 if invalid (overlong forms,
// surrogates and numbers above U+10FFFF are).
std::size_t utf8_character(std::string_view text);
bool is_utf8(std::string_view text);

// "Convert it with iconv -f latin1 -t UTF-8 data.csv > utf8.csv"
std::string convert_advice(std::string_view from, std::string_view name);
// The same for compressed text.
std::string unpack_advice(std::string_view from, std::string_view name);
// The encoding in which `text`, which is not UTF-8, probably is: "windows-1252" or "latin1".
std::string_view probable_encoding(std::string_view text);

}  // namespace glassgrad::detail
