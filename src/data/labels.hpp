// From the text of labels to classes or targets.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "csv_lines.hpp"
#include "glassgrad/data/csv.hpp"

namespace glassgrad::detail {

// The whole of `text` as a number, the same in every locale: 1, -2.5, +3e4, nan, inf. None when it
// is something else; infinity (with `*overflow` set) when it is outside the range of double.
std::optional<double> number_of(std::string_view text, bool* overflow);

struct LabelText {
  std::string text;
  std::int64_t line;
};

// Fills data.labels and data.classes, or data.targets.
void read_labels(const std::vector<LabelText>& texts, const LabelOptions& options,
                 std::string_view source, const Column& column, Dataset& data);

// "0", "1", ... for integer labels: `classes` of them, or when that is 0 as many as occur; then
// every class must occur. Labels are not negative. Throws DataError as `[where] source ...`.
std::vector<std::string> class_names(std::span<const std::int64_t> labels, std::int64_t classes,
                                     std::string_view where, std::string_view source);

}  // namespace glassgrad::detail
