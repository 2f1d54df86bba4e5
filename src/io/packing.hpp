// Files that must be unpacked or converted first, recognised by their first bytes, with the command
// to type. Only gzip is unpacked while reading (gzip.hpp).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace glassgrad::detail {

struct Packing {
  std::string problem;  // "is packed with xz"
  std::string remedy;   // "Unpack it with xz -dc < data.csv.xz > data.csv"
};

// How many bytes identify a file, if its first two are ambiguous.
inline constexpr std::size_t telling_bytes = 64;
bool may_be_packed(std::string_view first_two);

// `bytes` are the file's first ones, if there are as many: telling_bytes, and more for tar. `gzip`:
// they were unpacked from it.
std::optional<Packing> packing_of(std::string_view bytes, std::string_view name, bool gzip);

// A model may begin with the bytes of a packed file: the length of its header, then '{'.
inline bool may_be_model(std::string_view bytes) {
  using namespace std::string_view_literals;
  return bytes.size() > 8 && bytes.substr(4, 5) == "\0\0\0\0{"sv;
}

}  // namespace glassgrad::detail
