// Numbers are written with as many digits as they need to be read back the same.
#include "metrics_file.hpp"

#include <cmath>

#include "glassgrad/core/text.hpp"
#include "glassgrad/io/file.hpp"

namespace glassgrad::cli {

MetricsFile::MetricsFile(std::filesystem::path path, const std::string& quality)
    : path_(std::move(path)), header_("seed") {
  const EpochRow none;
  each_column(none, [&](std::string column, double) {
    if (const auto at = column.find("quality"); at != column.npos) column.replace(at, 7, quality);
    header_ += "," + column;
  });
  header_ += "\n";
}

void MetricsFile::write(std::int64_t seed, const std::vector<EpochRow>& rows) {
  if (path_.empty()) return;
  std::string text;
  for (const EpochRow& row : rows) {
    text += to_text(seed);
    each_column(row, [&](const char*, double number) {
      text += "," + (std::isnan(number) ? "" : to_text(number));
    });
    text += "\n";
  }
  std::erase_if(lines_, [&](const auto& known) { return known.first == seed; });
  lines_.emplace_back(seed, text);
  std::string all = header_;
  for (const auto& [its_seed, its_lines] : lines_) all += its_lines;
  write_file(path_, all);
}

}  // namespace glassgrad::cli
