// What a file is that has to be unpacked or converted before it can be read, told by the bytes it
// begins with; and what to type. gzip alone is unpacked on the way (gzip.hpp).
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

// How many bytes of a file tell what it is, if its first two leave a doubt.
inline constexpr std::size_t telling_bytes = 64;
bool may_be_packed(std::string_view first_two);

// `bytes` are those the file begins with, as many as are there: telling_bytes, and of an archive
// of tar some more. `gzip`: they were unpacked from it.
std::optional<Packing> packing_of(std::string_view bytes, std::string_view name, bool gzip);

// A model may begin with the bytes of a packed file: the length of its header, then '{'.
inline bool may_be_model(std::string_view bytes) {
  using namespace std::string_view_literals;
  return bytes.size() > 8 && bytes.substr(4, 5) == "\0\0\0\0{"sv;
}

}  // namespace glassgrad::detail
