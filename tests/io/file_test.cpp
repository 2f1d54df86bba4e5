// Files replaced whole or not at all: by errors, by hooks that throw, by processes killed at each
// step. tests/io/safetensors_test.cpp does the same to a model.
#include "glassgrad/io/file.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "glassgrad/array/error.hpp"
#include "support/error_of.hpp"

namespace glassgrad {
namespace {

namespace fs = std::filesystem;

class File : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "glassgrad-file-XXXXXX").string();
    folder = ::mkdtemp(pattern.data());
    path = folder / "kept.bin";
  }
  void TearDown() override { fs::remove_all(folder); }

  std::size_t entries() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), {}));
  }

  fs::path folder;
  fs::path path;
};

std::vector<std::string> steps_of(const fs::path& path, std::span<const std::string_view> parts) {
  std::vector<std::string> steps;
  write_file(path, parts, [&](std::string_view step) { steps.emplace_back(step); });
  return steps;
}

// Runs `action` in a child process and returns its wait status.
int in_child(const auto& action) {
  const pid_t child = ::fork();
  if (child == 0) {
    action();
    ::_exit(0);
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  return status;
}

TEST_F(File, GoesOutAndComesBack) {
  const std::string bytes("a\0b\r\n\xff", 6);
  write_file(path, bytes);
  EXPECT_EQ(read_file(path), bytes);
  const std::string_view parts[] = {"one", "", "two"};
  write_file(path, parts);
  EXPECT_EQ(read_file(path), "onetwo");
  write_file(path, "");
  EXPECT_EQ(read_file(path), "");
  EXPECT_EQ(entries(), 1U);
}

TEST_F(File, BigFilesComeBackWhole) {
  std::string bytes(5'000'001, 'x');
  for (std::size_t i = 0; i < bytes.size(); i += 997) bytes[i] = static_cast<char>(i);
  write_file(path, bytes);
  EXPECT_EQ(read_file(path), bytes);
}

TEST_F(File, TheStepsAreNamed) {
  const std::string big((1 << 20) + 1, 'x');
  const std::string_view parts[] = {"small", big};
  const std::vector<std::string> expected{"create", "write",  "write",      "write",
                                          "sync",   "rename", "sync folder"};
  EXPECT_EQ(steps_of(path, parts), expected);
}

TEST_F(File, AThrowAtAnyStepLeavesTheOldFileAndNothingElse) {
  const std::string_view parts[] = {"new ", "contents"};
  const std::size_t count = steps_of(path, parts).size();
  for (std::size_t fatal = 0; fatal < count; ++fatal) {
    write_file(path, "old");
    std::size_t step_number = 0;
    const auto hook = [&](std::string_view) {
      if (step_number++ == fatal) throw std::runtime_error("stopped");
    };
    EXPECT_THROW(write_file(path, parts, hook), std::runtime_error);
    EXPECT_EQ(read_file(path), fatal + 1 < count ? "old" : "new contents") << fatal;
    EXPECT_EQ(entries(), 1U) << fatal;
  }
}

TEST_F(File, AKillAtAnyStepLeavesTheOldOrTheNewFile) {
  const std::string_view parts[] = {"new ", "contents"};
  const std::size_t count = steps_of(path, parts).size();
  for (std::size_t fatal = 0; fatal < count; ++fatal) {
    write_file(path, "old");
    const int status = in_child([&] {
      std::size_t step_number = 0;
      write_file(path, parts, [&](std::string_view) {
        if (step_number++ == fatal) ::raise(SIGKILL);
      });
    });
    ASSERT_TRUE(WIFSIGNALED(status)) << fatal;
    EXPECT_EQ(read_file(path), fatal + 1 < count ? "old" : "new contents") << fatal;
    EXPECT_LE(entries(), 2U) << fatal;  // a partial file may be left: the next write removes it
    write_file(path, "next");
    EXPECT_EQ(read_file(path), "next");
    EXPECT_EQ(entries(), 1U) << fatal;
  }
}

TEST_F(File, OtherPeoplesPartialFilesStay) {
  for (const auto& name :
       {"kept.bin.partial-x", "kept.bin.partial-1-0", "other.partial-999999999-0"})
    write_file(folder / name, "");  // process 1 lives
  write_file(path, "new");
  EXPECT_EQ(entries(), 4U);
}

TEST_F(File, AFullDiskIsAnErrorAndTheOldFileStays) {
  write_file(path, "old");
  const int status = in_child([&] {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{1000, 1000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const std::string expected = "[write_file] " + path.string() +
                                 " cannot be written: File too large. "
                                 "Make room or choose another place; an older file is unchanged.";
    const std::string error = error_of([&] { write_file(path, std::string(5000, 'x')); });
    ::_exit(error == expected ? 42 : 1);
  });
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 42);
  EXPECT_EQ(read_file(path), "old");
  EXPECT_EQ(entries(), 1U);
}

TEST_F(File, LinksAreFollowedAndPermissionsKept) {
  write_file(path, "old");
  ::chmod(path.c_str(), 0666);
  fs::create_symlink("kept.bin", folder / "link");
  write_file(folder / "link", "new");
  EXPECT_TRUE(fs::is_symlink(folder / "link"));
  EXPECT_EQ(read_file(path), "new");
  EXPECT_EQ(fs::status(path).permissions(), static_cast<fs::perms>(0666));
}

TEST_F(File, WriteErrors) {
  const fs::path lost = folder / "no" / "file";
  EXPECT_EQ(error_of([&] { write_file(lost, ""); }),
            "[write_file] " + lost.string() + " cannot be written: there is no folder " +
                (folder / "no").string() + ". Make the folder, or give another path.");
  EXPECT_EQ(error_of([&] { write_file(folder, ""); }),
            "[write_file] " + folder.string() + " is a folder. Give the path of a file.");
  EXPECT_EQ(error_of([&] { write_file("/dev/null", ""); }),
            "[write_file] /dev/null is a device, pipe or socket. "
            "Give the path of a file that may be replaced.");
  EXPECT_EQ(error_of([&] { write_file("", "x"); }),
            "[write_file] '' names no file. Give the path of a file.");
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
}

TEST_F(File, ReadErrors) {
  EXPECT_EQ(error_of([&] { read_file(path); }),
            "[read_file] " + path.string() + " does not exist. Check the path.");
  EXPECT_EQ(error_of([&] { read_file(folder, "read_csv"); }),
            "[read_csv] " + folder.string() + " is a folder. Give the path of a file.");
  const fs::path under = path / "x";
  write_file(path, "a file");
  EXPECT_EQ(error_of([&] { read_file(under); }),
            "[read_file] " + under.string() +
                " cannot be opened: Not a directory. Check the path and its permissions.");
}

TEST(Crc32, KnownAnswers) {
  EXPECT_EQ(crc32(""), 0U);
  EXPECT_EQ(crc32({}, 0xCBF43926U), 0xCBF43926U);  // nothing follows, and it is nowhere
  EXPECT_EQ(crc32("123456789"), 0xCBF43926U);      // the check value every CRC catalogue lists
  EXPECT_EQ(crc32("The quick brown fox jumps over the lazy dog"), 0x414FA339U);
  const std::string text = "The quick brown fox jumps over the lazy dog";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    EXPECT_EQ(crc32(text.substr(cut), crc32(text.substr(0, cut))), 0x414FA339U) << cut;
  }
}

}  // namespace
}  // namespace glassgrad
