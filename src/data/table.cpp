// Matrices and data sets: making, checking, taking rows.
#include "glassgrad/data/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "glassgrad/array/error.hpp"
#include "glassgrad/array/named.hpp"
#include "glassgrad/array/narrow.hpp"

namespace glassgrad {
namespace {

std::size_t checked_size(std::int64_t rows, std::int64_t columns) {
  if (rows < 0 || columns < 0) {
    throw DataError("Matrix", fmt::format("{} rows and {} columns", rows, columns),
                    "Give sizes of 0 or more");
  }
  return static_cast<std::size_t>(size_product("Matrix", rows, columns));
}

template <class T>
std::vector<T> take_entries(const std::vector<T>& all, std::span<const std::int64_t> rows) {
  std::vector<T> taken;
  if (all.empty()) return taken;
  taken.reserve(rows.size());
  for (const std::int64_t row : rows) taken.push_back(all[static_cast<std::size_t>(row)]);
  return taken;
}

}  // namespace

Matrix::Matrix(Rows rows_, Columns columns_, double fill)
    : rows(rows_),
      columns(columns_),
      numbers(room_for<double>("Matrix", static_cast<std::int64_t>(checked_size(rows_, columns_)),
                               fill)) {}

Matrix::Matrix(Rows rows_, Columns columns_, std::vector<double> numbers_)
    : rows(rows_), columns(columns_), numbers(std::move(numbers_)) {
  if (checked_size(rows, columns) != numbers.size()) {
    throw DataError("Matrix",
                    fmt::format("{} rows of {} columns need {} numbers, {} are given", rows,
                                columns, checked_size(rows, columns), numbers.size()),
                    "Give rows * columns numbers");
  }
}

Matrix::Matrix(std::initializer_list<std::initializer_list<double>> rows_)
    : rows(static_cast<std::int64_t>(rows_.size())) {
  if (rows > 0) columns = static_cast<std::int64_t>(rows_.begin()->size());
  for (const auto& row : rows_) {
    if (row.size() != width()) {
      throw DataError("Matrix",
                      fmt::format("row 0 has {} numbers, another {}", columns, row.size()),
                      "Give rows of the same length");
    }
    numbers.insert(numbers.end(), row.begin(), row.end());
  }
}

Matrix take(const Matrix& matrix, std::span<const std::int64_t> rows) {
  Matrix taken;
  taken.rows = static_cast<std::int64_t>(rows.size());
  taken.columns = matrix.columns;
  taken.numbers.reserve(checked_size(taken.rows, taken.columns));
  for (const std::int64_t row : rows) {
    if (row < 0 || row >= matrix.rows) {
      throw DataError("take", fmt::format("there is no row {} of {}", row, matrix.rows),
                      fmt::format("Give rows from 0 to {}", matrix.rows - 1));
    }
    const auto numbers = matrix.row(row);
    taken.numbers.insert(taken.numbers.end(), numbers.begin(), numbers.end());
  }
  return taken;
}

Dataset take(const Dataset& data, std::span<const std::int64_t> rows) {
  check_dataset(data);
  return {take(data.x, rows), take_entries(data.labels, rows), take_entries(data.targets, rows),
          data.features, data.classes};
}

void check_dataset(const Dataset& data) {
  const auto rows = static_cast<std::size_t>(data.x.rows);
  for (const auto& [name, count] :
       {std::pair{"labels", data.labels.size()}, {"targets", data.targets.size()}}) {
    if (count != 0 && count != rows) {
      throw DataError("Dataset", fmt::format("{} rows of x but {} {}", rows, count, name),
                      fmt::format("Give one of the {} per row, or none", name));
    }
  }
  const auto classes = static_cast<std::int64_t>(data.classes.size());
  for (std::size_t i = 0; i < data.labels.size(); ++i) {
    const std::int64_t label = data.labels[i];
    if (label >= 0 && (classes == 0 || label < classes)) continue;
    throw DataError("Dataset",
                    classes == 0 ? fmt::format("row {} has label {}", i, label)
                                 : fmt::format("row {} has label {}, but there are {} classes", i,
                                               label, classes),
                    classes == 0 ? "Number classes from 0"
                                 : fmt::format("Labels go from 0 to {}", classes - 1));
  }
}

}  // namespace glassgrad
