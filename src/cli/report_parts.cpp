// Formulas of updates, the plane of two inputs, pictures.
#include "report_parts.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>

#include "glassgrad/array/text.hpp"
#include "glassgrad/show/snapshot/recorder.hpp"
#include "glassgrad/show/snapshot/simplify.hpp"

namespace glassgrad::cli {

std::string rule_text(const std::vector<Update>& updates, const std::vector<double>& value,
                      const std::vector<double>& gradient) {
  const std::string& parameter = updates.front().parameter;
  const auto name_of = [&](const std::string& changed) {
    return changed == parameter ? "w" : changed;
  };
  std::vector<const Update*> earlier;
  std::string text;
  for (const Update& update : updates) {
    if (update.parameter != parameter) break;  // the others' steps are the same
    std::vector<Replacement> names;
    for (std::size_t k = 0; k < update.inputs.size(); ++k) {
      const std::vector<double>& numbers = update.inputs[k].numbers;
      const auto made = std::find_if(earlier.rbegin(), earlier.rend(), [&](const Update* before) {
        return before->result.numbers == numbers;
      });
      std::string name = name_of(update.changed);
      if (made != earlier.rend())
        name = name_of((*made)->changed);
      else if (numbers == value)
        name = "w";
      else if (numbers == gradient)
        name = "g";
      else if (update.inputs[k].shape.rank() == 0)
        name = to_text(numbers[0], 4);
      names.push_back({std::to_string(k), Formula::symbol(name)});
    }
    const std::string formula = substituted(update.formula, names).text();
    const std::string changed = name_of(update.changed);
    text += (text.empty() ? "" : "; ") + changed + " = " + formula;
    earlier.push_back(&update);
  }
  return text;
}

SnapshotArray kept_array(const std::vector<double>& numbers, const Shape& shape,
                         std::int64_t limit) {
  return snapshot_array(View<const double>{numbers.data(), &shape}, limit);
}

template <class T>
Field field_over(const Training<T>& training) {
  constexpr std::int64_t most_points = 400;
  constexpr double margin = 0.1;
  Field field;
  const auto& names = training.description.features;
  if (names.size() == 2) field.x_name = names[0], field.y_name = names[1];
  const std::int64_t every = (training.examples() + most_points - 1) / most_points;
  for (std::int64_t row = 0; row < training.examples(); ++row) {
    const std::vector<double> at = training.training_inputs(row);
    if (row == 0) field.x_low = field.x_high = at[0], field.y_low = field.y_high = at[1];
    field.x_low = std::min(field.x_low, at[0]), field.x_high = std::max(field.x_high, at[0]);
    field.y_low = std::min(field.y_low, at[1]), field.y_high = std::max(field.y_high, at[1]);
    if (row % every == 0) field.points.push_back({at[0], at[1], int(training.training_label(row))});
  }
  const auto widen = [&](double& low, double& high) {
    const double by = high > low ? margin * (high - low) : 0.5;
    low -= by, high += by;
    const double unit = std::pow(10, std::floor(std::log10(high - low)) - 1);
    low = unit * std::floor(low / unit), high = unit * std::ceil(high / unit);
  };
  widen(field.x_low, field.x_high), widen(field.y_low, field.y_high);
  return field;
}
template Field field_over(const Training<float>&);
template Field field_over(const Training<double>&);

Matrix cells_of(const Field& field) {
  std::vector<double> cells;
  const auto place = [](double low, double high, std::int64_t i, std::int64_t count) {
    return low + (high - low) * (double(i) + 0.5) / double(count);
  };
  for (std::int64_t j = 0; j < field.rows; ++j)
    for (std::int64_t i = 0; i < field.columns; ++i) {
      cells.push_back(place(field.x_low, field.x_high, i, field.columns));
      cells.push_back(place(field.y_low, field.y_high, j, field.rows));
    }
  return Matrix(field.rows * field.columns, 2, std::move(cells));
}

std::int64_t picture_side(const ModelDescription& description) {
  const auto side = std::int64_t(std::lround(std::sqrt(double(description.architecture.inputs))));
  if (side < 8 || side * side != description.architecture.inputs) return 0;
  // the letters before the number, the same for all
  const auto letters = [](const std::string& name) {
    std::size_t end = name.size();
    while (end > 0 && std::isdigit(static_cast<unsigned char>(name[end - 1]))) --end;
    return end < name.size() ? name.substr(0, end) : name;
  };
  for (const std::string& name : description.features)
    if (letters(name) == name || letters(name) != letters(description.features.front())) return 0;
  return side;
}

}  // namespace glassgrad::cli
