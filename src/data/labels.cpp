#include "labels.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "../io/quoted.hpp"
#include "glassgrad/core/error.hpp"

namespace glassgrad::detail {
namespace {

using Names = std::map<std::string, std::int64_t, std::less<>>;

// Whether labels are numbers or names is read from the first.
bool are_names(const std::vector<LabelText>& texts, const LabelOptions& options) {
  bool overflow = false;
  return options.kind == LabelKind::names || !options.class_names.empty() ||
         !number_of(texts.front().text, &overflow);
}

// Integers are also found when written another way: "3.0" is the class "3".
const std::int64_t* find(const Names& names, const std::string& text) {
  auto found = names.find(text);
  bool overflow = false;
  const auto number = number_of(text, &overflow);
  if (found == names.end() && number && std::trunc(*number) == *number &&
      std::abs(*number) < 0x1p53) {
    found = names.find(fmt::format("{}", static_cast<std::int64_t>(*number)));
  }
  return found == names.end() ? nullptr : &found->second;
}

void read_names(const std::vector<LabelText>& texts, const LabelOptions& options,
                std::string_view source, const Column& column, Dataset& data) {
  const bool known = !options.class_names.empty();
  if (known) {
    data.classes = options.class_names;
  } else {
    std::set<std::string> sorted;
    for (const auto& [text, line] : texts) {
      bool overflow = false;
      if (options.kind != LabelKind::names && number_of(text, &overflow)) {
        fail_at(source, line, column,
                fmt::format("label {} is a number among names", in_quotes(text)),
                "Write a name, or read all labels as names (LabelKind::names)");
      }
      sorted.insert(text);
    }
    data.classes.assign(sorted.begin(), sorted.end());
  }
  Names names;
  for (const std::string& name : data.classes) {
    names.emplace(name, static_cast<std::int64_t>(names.size()));
  }
  if (names.size() != data.classes.size()) {
    throw DataError("read_csv", "class_names holds a name twice", "Give every class once");
  }
  for (const auto& [text, line] : texts) {
    const std::int64_t* number = find(names, text);
    if (number == nullptr) {
      fail_at(source, line, column,
              fmt::format("label {} is none of the {} classes", in_quotes(text), names.size()),
              "Write one of " + in_quotes(data.classes));
    }
    data.labels.push_back(*number);
  }
}

void read_integers(const std::vector<LabelText>& texts, const LabelOptions& options,
                   std::string_view source, const Column& column, Dataset& data) {
  for (const auto& [text, line] : texts) {
    bool overflow = false;
    const auto number = number_of(text, &overflow);
    if (!number || std::trunc(*number) != *number || std::abs(*number) >= 0x1p53) {
      fail_at(source, line, column, fmt::format("label {} is not an integer", in_quotes(text)),
              "Number the classes from 0, or read names (LabelKind::names) or numbers to predict "
              "(LabelKind::targets)");
    }
    const auto label = static_cast<std::int64_t>(*number);
    if (label < 0 || (options.classes > 0 && label >= options.classes)) {
      fail_at(source, line, column, fmt::format("label {} is out of range", label),
              options.classes > 0 ? fmt::format("Labels go from 0 to {}", options.classes - 1)
                                  : "Number the classes from 0");
    }
    data.labels.push_back(label);
  }
  data.classes = class_names(data.labels, options.classes, "read_csv", source);
}

void read_targets(const std::vector<LabelText>& texts, std::string_view source,
                  const Column& column, Dataset& data) {
  for (const auto& [text, line] : texts) {
    bool overflow = false;
    const auto number = number_of(text, &overflow);
    if (!number || !std::isfinite(*number)) {
      fail_at(source, line, column,
              fmt::format("target {} is not a finite number", in_quotes(text)), "Write a number");
    }
    data.targets.push_back(*number);
  }
}

}  // namespace

std::optional<double> number_of(std::string_view text, bool* overflow) {
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  double number = 0;
  const char* last = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), last, number);
  if (error == std::errc::invalid_argument || rest != last) return std::nullopt;
  *overflow = error == std::errc::result_out_of_range;
  return *overflow ? std::numeric_limits<double>::infinity() : number;
}

void read_labels(const std::vector<LabelText>& texts, const LabelOptions& options,
                 std::string_view source, const Column& column, Dataset& data) {
  if (options.kind == LabelKind::targets) {
    read_targets(texts, source, column, data);
  } else if (are_names(texts, options)) {
    read_names(texts, options, source, column, data);
  } else {
    read_integers(texts, options, source, column, data);
  }
}

std::vector<std::string> class_names(std::span<const std::int64_t> labels, std::int64_t classes,
                                     std::string_view where, std::string_view source) {
  const std::int64_t largest = *std::max_element(labels.begin(), labels.end());
  if (classes == 0) {
    std::vector<bool> occurs(labels.size() + 1);
    for (const std::int64_t label : labels) {
      if (static_cast<std::size_t>(label) < occurs.size()) {
        occurs[static_cast<std::size_t>(label)] = true;
      }
    }
    const auto missing = std::find(occurs.begin(), occurs.end(), false) - occurs.begin();
    if (missing < largest) {
      throw DataError(where,
                      fmt::format("{}: labels reach {}, but none is {}", source, largest, missing),
                      "Number the classes from 0 without gaps, or say how many there are");
    }
    classes = largest + 1;
  }
  std::vector<std::string> names;
  for (std::int64_t k = 0; k < classes; ++k) names.push_back(fmt::format("{}", k));
  return names;
}

}  // namespace glassgrad::detail
