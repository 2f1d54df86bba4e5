// metrics.csv: one line for every epoch of every seed, after the run's columns three for every
// parameter; what was not measured is empty, as is the update ratio of a parameter that was 0.
#pragma once

#include <filesystem>
#include <vector>

#include "training.hpp"

namespace glassgrad::cli {

class MetricsFile {
 public:
  // `quality` is what the columns of quality are called: accuracy or R2.
  MetricsFile(std::filesystem::path path, std::string quality);
  // Replaces this seed's lines, and rewrites the file. Without a path nothing is written.
  void write(std::int64_t seed, const std::vector<EpochRow>& rows);

 private:
  std::string header() const;

  std::filesystem::path path_;
  std::string quality_;
  std::vector<std::string> parameters_;
  std::vector<std::pair<std::int64_t, std::string>> lines_;
};

}  // namespace glassgrad::cli
