// Sources: the first bytes are looked at and stay; pipes, gzip, sums; and safetensors files that
// are cut, changed, foreign or large.
#include "glassgrad/io/source.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <random>
#include <string>
#include <thread>

#include "glassgrad/array/error.hpp"
#include "glassgrad/io/file.hpp"
#include "safetensors_fixture.hpp"

namespace glassgrad {
namespace {

using testing_safetensors::SafetensorsFile;

TEST(Source, SumsOfPartsAreJoined) {
  std::mt19937 random(1);
  for (const std::size_t size : {0U, 1U, 7U, 1000U, 70'000U}) {
    std::string bytes(size, '\0');
    for (char& byte : bytes) byte = char(random());
    for (const std::size_t cut : {std::size_t{0}, size / 3, size}) {
      const std::string a = bytes.substr(0, cut), b = bytes.substr(cut);
      EXPECT_EQ(joined({crc32(a), a.size()}, {crc32(b), b.size()}),
                (Checksum{crc32(bytes), bytes.size()}));
    }
  }
}

TEST(Source, LookingTakesNothing) {
  const std::string text = "\xEF\xBB\xBF" + std::string(200'000, 'x') + "end";
  Source source(text, "t", "test");
  EXPECT_EQ(source.peek(3), "\xEF\xBB\xBF");
  EXPECT_EQ(source.peek(150'000), text.substr(0, 150'000));
  source.begin_text();
  std::string some(5, '\0');
  EXPECT_EQ(source.read(some.data(), 5), 5U);
  EXPECT_EQ(source.peek(1), "x");
  EXPECT_EQ(source.rest(), text.substr(8));
  EXPECT_EQ(source.peek(1), "");
  EXPECT_EQ(source.checksum(), (Checksum{crc32(text), text.size()}));
}

TEST(Source, APipeIsReadOnceAndWhole) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  std::string bytes(1'000'000, 'y');
  bytes.replace(0, 5, "start");
  std::thread writer([&] {
    for (std::size_t i = 0; i < bytes.size();)
      i += std::size_t(std::max<ssize_t>(0, ::write(ends[1], bytes.data() + i, bytes.size() - i)));
    ::close(ends[1]);
  });
  Source source("/dev/fd/" + std::to_string(ends[0]));
  EXPECT_EQ(source.peek(5), "start");
  EXPECT_EQ(source.rest(), bytes);
  writer.join();
  ::close(ends[0]);
}

// A file as people write it with other tools: header and numbers given by hand.
std::string raw(std::string header, const std::string& numbers, std::size_t pad = 0,
                char with = ' ') {
  header += std::string(pad, with);
  std::uint64_t size = header.size();
  std::string file(sizeof size, '\0');
  std::memcpy(file.data(), &size, sizeof size);
  return file + header + numbers;
}

TEST_F(SafetensorsFile, ForeignChecksumsAreKeptAndPaddingIsBlanks) {
  const std::string tensor = R"("a": {"dtype": "F64", "shape": [2], "data_offsets": [0, 16]}})";
  const std::string foreign = R"({"__metadata__": {"checksum": "sha256:abcd"}, )" + tensor;
  const std::string numbers("\0\0\0\0\0\0\xf8\x3f\0\0\0\0\0\0\0\xc0", 16);
  write_file(path, raw(foreign, numbers, 4));
  const Safetensors file = read_safetensors(path);
  EXPECT_EQ(file.metadata.at("checksum"), "sha256:abcd");
  EXPECT_EQ(std::get<0>(file.tensors[0].data), (std::vector<double>{1.5, -2}));
  write_file(path, raw("{" + tensor, numbers, 3, '\0'));
  EXPECT_EQ(read_error(),
            "[read_safetensors] FILE has a damaged header: no JSON at byte 63. "
            "Fetch or save the file again.");
  write_file(path, raw("{" + tensor, numbers, 3, 'x'));
  EXPECT_NE(read_error(), "no error");
  // numbers beyond JSON's, whatever their name
  write_file(
      path,
      raw(R"({"a": {"z": 1e400, "dtype": "F64", "shape": [0], "data_offsets": [0, 0]}})", ""));
  EXPECT_EQ(read_error(),
            "[read_safetensors] FILE has a damaged header: the number \"1e400\" at byte 13 is out "
            "of range. Fetch or save the file again.");
}

// The length of a header may be the first bytes of a packed file.
TEST_F(SafetensorsFile, ALengthIsNoPacking) {
  for (const std::size_t size : {0x8b1f, 0x088b1f, 0x9d1f, 0x5d, 0x01504150}) {
    const std::string header = R"({"__metadata__":{"k":"v"}})";
    write_file(path, raw(header, "", size - header.size()));
    EXPECT_EQ(read_safetensors(path).metadata.at("k"), "v") << size;
  }
}

TEST_F(SafetensorsFile, TwentyThousandTensorsAreLinear) {
  std::vector<NamedTensor> many;
  for (int i = 0; i < 100'000; ++i)
    many.push_back({"tensor." + std::to_string(i), {1}, std::vector<double>{double(i)}});
  write_safetensors(path, many);  // quadratic, this took minutes
  EXPECT_EQ(read_safetensors(path).tensors, many);
}

// Cut anywhere or changed in one byte, a file gives its numbers or an Error.
TEST_F(SafetensorsFile, EveryByteMatters) {
  write_safetensors(path, testing_safetensors::model(), {{"k", "v"}});
  const std::string whole = read_file(path);
  const Safetensors expected = read_safetensors(path);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    std::ofstream(path, std::ios::binary).write(whole.data(), std::streamsize(size));
    EXPECT_NE(read_error(), "no error") << size;
  }
  for (std::size_t i = 0; i < whole.size(); ++i)
    for (const int flip : {1, 32, 128}) {
      std::string changed = whole;
      changed[i] = char(changed[i] ^ flip);
      std::ofstream(path, std::ios::binary) << changed;
      try {
        EXPECT_EQ(read_safetensors(path).tensors, expected.tensors) << i;
      } catch (const Error&) {
      }
    }
}

TEST_F(SafetensorsFile, AMillionTimesItsSizeIsNotTaken) {
  const std::string header =
      R"({"a":{"dtype":"F64","shape":[100000000000],"data_offsets":[0,800000000000]}})";
  write_file(path, raw(header, std::string(80, 'x')));
  EXPECT_EQ(read_error(),
            "[read_safetensors] FILE is truncated: tensor \"a\" ends at byte 800000000000 of the "
            "numbers, 80 are there. Fetch or save the file again.");
}

}  // namespace
}  // namespace glassgrad
