// What `predict` answers, as CSV, block by block; and how good the answers are.
#pragma once

#include <string>
#include <vector>

#include "glassgrad/data/table.hpp"

namespace glassgrad::cli {

class Answers {
 public:
  // Of these classes, or none: numbers.
  Answers(std::vector<std::string> classes, bool probabilities);

  std::string header() const;
  // The lines for some rows of outputs; remembers what is needed to compare them with `truth`,
  // their labels or targets, where it has any.
  std::string lines(const Matrix& outputs, const Dataset& truth);
  // "accuracy 0.9000 (9 of 10)\n" or "R2 0.900000\n"; empty when there was no truth.
  std::string quality() const;

 private:
  std::vector<std::string> classes_;
  bool probabilities_;
  std::vector<std::int64_t> labels_, chosen_;
  std::vector<double> targets_, numbers_;
};

}  // namespace glassgrad::cli
