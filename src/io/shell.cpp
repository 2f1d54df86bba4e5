#include "shell.hpp"

#include <algorithm>
#include <cctype>

namespace glassgrad::detail {

std::string shell_word(std::string_view path) {
  const bool plain = std::all_of(path.begin(), path.end(), [](unsigned char letter) {
    return std::isalnum(letter) ||
           std::string_view("/._-+,:@%").find(char(letter)) !=  // fits: one character
               std::string_view::npos;
  });
  if (plain && !path.starts_with('-')) return std::string(path);
  std::string word = path.starts_with('-') ? "'./" : "'";
  for (const char letter : path) word += letter == '\'' ? "'\\''" : std::string(1, letter);
  return word + "'";
}

}  // namespace glassgrad::detail
