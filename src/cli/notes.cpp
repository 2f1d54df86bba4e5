#include "notes.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace glassgrad::cli {
namespace {

bool is_integer(const std::string& text) {
  const std::size_t first = text.starts_with('-') || text.starts_with('+') ? 1 : 0;
  return text.size() > first && text.find_first_not_of("0123456789.", first) == text.npos;
}

// Many distinct numbers with few examples each suggest regression, not classes.
bool are_rather_numbers(const Dataset& data) {
  constexpr std::int64_t many = 8, few = 10;
  const auto classes = std::int64_t(data.classes.size());
  return classes >= many && data.size() < few * classes && !data.x.numbers.empty() &&
         std::all_of(data.classes.begin(), data.classes.end(), is_integer);
}

bool are_one_number(const std::vector<double>& targets) {
  return std::all_of(targets.begin(), targets.end(),
                     [&](double target) { return target == targets.front(); });
}

}  // namespace

std::vector<std::string> notes_on(const Dataset& data) {
  std::vector<std::string> notes = data.notes;
  if (are_rather_numbers(data))
    notes.push_back(fmt::format(
        "each of the {} numbers in the label's column is a class, of {:.1f} examples on average; "
        "to learn numbers set --loss mean_squared_error",
        data.classes.size(), double(data.size()) / double(data.classes.size())));
  if (data.targets.size() > 1 && are_one_number(data.targets))
    notes.push_back(
        fmt::format("all targets are {}: there is nothing to learn", data.targets.front()));
  return notes;
}

}  // namespace glassgrad::cli
