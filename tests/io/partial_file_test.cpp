// What lies beside a file while it is written: whose it is, and that it never stays.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "glassgrad/array/error.hpp"
#include "glassgrad/io/file.hpp"
#include "support/error_of.hpp"

namespace glassgrad {
namespace {

namespace fs = std::filesystem;

class PartialFile : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "glassgrad-partial-XXXXXX").string();
    folder = ::mkdtemp(pattern.data());
    path = folder / "kept.bin";
  }
  void TearDown() override { fs::remove_all(folder); }
  std::ptrdiff_t entries() const { return std::distance(fs::directory_iterator(folder), {}); }

  fs::path folder, path;
};

// As in two PID namespaces: that the process is unknown here does not make the file abandoned.
TEST_F(PartialFile, OfAProcessThatIsUnknownHereStaysWhileItIsLocked) {
  const fs::path partial = folder / "kept.bin.partial-999999999-0";
  write_file(partial, "half");
  const int held = ::open(partial.c_str(), O_RDONLY);
  ASSERT_EQ(::flock(held, LOCK_EX), 0);
  write_file(path, "new");
  EXPECT_TRUE(fs::exists(partial));
  ::close(held);  // its writer has died
  write_file(path, "newer");
  EXPECT_FALSE(fs::exists(partial));
  EXPECT_EQ(entries(), 1);
}

TEST_F(PartialFile, IsLockedWhileItIsWritten) {
  int looked = 0;
  write_file(path, "contents", [&](std::string_view step) {
    if (step != "write") return;
    for (const auto& entry : fs::directory_iterator(folder)) {
      const int file = ::open(entry.path().c_str(), O_RDONLY);
      EXPECT_NE(::flock(file, LOCK_EX | LOCK_NB), 0) << entry.path();
      ::close(file);
      ++looked;
    }
    // another writer of the same file, as in a container of its own, leaves it alone
    write_file(path, "another");
  });
  EXPECT_EQ(looked, 1);
  EXPECT_EQ(read_file(path), "contents");
  EXPECT_EQ(entries(), 1);
}

// One left by a process that had this one's number.
TEST_F(PartialFile, OfADeadNamesakeIsRemoved) {
  const fs::path partial = path.string() + ".partial-" + std::to_string(::getpid()) + "-0";
  write_file(partial, "half");
  write_file(path, "new");
  EXPECT_EQ(entries(), 1);
}

TEST_F(PartialFile, FitsBesideTheLongestName) {
  for (const std::size_t size : {200, 215, 216, 230, 255}) {
    const fs::path longest = folder / std::string(size, 'n');
    write_file(longest, "once");
    write_file(longest, "twice");
    EXPECT_EQ(read_file(longest), "twice") << size;
  }
  EXPECT_EQ(entries(), 5);
  const fs::path beyond = folder / std::string(256, 'n');
  EXPECT_EQ(error_of([&] { write_file(beyond, ""); }),
            "[write_file] " + beyond.string() +
                " cannot be written: File name too long. Give a shorter path.");
}

// The signal's default action is to end the process.
TEST_F(PartialFile, ASizeLimitIsAnErrorAndNoSignal) {
  write_file(path, "old");
  const pid_t child = ::fork();
  if (child == 0) {
    ::signal(SIGXFSZ, SIG_DFL);
    const rlimit limit{1000, 1000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const std::string error = error_of([&] { write_file(path, std::string(5000, 'x')); });
    sigset_t blocked;
    ::pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
    const bool as_before = ::sigismember(&blocked, SIGXFSZ) == 0;
    ::_exit(as_before && error.find("File too large") != error.npos ? 42 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 42);
  EXPECT_EQ(read_file(path), "old");
  EXPECT_EQ(entries(), 1);
}

TEST_F(PartialFile, NothingIsWrittenThroughALinkToNothing) {
  fs::create_symlink("nowhere", path);
  EXPECT_EQ(error_of([&] { write_file(path, "x"); }),
            "[write_file] " + path.string() +
                " is a link to a file that is not there. Make that file, or give its own path.");
  EXPECT_TRUE(fs::is_symlink(path));
  write_file(folder / "nowhere", "");  // the advice
  write_file(path, "x");
  EXPECT_EQ(read_file(folder / "nowhere"), "x");
  EXPECT_TRUE(fs::is_symlink(path));
}

TEST_F(PartialFile, AReadOnlyFileIsNotReplaced) {
  write_file(path, "kept");
  ::chmod(path.c_str(), 0444);
  const std::string error = error_of([&] { write_file(path, "x"); });
  EXPECT_TRUE(error.starts_with("[write_file] " + path.string() + " cannot be replaced: "))
      << error;
  EXPECT_TRUE(error.ends_with(". Make it writable or choose another place.")) << error;
  EXPECT_EQ(read_file(path), "kept");
  ::chmod(path.c_str(), 0644);
  write_file(path, "x");
  EXPECT_EQ(read_file(path), "x");
}

}  // namespace
}  // namespace glassgrad
