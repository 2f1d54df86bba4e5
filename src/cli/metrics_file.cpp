// Numbers are written with as many digits as they need to be read back the same.
#include "metrics_file.hpp"

#include <cmath>

#include "glassgrad/core/text.hpp"
#include "glassgrad/io/file.hpp"

namespace glassgrad::cli {
namespace {

std::string field(double number) { return std::isnan(number) ? "" : to_text(number); }

}  // namespace

MetricsFile::MetricsFile(std::filesystem::path path, std::string quality)
    : path_(std::move(path)),
      header_(join("seed,epoch,rate,loss,", quality, ",test_loss,test_", quality, "\n")) {}

void MetricsFile::write(std::int64_t seed, const std::vector<EpochRow>& rows) {
  if (path_.empty()) return;
  std::string text;
  for (const EpochRow& row : rows)
    text += join(seed, ",", std::int64_t(row.epoch), ",", row.rate, ",", row.loss, ",", row.quality,
                 ",", field(row.test_loss), ",", field(row.test_quality), "\n");
  std::erase_if(lines_, [&](const auto& known) { return known.first == seed; });
  lines_.emplace_back(seed, text);
  std::string all = header_;
  for (const auto& [its_seed, its_lines] : lines_) all += its_lines;
  write_file(path_, all);
}

}  // namespace glassgrad::cli
