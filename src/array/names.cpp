// Distances between words.
#include "glassgrad/array/names.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "glassgrad/array/printable.hpp"
#include "glassgrad/array/text.hpp"

namespace glassgrad {
namespace {

// Damerau and Levenshtein: insert, delete, change, or swap two neighbours, each counts 1.
// Of long words only the beginnings are compared.
constexpr std::size_t compared = 64;
std::size_t distance(std::string_view a, std::string_view b) {
  a = a.substr(0, compared), b = b.substr(0, compared);
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

// How far the name is from a word, or from its initials.
std::size_t steps_from(std::string_view name, std::string_view word) {
  const std::string short_form = initials(word);
  const std::size_t whole = distance(name, word);
  if (short_form.size() < 2) return whole;
  return name == short_form ? 0 : std::min(whole, distance(name, short_form) + 1);
}

}  // namespace

std::string_view nearest_name(std::string_view name, std::span<const std::string_view> valid) {
  if (valid.empty()) return {};
  const auto starts = [&](std::string_view word) {  // an abbreviation
    return name.size() > 1 && word.starts_with(name);
  };
  const auto start = std::find_if(valid.begin(), valid.end(), starts);
  if (start != valid.end()) return *start;
  return *std::min_element(valid.begin(), valid.end(), [&](auto a, auto b) {
    return steps_from(name, a) < steps_from(name, b);
  });
}

std::vector<std::string_view> nearest_names(std::string_view name,
                                            std::span<const std::string_view> valid,
                                            std::size_t most) {
  if (valid.size() <= most) return {valid.begin(), valid.end()};
  std::vector<std::pair<std::size_t, std::size_t>> ranked;  // steps, place
  for (std::size_t i = 0; i < valid.size(); ++i) ranked.emplace_back(steps_from(name, valid[i]), i);
  std::partial_sort(ranked.begin(), ranked.begin() + std::ptrdiff_t(most), ranked.end());
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < most; ++i) names.push_back(valid[ranked[i].second]);
  return names;
}

Error unknown_name(std::string_view where, std::string_view kind, std::string_view name,
                   std::span<const std::string_view> valid) {
  constexpr std::size_t all_told = 64, few = 8, longest = 40;
  const bool told = valid.size() <= all_told;
  std::string list;
  for (const std::string_view word : nearest_names(name, valid, told ? all_told : few))
    list.append(list.empty() ? "" : ", ").append(shown_name(word));
  if (!told) list = join(valid.size(), ", the nearest ", list);
  // a long mistake would make a long line
  const std::string shown = printable(shortened(name, longest));
  const std::string what = join("there is no ", kind, " \"", shown, "\"");
  if (valid.empty()) return Error(where, what, "Leave it out: there are none");
  return Error(
      where, what,
      join("Did you mean \"", shown_name(nearest_name(name, valid)), "\"? There are ", list));
}

}  // namespace glassgrad
