// From the text of labels to classes or targets; and from integers to classes.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "csv_lines.hpp"
#include "glassgrad/data/csv.hpp"

namespace glassgrad::detail {

struct LabelText {
  std::string text;
  std::int64_t line;
};

// Fills data.labels and data.classes, or data.targets.
void read_labels(const std::vector<LabelText>& texts, const LabelOptions& options,
                 std::string_view source, const Column& column, Asker asker, Dataset& data);

// The whole of `text` as an integer: 3, +3, 3.0, 3e0. None when it is no integer of 64 bits.
std::optional<std::int64_t> integer_of(std::string_view text);

// Whether there are leading zeros, as in "01" and "-00.5".
bool is_code(std::string_view text);

// Fills data.labels and data.classes from numbers as written: the distinct ones in ascending order.
// One written in several ways is one class, with a note in data.notes; with and without leading
// zeros is ambiguous and refused. (spelled_integers.cpp)
void read_spelled_integers(const std::vector<LabelText>& texts, std::string_view source,
                           const Column& column, Asker asker, Dataset& data);

// Integers to classes: the distinct values in ascending order are classes 0, 1, ...
struct IntegerClasses {
  std::vector<std::int64_t> labels;  // one for each value
  std::vector<std::int64_t> values;  // one for each class
};
IntegerClasses classes_of(std::span<const std::int64_t> integers);

// Finds a class by its name, or by its number however it is written: "3.0" is the class "3".
// Leading zeros make it a code: "03" is the class "03" alone.
class ClassNames {
 public:
  explicit ClassNames(std::span<const std::string> names);
  std::optional<std::int64_t> find(std::string_view text) const;
  std::optional<std::int64_t> find(std::int64_t value) const;
  bool distinct() const { return distinct_; }

 private:
  std::map<std::string, std::int64_t, std::less<>> by_name_;
  std::map<std::int64_t, std::int64_t> by_value_;
  std::set<std::int64_t> codes_;
  bool distinct_ = true;
};

// "0", "1", ...
std::vector<std::string> numbered(std::int64_t classes);

}  // namespace glassgrad::detail
