#include "answers.hpp"

#include <fmt/format.h>

#include <utility>

#include "glassgrad/array/text.hpp"
#include "glassgrad/data/metrics.hpp"
#include "numbers.hpp"

namespace glassgrad::cli {
namespace {

std::string field(const std::string& name) {
  if (name.find_first_of(",\"\r\n") == std::string::npos) return name;
  std::string quoted = "\"";
  for (const char letter : name) quoted.append(letter == '"' ? 2 : 1, letter);
  return quoted + "\"";
}

}  // namespace

Answers::Answers(std::vector<std::string> classes, bool probabilities)
    : classes_(std::move(classes)), probabilities_(probabilities && !classes_.empty()) {}

std::string Answers::header() const {
  std::string text = "prediction";
  if (probabilities_)
    for (const std::string& name : classes_) text += "," + field("p_" + name);
  return text + "\n";
}

std::string Answers::lines(const Matrix& outputs, const Dataset& truth) {
  std::string text;
  const auto best = classes_.empty() ? std::vector<std::int64_t>{} : argmax_rows(outputs);
  for (std::int64_t i = 0; i < outputs.rows; ++i) {
    text += classes_.empty() ? to_text(outputs(i, 0))
                             : field(classes_[std::size_t(best[std::size_t(i)])]);
    if (probabilities_)
      for (const double p : outputs.row(i)) text += join(",", p);
    text += "\n";
  }
  if (!truth.labels.empty()) {
    labels_.insert(labels_.end(), truth.labels.begin(), truth.labels.end());
    chosen_.insert(chosen_.end(), best.begin(), best.end());
  }
  if (!truth.targets.empty()) {
    targets_.insert(targets_.end(), truth.targets.begin(), truth.targets.end());
    numbers_.insert(numbers_.end(), outputs.numbers.begin(), outputs.numbers.end());
  }
  return text;
}

std::string Answers::quality() const {
  std::string text;
  if (!labels_.empty()) {
    const double right = accuracy(labels_, chosen_);
    text += fmt::format("accuracy {:.4f} ({:.0f} of {})\n", right, right * double(labels_.size()),
                        labels_.size());
  }
  if (!targets_.empty()) text += fmt::format("R2 {}\n", in_short(r_squared(targets_, numbers_), 6));
  return text;
}

}  // namespace glassgrad::cli
