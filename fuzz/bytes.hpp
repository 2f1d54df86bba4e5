// What the targets share: a fuzzer's bytes as a file that a reader opens by its path, and the rule
// that nothing but this library's own Error may come out of a reader.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "glassgrad/array/error.hpp"

namespace glassgrad::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// A file in memory, gone with the object.
class MemoryFile {
 public:
  explicit MemoryFile(std::string_view bytes) : file_(memfd_create("fuzz", 0)) {
    if (file_ < 0 || write(file_, bytes.data(), bytes.size()) != ssize_t(bytes.size())) {
      std::perror("a file in memory");
      std::abort();
    }
  }
  ~MemoryFile() { close(file_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  std::string path() const { return "/proc/self/fd/" + std::to_string(file_); }

 private:
  int file_;
};

// Splits "first <cut> second" at a byte that says where, so that one input holds two files.
inline std::pair<std::string_view, std::string_view> halves(std::string_view bytes) {
  if (bytes.empty()) return {};
  const std::size_t cut = (bytes.size() - 1) * std::uint8_t(bytes[0]) / 255;
  return {bytes.substr(1, cut), bytes.substr(1 + cut)};
}

[[noreturn]] inline void fail(const char* what) {
  std::fprintf(stderr, "fuzz: %s\n", what);
  std::abort();
}

// Runs a reader. An Error is an answer, and must be one sentence pair of bounded length; whatever
// else is thrown ends the run.
void reads(const auto& body) {
  try {
    body();
  } catch (const Error& error) {
    const std::string_view said = error.what();
    if (!said.starts_with('[') || !said.ends_with('.')) fail("an error that is no sentence");
    if (said.size() > 16384) fail("an error of more than 16 kB");
    if (said.find('\0') != said.npos) fail("an error with a NUL");
  }
}

}  // namespace glassgrad::fuzz
