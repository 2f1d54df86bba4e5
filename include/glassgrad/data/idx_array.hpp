// An IDX file as it is: the numbers in their own type.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace glassgrad {

// An array as the file has it; `numbers` holds the entries in row-major order.
struct IdxArray {
  std::vector<std::int64_t> shape;
  std::variant<std::vector<std::uint8_t>, std::vector<std::int8_t>, std::vector<std::int16_t>,
               std::vector<std::int32_t>, std::vector<float>, std::vector<double>>
      numbers;
};

// Throws DataError: missing, truncated or overlong file; a wrong magic number; a name ending in .gz
// without gzip inside; damaged gzip.
IdxArray read_idx(const std::string& path);

}  // namespace glassgrad
