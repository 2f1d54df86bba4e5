// Distances between words.
#include "glassgrad/nn/names.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "glassgrad/core/printable.hpp"
#include "glassgrad/core/text.hpp"

namespace glassgrad {
namespace {

// Damerau and Levenshtein: insert, delete, change, or swap two neighbours, each counts 1.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        d[i][j] = i + j;
        continue;
      }
      const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  }
  return d[a.size()][b.size()];
}

// "mean_squared_error" -> "mse"
std::string initials(std::string_view name) {
  std::string letters;
  for (std::size_t i = 0; i < name.size(); ++i)
    if (i == 0 || name[i - 1] == '_') letters += name[i];
  return letters;
}

}  // namespace

std::string_view nearest_name(std::string_view name, std::span<const std::string_view> valid) {
  if (valid.empty()) return {};
  const auto starts = [&](std::string_view word) {  // an abbreviation
    return name.size() > 1 && word.starts_with(name);
  };
  const auto start = std::find_if(valid.begin(), valid.end(), starts);
  if (start != valid.end()) return *start;
  const auto far = [&](std::string_view all) {
    const std::string_view word = all.substr(0, 100);
    const std::string short_form = initials(word);
    const std::size_t whole = distance(name, word);
    if (short_form.size() < 2) return whole;
    return name == short_form ? 0 : std::min(whole, distance(name, short_form) + 1);
  };
  std::size_t best = 0, least = far(valid[0]);
  for (std::size_t i = 1; i < valid.size(); ++i)
    if (const std::size_t here = far(valid[i]); here < least) best = i, least = here;
  return valid[best];
}

Error unknown_name(std::string_view where, std::string_view kind, std::string_view name,
                   std::span<const std::string_view> valid) {
  // a long mistake would make a long line, and so would the names of 100,000 columns
  constexpr std::size_t longest = 40, most = 40;
  const std::string_view nearest = nearest_name(name.substr(0, longest), valid);
  return Error(
      where, join("there is no ", kind, " \"", printable(name.substr(0, longest)), "\""),
      join("Did you mean \"", shown_name(nearest), "\"? There are ", listed_names(valid, most)));
}

}  // namespace glassgrad
