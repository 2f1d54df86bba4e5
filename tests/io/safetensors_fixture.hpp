// A folder of its own for each test of a safetensors file, and a small model to keep.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "glassgrad/array/error.hpp"
#include "glassgrad/io/safetensors.hpp"

namespace glassgrad::testing_safetensors {

namespace fs = std::filesystem;

class SafetensorsFile : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "glassgrad-safetensors-XXXXXX").string();
    folder = ::mkdtemp(pattern.data());
    path = folder / "model.safetensors";
  }
  void TearDown() override { fs::remove_all(folder); }

  // A file with this header and so many zero bytes of numbers.
  void write_raw(const std::string& header, std::size_t bytes) const {
    const std::uint64_t size = header.size();
    std::string file(sizeof size, '\0');
    std::memcpy(file.data(), &size, sizeof size);
    write_file(path, file + header + std::string(bytes, '\0'));
  }
  std::string read_error() const {
    try {
      read_safetensors(path);
    } catch (const DataError& error) {
      std::string text = error.what();
      const std::size_t place = text.find(path.string());
      return place == std::string::npos ? text : text.replace(place, path.string().size(), "FILE");
    }
    return "no error";
  }
  std::string raw_error(const std::string& header, std::size_t bytes) const {
    write_raw(header, bytes);
    return read_error();
  }

  fs::path folder;
  fs::path path;
};

inline std::vector<NamedTensor> model() {
  return {{"layer.W", {2, 3}, std::vector<double>{1, -2.5, 1e-300, 1e300, -0.0, 0.1}},
          {"step", {}, std::vector<std::int64_t>{-9007199254740993}},
          {"nothing", {0, 4}, std::vector<double>{}}};
}

}  // namespace glassgrad::testing_safetensors
