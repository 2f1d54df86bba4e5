// Common to the writer and the reader of safetensors files.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "glassgrad/io/safetensors.hpp"

namespace glassgrad::detail {

constexpr std::string_view metadata_name = "__metadata__";
constexpr std::string_view checksum_key = "checksum";
constexpr std::uint64_t longest_safetensors_header = 100'000'000;  // as the reference reader

// A tensor as the file has it.
struct StoredTensor {
  std::string name;
  std::string dtype;  // "F64", "F32" or "I64"
  std::vector<std::int64_t> shape;
  std::string_view bytes;
};

std::string checksum_of(std::vector<StoredTensor> tensors,
                        const std::map<std::string, std::string>& metadata);

}  // namespace glassgrad::detail
