// Plain data before it meets a tape: a matrix of numbers, a table with column names, and a data
// set, whose rows are examples. Read them from csv.hpp or idx.hpp, or fill them by hand; then
// prepare.hpp.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <vector>

#include "glassgrad/array/setting.hpp"

namespace glassgrad {

// Numbers, row after row: entry (i, j) is numbers[i * columns + j].
struct Matrix {
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  std::vector<double> numbers;

  Matrix() = default;
  using Rows = Setting<"Matrix", "rows">;
  using Columns = Setting<"Matrix", "columns">;
  Matrix(Rows rows, Columns columns, double fill = 0);                   // throws on negatives
  Matrix(Rows rows, Columns columns, std::vector<double> numbers);       // and wrong sizes
  Matrix(std::initializer_list<std::initializer_list<double>> numbers);  // and ragged rows

  // Not checked.
  double& operator()(Rows i, Columns j) { return numbers[place(i, j)]; }
  double operator()(Rows i, Columns j) const { return numbers[place(i, j)]; }
  std::span<double> row(Rows i) { return {numbers.data() + place(i, 0), width()}; }
  std::span<const double> row(Rows i) const { return {numbers.data() + place(i, 0), width()}; }

  bool operator==(const Matrix&) const = default;

 private:
  std::size_t width() const { return static_cast<std::size_t>(columns); }
  std::size_t place(std::int64_t i, std::int64_t j) const {
    return static_cast<std::size_t>(i * columns + j);
  }
};

// What becomes of a missing value: an error; NaN, for an Imputer fitted on the training part
// (prepare.hpp); the column's mean, its median, or a constant; or its row is left out.
enum class Missing { refuse, keep, mean, median, constant, drop };

// A matrix whose columns have names; without a header in the file they are empty.
struct Table {
  std::vector<std::string> columns = {};
  Matrix numbers = {};
};

// Examples as rows. For classification `labels` has one class per row, from 0;
// for regression `targets` has one number per row; without either both are empty.
struct Dataset {
  Matrix x = {};                           // [examples, features]
  std::vector<std::int64_t> labels = {};   // [examples] or empty
  std::vector<double> targets = {};        // [examples] or empty
  std::vector<std::string> features = {};  // the names of the columns of x, or empty
  std::vector<std::string> classes = {};   // names by class: "0", "1", ... or as read; or empty
  // What a reader decided and the file does not say, one sentence each: about all rows, not a
  // selection.
  std::vector<std::string> notes = {};

  std::int64_t size() const { return x.rows; }
};

// The given rows, in the given order, repeats allowed. Throws DataError on an index out of range.
Matrix take(const Matrix& matrix, std::span<const std::int64_t> rows);
Dataset take(const Dataset& data, std::span<const std::int64_t> rows);

// Throws DataError when labels or targets do not belong to the rows of x, or a label to no class.
void check_dataset(const Dataset& data);

}  // namespace glassgrad
