// Numbers are written with as many digits as they need to be read back the same.
#include "metrics_file.hpp"

#include <cmath>
#include <limits>

#include "glassgrad/array/text.hpp"
#include "glassgrad/io/file.hpp"

namespace glassgrad::cli {
namespace {
constexpr double not_known = std::numeric_limits<double>::quiet_NaN();
}

MetricsFile::MetricsFile(std::filesystem::path path, std::string quality)
    : path_(std::move(path)), quality_(std::move(quality)) {}

std::string MetricsFile::header() const {
  std::string text = "seed";
  const EpochRow none;
  each_column(none, [&](std::string column, double) {
    if (const auto at = column.find("quality"); at != column.npos) column.replace(at, 7, quality_);
    text += "," + column;
  });
  for (const std::string& parameter : parameters_)
    for (const char* what : {"gradient", "clipped", "update_ratio"})
      text += "," + parameter + "." + what;
  return text + "\n";
}

void MetricsFile::write(std::int64_t seed, const std::vector<EpochRow>& rows) {
  if (path_.empty()) return;
  std::string text;
  const auto add = [&](double number) {
    text += "," + (std::isfinite(number) ? to_text(number) : "");
  };
  if (parameters_.empty() && !rows.empty())
    for (const StepNorms& step : rows.back().steps) parameters_.push_back(step.parameter);
  for (const EpochRow& row : rows) {
    text += to_text(seed);
    each_column(row, [&](const char*, double number) { add(number); });
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
      const bool known = i < row.steps.size();
      const StepNorms step = known ? row.steps[i] : StepNorms{};
      add(known ? step.gradient : not_known);
      add(known ? step.clipped : not_known);
      add(known ? step.ratio() : not_known);
    }
    text += "\n";
  }
  std::erase_if(lines_, [&](const auto& known) { return known.first == seed; });
  lines_.emplace_back(seed, text);
  std::string all = header();
  for (const auto& [its_seed, its_lines] : lines_) all += its_lines;
  write_file(path_, all);
}

}  // namespace glassgrad::cli
