// IDX files made here byte by byte, plain and gzip, whole and broken.
#include "glassgrad/data/idx.hpp"
#include "glassgrad/data/idx_array.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "glassgrad/array/error.hpp"

namespace glassgrad {
namespace {

namespace fs = std::filesystem;
using namespace std::string_literals;
using Labels = std::vector<std::int64_t>;

// Two images of 1 x 3 bytes, and their labels.
const std::string images = "\0\0\x08\x03\0\0\0\x02\0\0\0\x01\0\0\0\x03\x00\x01\x02\xff\x80\x05"s;
const std::string labels = "\0\0\x08\x01\0\0\0\x02\x01\x00"s;
// The same images, by gzip -9n.
const std::string images_gz =
    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\x63\x60\xe0\x60\x66\x60\x60\x60\x02\x62"
    "\x46\x20\x66\x66\x60\x64\xfa\xdf\xc0\x0a\x00\x25\x2c\x5c\xac\x16\x00\x00\x00"s;

class Idx : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "glassgrad-idx-XXXXXX").string();
    folder = ::mkdtemp(pattern.data());
  }
  void TearDown() override { fs::remove_all(folder); }

  fs::path put(const std::string& name, const std::string& bytes) const {
    std::ofstream(folder / name, std::ios::binary) << bytes;
    return folder / name;
  }
  // The error of `action`, with the folder cut out of it.
  std::string error_of(const auto& action) const {
    try {
      action();
    } catch (const DataError& error) {
      std::string text = error.what();
      const std::string start = folder.string() + "/";
      for (std::size_t at; (at = text.find(start)) != std::string::npos;)
        text.erase(at, start.size());
      return text;
    }
    return "no error";
  }
  std::string read_error(const std::string& bytes, const std::string& name = "x") const {
    return error_of([&] { read_idx(put(name, bytes)); });
  }

  fs::path folder;
};

TEST_F(Idx, ReadsBytes) {
  const IdxArray array = read_idx(put("x", images));
  EXPECT_EQ(array.shape, (Labels{2, 1, 3}));
  EXPECT_EQ(std::get<std::vector<std::uint8_t>>(array.numbers),
            (std::vector<std::uint8_t>{0, 1, 2, 255, 128, 5}));
}

TEST_F(Idx, ReadsEveryType) {
  EXPECT_EQ(std::get<1>(read_idx(put("x", "\0\0\x09\x01\0\0\0\x02\xff\x7f"s)).numbers),
            (std::vector<std::int8_t>{-1, 127}));
  EXPECT_EQ(std::get<2>(read_idx(put("x", "\0\0\x0B\x01\0\0\0\x02\xff\xfe\x01\x00"s)).numbers),
            (std::vector<std::int16_t>{-2, 256}));
  EXPECT_EQ(std::get<3>(read_idx(put("x", "\0\0\x0C\x01\0\0\0\x01\x80\0\0\x01"s)).numbers),
            (std::vector<std::int32_t>{-2147483647}));
  EXPECT_EQ(std::get<4>(read_idx(put("x", "\0\0\x0D\x01\0\0\0\x01\xc0\x20\0\0"s)).numbers),
            (std::vector<float>{-2.5F}));
  EXPECT_EQ(std::get<5>(read_idx(put("x", "\0\0\x0E\0\x3f\xf8\0\0\0\0\0\0"s)).numbers),
            (std::vector<double>{1.5}));
  EXPECT_EQ(read_idx(put("x", "\0\0\x0E\0\x3f\xf8\0\0\0\0\0\0"s)).shape, Labels{});
}

TEST_F(Idx, ImagesAndLabelsAreADataset) {
  const auto x = put("images", images);
  const auto y = put("labels", labels);
  const Dataset data = read_labelled_idx(x, y, 1.0 / 255);
  EXPECT_EQ(data.x, (Matrix{{0, 1 * (1.0 / 255), 2 * (1.0 / 255)},
                            {255 * (1.0 / 255), 128 * (1.0 / 255), 5 * (1.0 / 255)}}));
  EXPECT_EQ(data.labels, (Labels{1, 0}));
  EXPECT_EQ(data.classes, (std::vector<std::string>{"0", "1"}));
  EXPECT_EQ(read_labelled_idx(x, y).x(1, 0), 255);
  EXPECT_EQ(read_labelled_idx(x, y, 1, 10).classes.size(), 10U);
}

TEST_F(Idx, ImagesAlone) {
  const auto x = put("images", images);
  EXPECT_EQ(read_idx_images(x, 0.5), (Matrix{{0, 0.5, 1}, {127.5, 64, 2.5}}));
  const auto known = [](const std::string& path) {
    Source source(path);
    return is_idx(source);
  };
  EXPECT_TRUE(known(x));
  EXPECT_FALSE(known(put("x.gz", "plain words"s)));  // its name says nothing
  EXPECT_FALSE(known(put("d.csv", "1,2,0\n"s)));
  EXPECT_FALSE(known(put("empty", ""s)));
}

TEST_F(Idx, PairsThatDoNotFit) {
  const auto x = put("images", images);
  const auto y = put("labels", labels);
  EXPECT_EQ(error_of([&] { read_labelled_idx(x, x); }),
            "[read_idx] images has shape (2, 1, 3), images has (2, 1, 3). "
            "The labels' shape must be (2).");
  EXPECT_EQ(error_of([&] { read_labelled_idx(y, x); }),
            "[read_idx] labels has shape (2). Images have a shape (n, ...) with n of 1 or more.");
  EXPECT_EQ(error_of([&] { read_labelled_idx(x, y, 1, 1); }),
            "[read_idx] labels has label 1 at place 0. Labels are integers from 0 to 0.");
  using Names = std::vector<std::string>;
  EXPECT_EQ(read_labelled_idx(x, put("y", "\0\0\x09\x01\0\0\0\x02\0\xff"s)).classes,
            (Names{"-1", "0"}));
  EXPECT_EQ(read_labelled_idx(x, put("y", "\0\0\x08\x01\0\0\0\x02\0\x05"s)).classes,
            (Names{"0", "5"}));
  const auto nan = put("nan", "\0\0\x0D\x02\0\0\0\x01\0\0\0\x01\x7f\xc0\0\0"s);
  EXPECT_EQ(error_of([&] { read_labelled_idx(nan, put("y", "\0\0\x08\x01\0\0\0\x01\0"s)); }),
            "[read_idx] nan holds nan. Give finite numbers.");
}

TEST_F(Idx, BrokenFiles) {
  EXPECT_EQ(error_of([&] { read_idx(folder / "x"); }),
            "[read_idx] x does not exist. Check the path.");
  EXPECT_EQ(read_error(""),
            "[read_idx] x is truncated: 0 bytes, its magic number alone has 4. "
            "Fetch the file again.");
  EXPECT_EQ(read_error(images.substr(0, 10)),
            "[read_idx] x is truncated: 10 bytes, its header has 16. Fetch the file again.");
  EXPECT_EQ(read_error(images.substr(0, 20)),
            "[read_idx] x is truncated: 20 bytes, its shape (2, 1, 3) needs 22. "
            "Fetch the file again.");
  EXPECT_EQ(read_error(images + "x"),
            "[read_idx] x is longer than the 22 bytes of its shape (2, 1, 3). "
            "Fetch the file again.");
  EXPECT_EQ(read_error("a,b\n1,2\n"),
            "[read_idx] x is not an IDX file: its magic number is 0x612c620a. "
            "Expected is 0x00000803 for images of bytes, 0x00000801 for labels.");
  EXPECT_EQ(read_error("\0\0\x0A\x01\0\0\0\x01x"s),
            "[read_idx] x is not an IDX file: its magic number is 0x00000a01. "
            "Expected is 0x00000803 for images of bytes, 0x00000801 for labels.");
  EXPECT_EQ(read_error("\0\0\x08\x02\xff\xff\xff\xff\xff\xff\xff\xff"s),
            "[read_idx] x claims the shape (4294967295, 4294967295). "
            "No file is that large; fetch it again.");
  EXPECT_EQ(read_error("\0\0\x08\x01\xff\xff\xff\xff"s),
            "[read_idx] x is truncated: 8 bytes, its shape (4294967295) needs 4294967303. "
            "Fetch the file again.");
  EXPECT_EQ(read_error(images, "x.gz"),
            "[read_idx] x.gz is not gzip, though its name ends in .gz. "
            "Fetch the file again, or rename it.");
}

TEST_F(Idx, EveryTruncationIsFound) {
  for (std::size_t size = 0; size < images.size(); ++size) {
    EXPECT_NE(read_error(images.substr(0, size)), "no error") << size;
  }
}

TEST_F(Idx, Gzip) {
  for (const char* name : {"x.gz", "x"}) {
    const IdxArray array = read_idx(put(name, images_gz));
    EXPECT_EQ(array.shape, (Labels{2, 1, 3}));
    EXPECT_EQ(std::get<0>(array.numbers), (std::vector<std::uint8_t>{0, 1, 2, 255, 128, 5}));
  }
}

TEST_F(Idx, BrokenGzip) {
  for (std::size_t size = 2; size < images_gz.size(); ++size) {
    EXPECT_EQ(read_error(images_gz.substr(0, size), "x.gz"),
              "[read_idx] x.gz ends in the middle of its gzip data. "
              "Fetch the file again: it is truncated.")
        << size;
  }
  std::string damaged = images_gz;
  damaged[damaged.size() - 6] ^= 1;  // in the checksum
  EXPECT_EQ(read_error(damaged, "x.gz"),
            "[read_idx] x.gz is damaged gzip (incorrect data check). Fetch the file again.");
  damaged = images_gz;
  damaged[2] = 7;
  EXPECT_EQ(read_error(damaged, "x.gz"),
            "[read_idx] x.gz is damaged gzip (unknown compression method). Fetch the file again.");
}

}  // namespace
}  // namespace glassgrad
