#include "labels.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

#include "../io/quoted.hpp"
#include "advice.hpp"
#include "glassgrad/array/error.hpp"
#include "numbers.hpp"

namespace glassgrad::detail {
namespace {

// The labels' origin, for errors.
struct Place {
  std::string_view source;
  const Column& column;
  Asker asker;

  [[noreturn]] void fail(std::int64_t line, std::string_view problem,
                         std::string_view remedy) const {
    fail_at(source, line, column, problem, remedy);
  }
};

// Whether labels are numbers or names follows from the first, unless given.
bool are_names(const std::vector<LabelText>& texts, const LabelOptions& options) {
  if (options.kind == LabelKind::names || !options.class_names.empty()) return true;
  return options.classes == 0 && !is_number(texts.front().text);
}

std::vector<std::string> names_among(const std::vector<LabelText>& texts,
                                     const LabelOptions& options, const Place& place) {
  std::set<std::string> sorted;
  for (const auto& [text, line] : texts) {
    if (options.kind != LabelKind::names && is_number(text))
      place.fail(line, fmt::format("label {} is a number among names", in_quotes(text)),
                 name_advice(place.asker, text));
    sorted.insert(text);
  }
  return {sorted.begin(), sorted.end()};
}

void read_names(const std::vector<LabelText>& texts, const LabelOptions& options,
                const Place& place, Dataset& data) {
  data.classes =
      options.class_names.empty() ? names_among(texts, options, place) : options.class_names;
  const ClassNames names(data.classes);
  if (!names.distinct())
    throw DataError("read_csv", "class_names holds a name twice", "Give every class once");
  for (const auto& [text, line] : texts) {
    const auto number = names.find(text);
    if (!number)
      place.fail(
          line,
          fmt::format("label {} is none of the {} classes", in_quotes(text), data.classes.size()),
          "Write one of " + in_quotes(data.classes));
    data.labels.push_back(*number);
  }
}

// Of the classes 0 to options.classes - 1.
void read_numbered(const std::vector<LabelText>& texts, const LabelOptions& options,
                   const Place& place, Dataset& data) {
  const std::string range = fmt::format("Labels go from 0 to {}", options.classes - 1);
  for (const auto& [text, line] : texts) {
    const auto integer = integer_of(text);
    if (!integer)
      place.fail(line, fmt::format("label {} is not an integer", in_quotes(text)), range);
    if (*integer < 0 || *integer >= options.classes)
      place.fail(line, fmt::format("label {} is out of range", *integer), range);
    if (is_code(text) && place.asker != Asker::library)
      place.fail(line,
                 fmt::format("label {} is not how class {} is written", in_quotes(text), *integer),
                 fmt::format("Write {}", *integer));
    data.labels.push_back(*integer);
  }
  data.classes = numbered(options.classes);
}

void read_targets(const std::vector<LabelText>& texts, const Place& place, Dataset& data) {
  for (const auto& [text, line] : texts) {
    bool overflow = false;
    const auto number = number_of(text, &overflow);
    if (!number || !std::isfinite(*number)) {
      const auto dialect = number ? std::nullopt : dialect_of(text, '\0');
      place.fail(line,
                 dialect ? fmt::format("target {} {}", in_quotes(text), dialect->problem)
                         : fmt::format("target {} is not a finite number", in_quotes(text)),
                 dialect ? dialect->remedy : "Write a number");
    }
    data.targets.push_back(*number);
  }
}

}  // namespace

std::optional<std::int64_t> integer_of(std::string_view text) {
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  std::int64_t integer = 0;
  const char* last = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), last, integer);
  if (error == std::errc() && rest == last) return integer;
  bool overflow = false;
  const auto number = number_of(text, &overflow);
  const bool whole = number && std::trunc(*number) == *number && std::abs(*number) < 0x1p53;
  return whole ? std::optional(static_cast<std::int64_t>(*number)) : std::nullopt;
}

bool is_code(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return text.size() > 1 && text[0] == '0' && text[1] >= '0' && text[1] <= '9';
}

IntegerClasses classes_of(std::span<const std::int64_t> integers) {
  IntegerClasses all;
  all.values.assign(integers.begin(), integers.end());
  std::sort(all.values.begin(), all.values.end());
  all.values.erase(std::unique(all.values.begin(), all.values.end()), all.values.end());
  all.labels.reserve(integers.size());
  for (const std::int64_t integer : integers)
    all.labels.push_back(std::lower_bound(all.values.begin(), all.values.end(), integer) -
                         all.values.begin());
  return all;
}

ClassNames::ClassNames(std::span<const std::string> names) {
  for (std::size_t c = 0; c < names.size(); ++c) {
    distinct_ = by_name_.emplace(names[c], c).second && distinct_;
    if (const auto value = integer_of(names[c])) by_value_.emplace(*value, c);
    if (is_code(names[c])) codes_.insert(std::int64_t(c));
  }
}

std::optional<std::int64_t> ClassNames::find(std::string_view text) const {
  const auto found = by_name_.find(text);
  if (found != by_name_.end()) return found->second;
  const auto value = is_code(text) ? std::nullopt : integer_of(text);
  const auto number = value ? find(*value) : std::nullopt;
  return number && codes_.contains(*number) ? std::nullopt : number;
}

std::optional<std::int64_t> ClassNames::find(std::int64_t value) const {
  const auto found = by_value_.find(value);
  return found == by_value_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<std::string> numbered(std::int64_t classes) {
  std::vector<std::string> names;
  for (std::int64_t k = 0; k < classes; ++k) names.push_back(std::to_string(k));
  return names;
}

void read_labels(const std::vector<LabelText>& texts, const LabelOptions& options,
                 std::string_view source, const Column& column, Asker asker, Dataset& data) {
  const Place place{source, column, asker};
  if (texts.empty()) return;
  if (options.kind == LabelKind::targets) {
    read_targets(texts, place, data);
  } else if (are_names(texts, options)) {
    read_names(texts, options, place, data);
  } else if (options.classes > 0) {
    read_numbered(texts, options, place, data);
  } else {
    read_spelled_integers(texts, source, column, asker, data);
  }
}

}  // namespace glassgrad::detail
