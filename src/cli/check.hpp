// `glassgrad check`: whether the numbers of a snapshot agree with each other.
#pragma once

#include <filesystem>
#include <vector>

namespace glassgrad::cli {

struct CheckRequest {
  std::vector<std::filesystem::path> files;
};

// The exit code: 1 when an identity does not hold. Throws DataError for a file that is no snapshot.
int check(const CheckRequest& request);

}  // namespace glassgrad::cli
