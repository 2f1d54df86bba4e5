// Models kept: out and back in, to the bit; found damaged or whole. Headers that lie are in
// safetensors_errors_test.cpp.
#include "glassgrad/io/safetensors.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <limits>
#include <string>
#include <vector>

#include "glassgrad/array/error.hpp"
#include "safetensors_fixture.hpp"

namespace glassgrad {
namespace {

namespace fs = std::filesystem;
using testing_safetensors::model;
using testing_safetensors::SafetensorsFile;

// Without waiting for the disk.
void put(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

std::string write_error(const fs::path& path, const std::vector<NamedTensor>& tensors,
                        const std::map<std::string, std::string>& metadata = {}) {
  try {
    write_safetensors(path, tensors, metadata);
  } catch (const DataError& error) {
    return error.what();
  }
  return "no error";
}

TEST_F(SafetensorsFile, GoesOutAndComesBackToTheBit) {
  auto tensors = model();
  const double infinity = std::numeric_limits<double>::infinity();
  tensors.push_back({"special", {3}, std::vector<double>{infinity, -infinity, 5e-324}});
  tensors.push_back({"name with \"quotes\", \\ and \xC3\xA9", {1}, std::vector<double>{7}});
  tensors.push_back({"single", {1, 1, 2}, std::vector<float>{0.1F, -3e38F}});
  const std::map<std::string, std::string> metadata{{"architecture", "{\"layers\": [\"a\"]}"},
                                                    {"empty", ""}};
  write_safetensors(path, tensors, metadata);
  const Safetensors back = read_safetensors(path);
  EXPECT_EQ(back.tensors, tensors);
  EXPECT_EQ(back.metadata, metadata);
  EXPECT_TRUE(std::signbit(std::get<0>(back.tensor("layer.W").data)[4]));
}

TEST_F(SafetensorsFile, NaNComesBack) {
  write_safetensors(path, {{"x", {1}, std::vector<double>{std::nan("")}}});
  EXPECT_TRUE(std::isnan(numbers_of(read_safetensors(path).tensor("x"))[0]));
}

TEST_F(SafetensorsFile, EightByteNumbersComeFirst) {
  write_safetensors(path, {{"f", {1}, std::vector<float>{1}},
                           {"d", {1}, std::vector<double>{2}},
                           {"i", {1}, std::vector<std::int64_t>{3}}});
  const Safetensors back = read_safetensors(path);
  EXPECT_EQ(back.tensors[0].name, "d");
  EXPECT_EQ(back.tensors[1].name, "i");
  EXPECT_EQ(back.tensors[2].name, "f");
  std::uint64_t header = 0;
  const std::string file = read_file(path);
  std::memcpy(&header, file.data(), sizeof header);
  EXPECT_EQ(header % 8, 0U);
}

TEST_F(SafetensorsFile, NoTensorsAtAll) {
  write_safetensors(path, {}, {{"note", "empty"}});
  const Safetensors back = read_safetensors(path);
  EXPECT_TRUE(back.tensors.empty());
  EXPECT_EQ(back.metadata.at("note"), "empty");
  write_raw("{}", 0);
  EXPECT_EQ(read_error(), "no error");
}

TEST_F(SafetensorsFile, FindsTensorsByName) {
  const Safetensors kept{model(), {}};
  EXPECT_TRUE(kept.has("step"));
  EXPECT_FALSE(kept.has("W"));
  EXPECT_EQ(numbers_of(kept.tensor("step"))[0], -9007199254740992.0);
  try {
    kept.tensor("W");
    FAIL();
  } catch (const DataError& error) {
    EXPECT_STREQ(error.what(),
                 "[Safetensors] there is no tensor \"W\". "
                 "There are \"layer.W\", \"step\", \"nothing\".");
  }
}

TEST_F(SafetensorsFile, EveryFlippedBitOfTheNumbersIsFound) {
  write_safetensors(path, model(), {{"architecture", "abc"}});
  const std::string good = read_file(path);
  const Safetensors kept = read_safetensors(path);
  for (std::size_t bit = 0; bit < 8 * good.size(); ++bit) {
    std::string bad = good;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
    put(path, bad);
    try {
      const Safetensors read = read_safetensors(path);
      // Harmless: white space, another spelling of a character, or the word "checksum" itself.
      EXPECT_EQ(read.tensors, kept.tensors) << "bit " << bit;
      EXPECT_EQ(read.metadata.at("architecture"), "abc") << "bit " << bit;
    } catch (const DataError&) {
    }
  }
}

TEST_F(SafetensorsFile, EveryTruncationIsFound) {
  write_safetensors(path, model());
  const std::string good = read_file(path);
  for (std::size_t size = 0; size < good.size(); ++size) {
    put(path, good.substr(0, size));
    EXPECT_THROW(read_safetensors(path), DataError) << size;
  }
  write_file(path, good + "x");
  EXPECT_EQ(read_error(),
            "[read_safetensors] FILE has 57 bytes of numbers, its tensors are 56. "
            "Fetch or save the file again.");
}

TEST_F(SafetensorsFile, AKillAtAnyWriteLeavesTheOldOrTheNewModel) {
  const auto old_model = model();
  auto new_model = model();
  std::get<0>(new_model[0].data)[0] = 42;
  std::size_t count = 0;
  write_safetensors(path, old_model, {}, [&](std::string_view) { ++count; });
  EXPECT_GE(count, 7U);
  for (std::size_t fatal = 0; fatal < count; ++fatal) {
    write_safetensors(path, old_model);
    const pid_t child = ::fork();
    if (child == 0) {
      std::size_t step_number = 0;
      write_safetensors(path, new_model, {}, [&](std::string_view) {
        if (step_number++ == fatal) ::raise(SIGKILL);
      });
      ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status));
    EXPECT_EQ(read_safetensors(path).tensors, fatal + 1 < count ? old_model : new_model) << fatal;
  }
}

TEST_F(SafetensorsFile, WriteErrors) {
  const std::vector<double> one{1};
  EXPECT_EQ(write_error(path, {{"W", {2}, one}}),
            "[write_safetensors] tensor \"W\" has shape (2) but 1 numbers. "
            "Give as many numbers as the shape holds.");
  EXPECT_EQ(write_error(path, {{"W", {-1, -1}, one}}),
            "[write_safetensors] tensor \"W\" has shape (-1, -1) but 1 numbers. "
            "Give as many numbers as the shape holds.");
  EXPECT_EQ(write_error(path, {{"W", {1LL << 32, 1LL << 32}, std::vector<double>{}}}),
            "[write_safetensors] tensor \"W\" has shape (4294967296, 4294967296) but 0 numbers. "
            "Give as many numbers as the shape holds.");
  EXPECT_EQ(write_error(path, {{"W", {1}, one}, {"b", {1}, one}, {"W", {1}, one}}),
            "[write_safetensors] two tensors are named \"W\". "
            "Give every tensor a name of its own.");
  EXPECT_EQ(write_error(path, {{"", {1}, one}}),
            "[write_safetensors] a tensor has no name. Give every tensor a name.");
  EXPECT_EQ(write_error(path, {{"__metadata__", {1}, one}}),
            "[write_safetensors] no tensor can be named \"__metadata__\". Choose another name.");
  EXPECT_EQ(write_error(path, {{"\xff", {1}, one}}),
            "[write_safetensors] a name or the metadata are not UTF-8 text. Write them in UTF-8.");
  EXPECT_EQ(write_error(path, {}, {{"checksum", "1"}}),
            "[write_safetensors] the metadata hold \"checksum\", which is added here. "
            "Choose another key.");
  EXPECT_FALSE(fs::exists(path));
}

}  // namespace
}  // namespace glassgrad
