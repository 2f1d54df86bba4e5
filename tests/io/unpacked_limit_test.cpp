// Gzip that becomes far more than it is, read whole.
#include <gtest/gtest.h>
#include <zlib.h>

#include <cstdio>
#include <string>

#include "glassgrad/io/file.hpp"
#include "glassgrad/io/source.hpp"
#include "support/error_of.hpp"

namespace glassgrad {
namespace {

// So many spaces, packed to a thousandth: one member of gzip after the other.
std::string packed(std::size_t count) {
  const auto member = [](std::size_t size) {
    const std::string path = "member.gz", spaces(size, ' ');
    const gzFile file = gzopen(path.c_str(), "wb");
    gzwrite(file, spaces.data(), unsigned(size));
    EXPECT_EQ(gzclose(file), Z_OK);
    const std::string bytes = read_file(path);
    std::remove(path.c_str());
    return bytes;
  };
  constexpr std::size_t size = std::size_t{1} << 20;
  const std::string one = member(size);
  std::string all;
  for (; count >= size; count -= size) all += one;
  return count > 0 ? all + member(count) : all;
}

TEST(UnpackedLimit, IsSaidWithItsNumber) {
  const std::string path = "unpacked.json.gz";
  constexpr std::size_t most = std::size_t{1} << 29;
  write_file(path, packed(most + 1));
  EXPECT_EQ(error_of([&] { read_text(path, "view"); }),
            "[view] unpacked.json.gz unpacks to more than 536870912 bytes. If it is meant to be so "
            "large, give it unpacked, by gunzip.");
  EXPECT_LT(read_file(path, "view").size(), most / 100);    // as it is, nothing is unpacked
  ASSERT_EQ(std::system("gunzip -f unpacked.json.gz"), 0);  // the advice
  EXPECT_EQ(read_text("unpacked.json", "view").size(), most + 1);
  std::remove("unpacked.json");
  write_file(path, packed(most));
  EXPECT_EQ(read_text(path, "view").size(), most);
  std::remove(path.c_str());
}

}  // namespace
}  // namespace glassgrad
