// How good predictions are. Classes are integers 0 to classes - 1, as in Dataset::labels.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "glassgrad/data/table.hpp"

#include "glassgrad/array/setting.hpp"

namespace glassgrad {

// The column of the largest entry of every row, the first of several. Throws DataError on NaN.
std::vector<std::int64_t> argmax_rows(const Matrix& scores);

// correct / all. Throws DataError when the sizes differ or there is nothing.
double accuracy(std::span<const std::int64_t> labels, std::span<const std::int64_t> predicted);

// R^2 = 1 - sum (t - p)^2 / sum (t - mean t)^2: 1 is perfect, 0 no better than the mean. When all
// targets are equal: 1 if all predictions are right, else 0.
double r_squared(std::span<const double> targets, std::span<const double> predicted);

// precision = correct / predicted as c, recall = correct / truly c, f1 = their harmonic mean
// 2 correct / (predicted as c + truly c); 0 where the denominator is 0.
struct ClassScore {
  double precision = 0;
  double recall = 0;
  double f1 = 0;
  std::int64_t support = 0;  // examples truly of this class
};

// counts[true * classes + predicted].
class ConfusionMatrix {
 public:
  using Label = Setting<"ConfusionMatrix", "a label">;
  // Throws DataError when the sizes differ or a class is out of range.
  ConfusionMatrix(std::span<const std::int64_t> labels, std::span<const std::int64_t> predicted,
                  Setting<"ConfusionMatrix", "classes"> classes);

  std::int64_t classes() const { return classes_; }
  std::int64_t count(Label label, Label predicted) const;  // throws out of range
  double accuracy() const;

  ClassScore score(Label label) const;
  // Plain means over the classes that occur among labels or predictions; support is their sum.
  ClassScore macro() const;

  // A table: a row per true class with its recall, a column per predicted class with its precision.
  // Without names the classes are numbered.
  std::string text(std::span<const std::string> names = {}) const;

 private:
  std::int64_t row_sum(std::int64_t label) const;
  std::int64_t column_sum(std::int64_t predicted) const;

  std::int64_t classes_;
  std::vector<std::int64_t> counts_;
};

}  // namespace glassgrad
