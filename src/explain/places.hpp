// Places in the user's text: lines and columns are counted in characters.
#pragma once

#include <string_view>

namespace glassgrad::explain {

std::size_t letters(std::string_view text);  // not bytes: those of UTF-8 that begin one
std::string_view line_of(std::string_view text, std::size_t at);

}  // namespace glassgrad::explain
