// metrics.csv: one line for every epoch of every seed; what was not measured is empty.
#pragma once

#include <filesystem>
#include <vector>

#include "training.hpp"

namespace glassgrad::cli {

class MetricsFile {
 public:
  // `quality` is what the columns of quality are called: accuracy or R2.
  MetricsFile(std::filesystem::path path, const std::string& quality);
  // Replaces what is known of this seed, and the file, as a whole. No path: nothing is written.
  void write(std::int64_t seed, const std::vector<EpochRow>& rows);

 private:
  std::filesystem::path path_;
  std::string header_;
  std::vector<std::pair<std::int64_t, std::string>> lines_;
};

}  // namespace glassgrad::cli
