// How wide a text is where every letter is equally wide: on a terminal, and in the SVG.
#pragma once

#include <string>
#include <string_view>

namespace glassgrad {

// Of the text as printable() shows it: 2 for the wide letters of East Asia and for pictures, 1 for
// others.
int text_columns(std::string_view text);
// printable(text) cut to at most that many columns, with an ellipsis.
std::string fitted(std::string_view text, int most);

}  // namespace glassgrad
