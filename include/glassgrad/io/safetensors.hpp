// Tensors by name in one file, in the safetensors format (github.com/huggingface/safetensors):
// eight bytes with the length of the header, little-endian; the header, JSON:
//   {"__metadata__": {"key": "text", ...}, "W": {"dtype": "F64", "shape": [3, 4],
//    "data_offsets": [0, 96]}, ...}
// then the numbers, little-endian, row-major. In Python: safetensors.numpy.load_file(path) or
// safetensors.torch.load_file(path). Written whole or not at all (file.hpp).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "glassgrad/io/file.hpp"

namespace glassgrad {

// float64, float32 or int64 numbers in row-major order; a shape of () is a single number.
struct NamedTensor {
  std::string name;
  std::vector<std::int64_t> shape;
  std::variant<std::vector<double>, std::vector<float>, std::vector<std::int64_t>> data;

  bool operator==(const NamedTensor&) const = default;
};

// The numbers of any of the three kinds as double.
std::vector<double> numbers_of(const NamedTensor& tensor);

// A file's tensors and metadata, for instance {"architecture": "<JSON>"}.
struct Safetensors {
  std::vector<NamedTensor> tensors;
  std::map<std::string, std::string> metadata;

  bool has(std::string_view name) const;
  // Throws DataError that lists the existing names.
  const NamedTensor& tensor(std::string_view name) const;
};

// Writes `tensors`, the eight-byte numbers first so that every tensor is aligned, else in the given
// order, and `metadata` with a "checksum" added:
//   "crc32:" + hex of crc32 over, for each tensor in the order of names,
//      name \0 dtype \0 shape joined by "," \0 numbers, then for each metadata key \0 text \0.
// It covers the contents, not their order in the file: a tool may rewrite the file and keep it.
// Throws DataError: a name that is empty, duplicate, or "__metadata__"; numbers that do not fill
// the shape; text that is not UTF-8; the key "checksum"; what write_file throws.
void write_safetensors(const std::string& path, const std::vector<NamedTensor>& tensors,
                       const std::map<std::string, std::string>& metadata = {},
                       const WriteHook& before = {});
// Throws what write_safetensors would, but for errors of the disk.
void check_safetensors(const std::vector<NamedTensor>& tensors,
                       const std::map<std::string, std::string>& metadata = {});

// Reads any safetensors file of F64, F32 and I64 tensors, in the order of their place in the file;
// verifies the checksum where there is one of ours ("crc32:...") and leaves it out of `metadata`.
// The file is opened and read once, gzip or not; "-" is standard input. Linear in its size.
// Throws DataError: not such a file, truncated, damaged, duplicate names, sizes that do not fit,
// too little memory.
Safetensors read_safetensors(const std::string& path);

}  // namespace glassgrad
