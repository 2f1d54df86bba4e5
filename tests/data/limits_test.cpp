// The limits of files in docs/limits.md, where they are cheap to reach.
#include <gtest/gtest.h>

#include "glassgrad/array/error.hpp"
#include "glassgrad/data/csv.hpp"
#include "glassgrad/data/idx.hpp"
#include "glassgrad/io/file.hpp"
#include "support/error_of.hpp"

namespace glassgrad {
namespace {

TEST(FileLimits, ColumnsOfATable) {
  EXPECT_EQ(parse_csv(std::string(99'999, ',') + "\n", "d.csv",
                      {.header = CsvHeader::absent, .missing = Missing::keep})
                .numbers.columns,
            100'000);
  EXPECT_EQ(error_of([] { parse_csv(std::string(1 << 24, ','), "d.csv"); }),
            "[read_csv] d.csv, line 1 has more than 16777216 columns. Give a table with a line for "
            "every example.");
}

// A byte says how many axes there are.
TEST(FileLimits, AxesOfAnIdxFile) {
  const std::string path = testing::TempDir() + "axes.idx";
  std::string bytes("\0\0\x08\xFF", 4);
  for (int k = 0; k < 255; ++k) bytes += std::string("\0\0\0\1", 4);
  write_file(path, bytes + "x");
  EXPECT_EQ(read_idx_images(path, 1), (Matrix{{120}}));
  std::string large("\0\0\x08\2\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 12);
  write_file(path, large);
  EXPECT_EQ(error_of([&] { read_idx_images(path, 1); }),
            "[read_idx] " + path +
                " claims the shape (4294967295, 4294967295). No file is that large; fetch it "
                "again.");
}

}  // namespace
}  // namespace glassgrad
