// Counting what was right.
#include "glassgrad/data/metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "array/columns.hpp"
#include "glassgrad/array/error.hpp"
#include "glassgrad/array/named.hpp"
#include "glassgrad/array/narrow.hpp"

namespace glassgrad {
namespace {

void check_sizes(std::string_view where, std::size_t labels, std::size_t predicted) {
  if (labels == predicted && labels > 0) return;
  throw DataError(where, fmt::format("{} true values, {} predictions", labels, predicted),
                  "Give one prediction for each, and at least one");
}

double ratio(std::int64_t over, std::int64_t under) {
  return under == 0 ? 0 : static_cast<double>(over) / static_cast<double>(under);
}

// A column of text cells of one width; the first column is left-aligned, others right-aligned.
using Cells = std::vector<std::string>;

std::string join_columns(const std::vector<Cells>& columns) {
  std::string text;
  for (std::size_t i = 0; i < columns[0].size(); ++i) {
    std::string line;
    for (const Cells& column : columns) {
      int width = 0;
      for (const std::string& cell : column) width = std::max(width, text_columns(cell));
      const std::string space(std::size_t(width - text_columns(column[i])), ' ');
      line += &column == &columns[0] ? column[i] + space : "  " + space + column[i];
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

// Sums of squares, of numbers times 2^up: targets minus predictions, and minus their mean.
struct Squares {
  double unexplained = 0, total = 0;
};

Squares squares_of(std::span<const double> targets, std::span<const double> predicted, int up) {
  Squares squares;
  double mean = 0;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    mean += (std::ldexp(targets[i], up) - mean) / static_cast<double>(i + 1);
  }
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const double target = std::ldexp(targets[i], up);
    const double error = target - std::ldexp(predicted[i], up);
    squares.unexplained += error * error;
    squares.total += (target - mean) * (target - mean);
  }
  return squares;
}

}  // namespace

std::vector<std::int64_t> argmax_rows(const Matrix& scores) {
  if (scores.columns < 1) {
    throw DataError("argmax_rows", "scores have no columns", "Give a column per class");
  }
  std::vector<std::int64_t> largest;
  for (std::int64_t i = 0; i < scores.rows; ++i) {
    const auto row = scores.row(i);
    if (std::any_of(row.begin(), row.end(), [](double score) { return std::isnan(score); })) {
      throw DataError("argmax_rows", fmt::format("row {} of the scores holds nan", i),
                      "Look where the model turned to nan; a smaller learning rate may help");
    }
    largest.push_back(std::max_element(row.begin(), row.end()) - row.begin());
  }
  return largest;
}

double accuracy(std::span<const std::int64_t> labels, std::span<const std::int64_t> predicted) {
  check_sizes("accuracy", labels.size(), predicted.size());
  std::int64_t correct = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) correct += labels[i] == predicted[i] ? 1 : 0;
  return ratio(correct, static_cast<std::int64_t>(labels.size()));
}

double r_squared(std::span<const double> targets, std::span<const double> predicted) {
  check_sizes("r_squared", targets.size(), predicted.size());
  const bool constant = std::all_of(targets.begin(), targets.end(),
                                    [&](double target) { return target == targets[0]; });
  if (constant) return std::equal(targets.begin(), targets.end(), predicted.begin()) ? 1 : 0;
  Squares squares = squares_of(targets, predicted, 0);
  if (!(squares.total > 0x1p-800 && squares.total < 0x1p800)) {  // squares have left the range
    double half = 0;
    for (const double target : targets)
      half = std::max(half, std::abs(target / 2 - targets[0] / 2));
    const double least = std::numeric_limits<double>::denorm_min();
    squares = squares_of(targets, predicted, -std::ilogb(std::max(half, least)));
  }
  return 1 - squares.unexplained / squares.total;
}

ConfusionMatrix::ConfusionMatrix(std::span<const std::int64_t> labels,
                                 std::span<const std::int64_t> predicted,
                                 Setting<"ConfusionMatrix", "classes"> classes)
    : classes_(classes) {
  check_sizes("ConfusionMatrix", labels.size(), predicted.size());
  if (classes < 1) {
    throw DataError("ConfusionMatrix", fmt::format("{} classes", classes), "Give 1 or more");
  }
  counts_ =
      room_for<std::int64_t>("ConfusionMatrix", size_product("ConfusionMatrix", classes, classes));
  for (std::size_t i = 0; i < labels.size(); ++i) {
    for (const auto& [name, value] :
         {std::pair{"label", labels[i]}, {"prediction", predicted[i]}}) {
      if (value >= 0 && value < classes) continue;
      throw DataError("ConfusionMatrix",
                      fmt::format("{} {} at place {} is out of range", name, value, i),
                      fmt::format("Classes go from 0 to {}", classes - 1));
    }
    ++counts_[static_cast<std::size_t>(labels[i] * classes + predicted[i])];
  }
}

std::int64_t ConfusionMatrix::count(Label label, Label predicted) const {
  if (label < 0 || label >= classes_ || predicted < 0 || predicted >= classes_) {
    throw DataError("ConfusionMatrix", fmt::format("no entry ({}, {})", label, predicted),
                    fmt::format("Classes go from 0 to {}", classes_ - 1));
  }
  return counts_[static_cast<std::size_t>(label * classes_ + predicted)];
}

std::int64_t ConfusionMatrix::row_sum(std::int64_t label) const {
  std::int64_t sum = 0;
  for (std::int64_t c = 0; c < classes_; ++c) sum += count(label, c);
  return sum;
}

std::int64_t ConfusionMatrix::column_sum(std::int64_t predicted) const {
  std::int64_t sum = 0;
  for (std::int64_t c = 0; c < classes_; ++c) sum += count(c, predicted);
  return sum;
}

double ConfusionMatrix::accuracy() const {
  std::int64_t correct = 0;
  for (std::int64_t c = 0; c < classes_; ++c) correct += count(c, c);
  return ratio(correct, std::accumulate(counts_.begin(), counts_.end(), std::int64_t{0}));
}

ClassScore ConfusionMatrix::score(Label label) const {
  const std::int64_t correct = count(label, label);
  const std::int64_t truly = row_sum(label);
  const std::int64_t predicted = column_sum(label);
  return {ratio(correct, predicted), ratio(correct, truly), ratio(2 * correct, truly + predicted),
          truly};
}

ClassScore ConfusionMatrix::macro() const {
  ClassScore mean;
  double classes = 0;
  for (std::int64_t c = 0; c < classes_; ++c) {
    if (row_sum(c) + column_sum(c) == 0) continue;
    const ClassScore one = score(c);
    ++classes;
    mean.precision += one.precision;
    mean.recall += one.recall;
    mean.f1 += one.f1;
    mean.support += one.support;
  }
  mean.precision /= classes;
  mean.recall /= classes;
  mean.f1 /= classes;
  return mean;
}

std::string ConfusionMatrix::text(std::span<const std::string> names) const {
  if (!names.empty() && names.size() != static_cast<std::size_t>(classes_)) {
    throw DataError("ConfusionMatrix",
                    fmt::format("{} names for {} classes", names.size(), classes_),
                    "Give a name per class, or none");
  }
  const auto name = [&](std::int64_t c) {
    return names.empty() ? fmt::format("{}", c) : names[static_cast<std::size_t>(c)];
  };
  Cells labels{"true \\ predicted"};
  Cells recalls{"recall"};
  for (std::int64_t c = 0; c < classes_; ++c) {
    labels.push_back(name(c));
    recalls.push_back(fmt::format("{:.3f}", score(c).recall));
  }
  labels.push_back("precision");
  recalls.push_back("");
  std::vector<Cells> columns{labels};
  for (std::int64_t c = 0; c < classes_; ++c) {
    Cells& column = columns.emplace_back(Cells{name(c)});
    for (std::int64_t label = 0; label < classes_; ++label) {
      column.push_back(fmt::format("{}", count(label, c)));
    }
    column.push_back(fmt::format("{:.3f}", score(c).precision));
  }
  columns.push_back(recalls);
  const ClassScore mean = macro();
  return join_columns(columns) +
         fmt::format("accuracy {:.4f}, macro precision {:.4f}, recall {:.4f}, f1 {:.4f}\n",
                     accuracy(), mean.precision, mean.recall, mean.f1);
}

}  // namespace glassgrad
