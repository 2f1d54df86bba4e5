// Replacing whole files through POSIX calls; they are read in source.cpp.
#include "glassgrad/io/file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <system_error>

#include "glassgrad/array/error.hpp"

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

// The start of a partial file's name: its target's name, cut to leave room for the rest.
std::string partial_name(const fs::path& target) {
  constexpr std::size_t longest = 255, behind = 40, kept = 150;
  const std::string name = target.filename().string();
  return name.size() + behind <= longest
             ? name
             : name.substr(0, kept) + fmt::format("-{:08x}", crc32(name));
}

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
      path.replace_filename(
          fmt::format("{}.partial-{}-{}", partial_name(target_), ::getpid(), number));
      Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
      if (file.number() < 0 && (errno == EEXIST || errno == EINTR)) continue;
      if (file.number() < 0) fail("created", errno);
      if (!lock(file)) continue;
      path_ = path;
      return file;
    }
  }

  // Locks it for its living writer. False if another writer took it for abandoned and removed it.
  static bool lock(const Descriptor& file) {
    while (::flock(file.number(), LOCK_EX) != 0 && errno == EINTR) {
    }
    struct stat status {};
    return ::fstat(file.number(), &status) != 0 || status.st_nlink > 0;
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

// Whether a process of that number lives. In another PID namespace a living one may be unknown, and
// numbers coincide: so the lock is tested too.
bool lives(pid_t process) {
  return process != ::getpid() && (::kill(process, 0) == 0 || errno != ESRCH);
}

// A writer holds a lock on its partial file (flock: the kernel's, seen across PID namespaces). True
// if none does; false also where the file system has no locks.
bool is_abandoned(const fs::path& partial) {
  const Descriptor file(::open(partial.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  return file.number() >= 0 && ::flock(file.number(), LOCK_EX | LOCK_NB) == 0;
}

// Removes partial files of this target whose writer no longer lives.
void remove_leftovers(const fs::path& target) {
  const std::string start = partial_name(target) + ".partial-";
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
    if (!lives(process) && is_abandoned(entry->path())) fs::remove(entry->path(), ignored);
  }
}

// While it lives, a write beyond the largest file allowed fails (EFBIG) instead of ending the
// process: SIGXFSZ comes to the thread that writes, and is taken back from it here.
class NoSizeSignal {
 public:
  NoSizeSignal() {
    ::sigemptyset(&size_);
    ::sigaddset(&size_, SIGXFSZ);
    sigset_t waiting;
    ::sigpending(&waiting);
    was_waiting_ = ::sigismember(&waiting, SIGXFSZ) == 1;
    ::pthread_sigmask(SIG_BLOCK, &size_, &before_);
  }
  ~NoSizeSignal() {
    const timespec now{0, 0};
    if (!was_waiting_) ::sigtimedwait(&size_, nullptr, &now);
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  NoSizeSignal(const NoSizeSignal&) = delete;
  NoSizeSignal& operator=(const NoSizeSignal&) = delete;

 private:
  sigset_t size_{}, before_{};
  bool was_waiting_ = false;
};

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
  const fs::path target = output_place(path);
  struct stat old {};
  const bool replaces = ::stat(target.c_str(), &old) == 0;
  remove_leftovers(target);
  const NoSizeSignal quiet;
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
