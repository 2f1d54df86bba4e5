// Files that are not, or not quite, safetensors files, and the exact words in which they are
// refused.
#include <gtest/gtest.h>

#include <string>

#include "safetensors_fixture.hpp"

namespace glassgrad {
namespace {

using testing_safetensors::SafetensorsFile;

TEST_F(SafetensorsFile, ForeignFiles) {
  EXPECT_EQ(read_error(), "[read_safetensors] FILE does not exist. Check the path.");
  write_file(path, "");
  EXPECT_EQ(read_error(),
            "[read_safetensors] FILE is no safetensors file: it has 0 bytes. Check the path.");
  write_file(path, "PK\x01\x02 something else");
  EXPECT_EQ(read_error(),
            "[read_safetensors] FILE is no safetensors file: "
            "it begins with \"PK\\x01\\x02 some\". Check the path.");
  EXPECT_EQ(raw_error("[1, 2]", 0),
            "[read_safetensors] FILE is no safetensors file: "
            "it begins with \"\\x06\\x00\\x00\\x00\\x00\\x00\\x00\\x00[\". Check the path.");
  EXPECT_EQ(raw_error("{\"W\": nonsense}", 0),
            "[read_safetensors] FILE has a damaged header: no JSON at byte 8. "
            "Fetch or save the file again.");
  EXPECT_EQ(raw_error("{\"W\": [[[[1]]]]}", 0),
            "[read_safetensors] FILE is no safetensors file: its header is nested too deeply. "
            "Check the path.");
  EXPECT_EQ(raw_error("{\"W\":" + std::string(100000, '['), 0),
            "[read_safetensors] FILE is no safetensors file: its header is nested too deeply. "
            "Check the path.");
}

TEST_F(SafetensorsFile, WrongHeaders) {
  const std::string good = R"("dtype":"F64","shape":[1],"data_offsets":[0,8])";
  EXPECT_EQ(raw_error("{\"W\":{" + good + "}}", 8), "no error");
  EXPECT_EQ(raw_error("  {}", 0).substr(0, 49),
            "[read_safetensors] FILE is no safetensors file: i");
  EXPECT_EQ(raw_error("{\"W\":{" + good + "}}", 7),
            "[read_safetensors] FILE is truncated: tensor \"W\" ends at byte 8 of the numbers, "
            "7 are there. Fetch or save the file again.");
  EXPECT_EQ(raw_error("{\"W\":{" + good + "},\"W\":{" + good + "}}", 8),
            "[read_safetensors] FILE has \"W\" twice. Save it with a name for each tensor.");
  EXPECT_EQ(raw_error(R"({"W":{"dtype":"F64","dtype":"F32","shape":[1],"data_offsets":[0,8]}})", 8),
            "[read_safetensors] FILE has \"dtype\" twice. Save it with a name for each tensor.");
  EXPECT_EQ(raw_error("{\"a\":{" + good + "},\"b\":{" + good + "}}", 8),
            "[read_safetensors] FILE has tensor \"b\" at byte 0 of the numbers, expected at 8. "
            "Fetch or save the file again.");
  EXPECT_EQ(raw_error(R"({"W":{"dtype":"F64","shape":[1],"data_offsets":[8,16]}})", 16),
            "[read_safetensors] FILE has tensor \"W\" at byte 8 of the numbers, expected at 0. "
            "Fetch or save the file again.");
  EXPECT_EQ(raw_error(R"({"W":{"dtype":"BF16","shape":[1],"data_offsets":[0,2]}})", 2),
            "[read_safetensors] FILE has tensor \"W\" of type \"BF16\". "
            "Save it as F64, F32 or I64.");
  EXPECT_EQ(raw_error(R"({"W":{"dtype":"F64","shape":[3],"data_offsets":[0,16]}})", 16),
            "[read_safetensors] FILE has tensor \"W\" of shape (3) and type F64 in 16 bytes. "
            "Fetch or save the file again.");
  EXPECT_EQ(raw_error(R"({"W":{"dtype":"F64","shape":[1],"data_offsets":[8,0]}})", 8),
            "[read_safetensors] FILE has tensor \"W\" at bytes [8, 0]. "
            "Fetch or save the file again.");
  EXPECT_EQ(raw_error(R"({"W":{"dtype":"F64","shape":[-1],"data_offsets":[0,8]}})", 8),
            "[read_safetensors] FILE has tensor \"W\" without a proper \"shape\". "
            "Fetch or save the file again.");
  EXPECT_EQ(raw_error(R"({"W":{"dtype":"F64","shape":[1],"data_offsets":[0,8.5]}})", 8),
            "[read_safetensors] FILE has tensor \"W\" without a proper \"data_offsets\". "
            "Fetch or save the file again.");
  EXPECT_EQ(raw_error(R"({"W":7})", 8),
            "[read_safetensors] FILE has tensor \"W\" without a proper \"shape\". "
            "Fetch or save the file again.");
  EXPECT_EQ(raw_error(R"({"__metadata__":{"a":1}})", 0),
            "[read_safetensors] FILE has metadata \"a\" that is no text. "
            "Fetch or save the file again.");
  EXPECT_EQ(raw_error(R"({"__metadata__":[]})", 0),
            "[read_safetensors] FILE has __metadata__ that is not an object. "
            "Fetch or save the file again.");
}

TEST_F(SafetensorsFile, HugeSizesTakeNoMemory) {
  const std::string end = R"("data_offsets":[0,8]}})";
  EXPECT_EQ(raw_error(R"({"W":{"dtype":"F64","shape":[4294967296,4294967296],)" + end, 8),
            "[read_safetensors] FILE has tensor \"W\" of shape (4294967296, 4294967296) and "
            "type F64 in 8 bytes. Fetch or save the file again.");
  EXPECT_EQ(raw_error(R"({"W":{"dtype":"F64","shape":[18446744073709551615],)" + end, 8),
            "[read_safetensors] FILE has tensor \"W\" without a proper \"shape\". "
            "Fetch or save the file again.");
  EXPECT_EQ(raw_error(R"({"W":{"dtype":"F64","shape":[1125899906842624],)"
                      R"("data_offsets":[0,9007199254740992]}})",
                      8),
            "[read_safetensors] FILE is truncated: tensor \"W\" ends at byte 9007199254740992 of "
            "the numbers, 8 are there. Fetch or save the file again.");
  const std::string long_header("\x00\x00\x00\x00\x00\x00\x00\x7f{", 9);
  write_file(path, long_header);
  EXPECT_EQ(read_error(),
            "[read_safetensors] FILE is no safetensors file: "
            "it begins with \"\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x7f{\". Check the path.");
  write_file(path, std::string("\x00\x10\x00\x00\x00\x00\x00\x00{", 9));
  EXPECT_EQ(read_error(),
            "[read_safetensors] FILE is truncated: its header has 4096 bytes, 1 are there. "
            "Fetch or save the file again.");
}

TEST_F(SafetensorsFile, AWrongChecksumIsNamed) {
  EXPECT_EQ(raw_error(R"({"__metadata__":{"checksum":"crc32:00000001"}})", 0),
            "[read_safetensors] FILE does not match its checksum: it says \"crc32:00000001\", the "
            "contents give \"crc32:00000000\". Take another copy; if it was changed on purpose, "
            "save it without \"checksum\".");
}

}  // namespace
}  // namespace glassgrad
