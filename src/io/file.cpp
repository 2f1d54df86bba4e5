// Replacing whole files through POSIX calls; they are read in source.cpp.
#include "glassgrad/io/file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "glassgrad/core/error.hpp"

namespace glassgrad {
namespace {

namespace fs = std::filesystem;

std::string reason(int code) { return std::generic_category().message(code); }

// An open file that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(other.number_) { other.number_ = -1; }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int number() const { return number_; }

 private:
  int number_;
};

// The file being written beside its target. Removed at the end unless it was renamed.
class Partial {
 public:
  explicit Partial(const fs::path& target) : target_(target), descriptor_(create()) {}
  Partial(const Partial&) = delete;
  Partial& operator=(const Partial&) = delete;
  ~Partial() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }

  void take_permissions(mode_t mode) { ::fchmod(descriptor_.number(), mode & 0777); }

  void write(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t written = ::write(descriptor_.number(), bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) fail("written", errno);
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
  }

  void sync() {
    if (::fsync(descriptor_.number()) != 0) fail("flushed to disk", errno);
  }

  void rename() {
    if (::rename(path_.c_str(), target_.c_str()) != 0) fail("replaced", errno);
    path_.clear();
  }

 private:
  Descriptor create() {
    for (int number = 0;; ++number) {
      fs::path path = target_;
      path += fmt::format(".partial-{}-{}", ::getpid(), number);
      const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
      if (descriptor < 0 && (errno == EEXIST || errno == EINTR)) continue;
      if (descriptor < 0) {
        throw DataError("write_file",
                        fmt::format("{} cannot be created: {}", target_.string(), reason(errno)),
                        "Check that the folder exists and may be written to");
      }
      path_ = path;
      return Descriptor(descriptor);
    }
  }

  [[noreturn]] void fail(std::string_view done, int code) const {
    throw DataError("write_file",
                    fmt::format("{} cannot be {}: {}", target_.string(), done, reason(code)),
                    "Make room or choose another place; an older file is unchanged");
  }

  fs::path target_;
  fs::path path_;  // empty once renamed
  Descriptor descriptor_;
};

// Where the bytes shall go: `path`, or what it links to. Refuses what must not be replaced.
fs::path target_of(const fs::path& path) {
  std::error_code error;
  if (path.filename().empty()) {
    throw DataError("write_file", fmt::format("'{}' names no file", path.string()),
                    "Give the path of a file");
  }
  const fs::path target = fs::is_symlink(path, error) ? fs::weakly_canonical(path, error) : path;
  const fs::file_status status = fs::status(target, error);
  if (fs::exists(status) && !fs::is_regular_file(status)) {
    throw DataError("write_file",
                    fmt::format("{} is {}", path.string(),
                                fs::is_directory(status) ? "a folder" : "a device, pipe or socket"),
                    "Give the path of a file that may be replaced");
  }
  if (fs::exists(status) && ::access(target.c_str(), W_OK) != 0) {
    throw DataError("write_file",
                    fmt::format("{} cannot be replaced: {}", path.string(), reason(errno)),
                    "Make it writable or choose another place");
  }
  return target;
}

// Removes partial files of this target whose process no longer lives.
void remove_leftovers(const fs::path& target) {
  const std::string start = target.filename().string() + ".partial-";
  const fs::path folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
  std::error_code ignored;
  for (fs::directory_iterator entry(folder, ignored), end; entry != end; entry.increment(ignored)) {
    if (ignored) return;
    const std::string name = entry->path().filename().string();
    if (!name.starts_with(start)) continue;
    pid_t process = 0;
    const char* last = name.data() + name.size();
    const auto [rest, error] = std::from_chars(name.data() + start.size(), last, process);
    if (error != std::errc() || rest == last || *rest != '-' || process <= 0) continue;
    if (::kill(process, 0) != 0 && errno == ESRCH) fs::remove(entry->path(), ignored);
  }
}

// Makes the rename itself survive a power cut. Some file systems refuse this; nothing is lost then.
void sync_folder(const fs::path& target) {
  const fs::path folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
  const Descriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (descriptor.number() >= 0) ::fsync(descriptor.number());
}

}  // namespace

void write_file(const std::string& path, std::span<const std::string_view> parts,
                const WriteHook& before) {
  constexpr std::size_t chunk = 1 << 20;
  const auto step = [&](std::string_view name) {
    if (before) before(name);
  };
  const fs::path target = target_of(path);
  struct stat old {};
  const bool replaces = ::stat(target.c_str(), &old) == 0;
  remove_leftovers(target);
  step("create");
  Partial partial(target);
  if (replaces) partial.take_permissions(old.st_mode);
  for (const std::string_view part : parts) {
    for (std::size_t begin = 0; begin < part.size(); begin += chunk) {
      step("write");
      partial.write(part.substr(begin, chunk));
    }
  }
  step("sync");
  partial.sync();
  step("rename");
  partial.rename();
  step("sync folder");
  sync_folder(target);
}

void write_file(const std::string& path, std::string_view contents, const WriteHook& before) {
  write_file(path, std::span(&contents, 1), before);
}

}  // namespace glassgrad
