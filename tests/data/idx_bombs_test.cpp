// IDX files that are damaged, or claim more than is there: an Error, early and in little memory.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "../../src/data/idx_reader.hpp"
#include "glassgrad/array/error.hpp"
#include "glassgrad/data/idx.hpp"
#include "support/error_of.hpp"

namespace glassgrad {
namespace {

using namespace std::string_literals;

const std::string images = "\0\0\x08\x03\0\0\0\x02\0\0\0\x01\0\0\0\x03\x00\x01\x02\xff\x80\x05"s;

TEST(IdxBombs, LabelsThatContradictTheHeaderAreKnownBeforeTheNumbers) {
  // the images' numbers are not there at all, which only reading them would show
  const std::string huge = "\0\0\x08\x03\0\xff\xff\xff\0\0\x10\0\0\0\0\x10"s;
  const std::string labels = "\0\0\x08\x01\0\0\0\x02\x01\x00"s;
  Source x(huge, "x", "read_idx"), y(labels, "y", "read_idx");
  EXPECT_EQ(error_of([&] { read_labelled_idx(x, y, 1); }),
            "[read_idx] y has shape (2), x has (16777215, 4096, 16). "
            "The labels' shape must be (16777215).");
  Source alone(huge, "x", "read_idx");
  detail::IdxReader reader(alone);
  EXPECT_EQ(error_of([&] { reader.all(); }),
            "[read_idx] x is truncated: 16 bytes, its shape (16777215, 4096, 16) needs "
            "1099511562256. Fetch the file again.");
}

TEST(IdxBombs, EveryByteChangedIsAnArrayOrAnError) {
  for (std::size_t i = 0; i < images.size(); ++i)
    for (int byte = 0; byte < 256; ++byte) {
      std::string changed = images;
      changed[i] = char(byte);
      Source source(changed, "x", "read_idx");
      try {
        detail::IdxReader reader(source);
        reader.check_images();
        Matrix x;
        while (reader.read(1, 1, x)) {
        }
        EXPECT_EQ(x.rows, reader.rows());
      } catch (const Error&) {
      }
    }
}

TEST(IdxBombs, ImagesComeInBlocks) {
  Source source(images, "x", "read_idx");
  detail::IdxReader reader(source);
  Matrix x;
  EXPECT_TRUE(reader.read(1, 0.5, x));
  EXPECT_EQ(x, (Matrix{{0, 0.5, 1}}));
  EXPECT_FALSE(reader.read(5, 0.5, x));
  EXPECT_EQ(x, (Matrix{{0, 0.5, 1}, {127.5, 64, 2.5}}));
}

}  // namespace
}  // namespace glassgrad
