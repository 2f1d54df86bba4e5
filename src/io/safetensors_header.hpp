// The JSON at the beginning of a safetensors file, read event by event: linear in its length, no
// deeper than the format, without duplicates. safetensors_read.cpp reads the numbers after it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "glassgrad/io/source.hpp"

namespace glassgrad::detail {

// A tensor in the header; its numbers are bytes [begin, end) after it.
struct TensorEntry {
  std::string name, dtype;  // "F64", "F32" or "I64"
  std::vector<std::int64_t> shape;
  std::uint64_t begin = 0, end = 0;
};

struct SafetensorsHeader {
  std::vector<TensorEntry> tensors;  // by position, contiguous from byte 0
  std::map<std::string, std::string> metadata;
};

// Throws DataError: no such file, truncated, damaged, a name twice, sizes that do not fit.
SafetensorsHeader read_safetensors_header(Source& source);

}  // namespace glassgrad::detail
