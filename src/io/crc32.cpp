// CRC-32, eight bytes at a time; and of two parts, from the sums of each.
#include <array>

#include "glassgrad/io/file.hpp"
#include "glassgrad/io/source.hpp"

namespace glassgrad {
namespace {

// a * b modulo the polynomial; bit 31 is the coefficient of x^0.
constexpr std::uint32_t product(std::uint32_t a, std::uint32_t b) {
  std::uint32_t result = 0;
  for (std::uint32_t bit = 1U << 31; bit != 0; bit >>= 1) {
    if (a & bit) result ^= b;
    b = (b >> 1) ^ (b & 1 ? 0xEDB88320 : 0);
  }
  return result;
}

}  // namespace

// The sum of `first` followed by n zero bytes is first * x^(8 n).
Checksum joined(const Checksum& first, const Checksum& second) {
  std::uint32_t sum = first.sum;
  std::uint32_t power = 1U << 23;  // x^8, then its squares
  for (std::uint64_t n = second.bytes; n != 0; n >>= 1) {
    if (n & 1) sum = product(sum, power);
    power = product(power, power);
  }
  return {sum ^ second.sum, first.bytes + second.bytes};
}

std::uint32_t crc32(std::string_view bytes, std::uint32_t so_far) {
  // Slicing by eight: tables[k][b] is the remainder of byte b followed by k zero bytes.
  static constexpr auto tables = [] {
    std::array<std::array<std::uint32_t, 256>, 8> made{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
      std::uint32_t rest = byte;
      for (int bit = 0; bit < 8; ++bit) rest = (rest >> 1) ^ (rest & 1 ? 0xEDB88320 : 0);
      made[0][byte] = rest;
    }
    for (std::size_t k = 1; k < 8; ++k) {
      for (std::size_t byte = 0; byte < 256; ++byte) {
        made[k][byte] = (made[k - 1][byte] >> 8) ^ made[0][made[k - 1][byte] & 255];
      }
    }
    return made;
  }();
  std::uint32_t rest = ~so_far;
  std::size_t i = 0;
  const auto byte = [&](std::size_t at) {
    return std::uint32_t{static_cast<unsigned char>(bytes[at])};
  };
  for (; i + 8 <= bytes.size(); i += 8) {
    const std::uint32_t low =
        rest ^ (byte(i) | byte(i + 1) << 8 | byte(i + 2) << 16 | byte(i + 3) << 24);
    rest = tables[7][low & 255] ^ tables[6][(low >> 8) & 255] ^ tables[5][(low >> 16) & 255] ^
           tables[4][low >> 24] ^ tables[3][byte(i + 4)] ^ tables[2][byte(i + 5)] ^
           tables[1][byte(i + 6)] ^ tables[0][byte(i + 7)];
  }
  for (; i < bytes.size(); ++i) rest = (rest >> 8) ^ tables[0][(rest ^ byte(i)) & 255];
  return ~rest;
}

}  // namespace glassgrad
