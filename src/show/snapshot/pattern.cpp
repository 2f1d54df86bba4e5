// Character by character, backtracking to the last star on a mismatch.
#include "glassgrad/show/snapshot/pattern.hpp"

#include <algorithm>

namespace glassgrad {
namespace {

bool fits_whole(std::string_view pattern, std::string_view text) {
  constexpr std::size_t none = std::string_view::npos;
  // the last star of each kind: where the pattern continues, and where its match ends so far
  struct Star {
    std::size_t pattern = none, text = none;
  } one, two;
  std::size_t p = 0, t = 0;
  while (t < text.size() || p < pattern.size()) {
    if (pattern.substr(p, 2) == "**") {
      two = {p += 2, t}, one = {};
    } else if (p < pattern.size() && pattern[p] == '*') {
      one = {++p, t};
    } else if (p < pattern.size() && t < text.size() &&
               (pattern[p] == text[t] || (pattern[p] == '?' && text[t] != '/'))) {
      ++p, ++t;
    } else if (one.text < text.size() && text[one.text] != '/') {
      p = one.pattern, t = ++one.text;
    } else if (two.text < text.size()) {
      p = two.pattern, t = ++two.text, one = {};
    } else {
      return false;
    }
  }
  return true;
}

}  // namespace

bool fits(std::string_view pattern, std::string_view path) {
  if (fits_whole(pattern, path)) return true;
  for (std::size_t end = path.find('/'); end != path.npos; end = path.find('/', end + 1))
    if (fits_whole(pattern, path.substr(0, end))) return true;
  const std::size_t last = path.rfind('/');
  return last != path.npos && fits_whole(pattern, path.substr(last + 1));
}

bool fits_one(std::span<const std::string> patterns, std::string_view path) {
  return patterns.empty() ||
         std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return fits(pattern, path); });
}

}  // namespace glassgrad
