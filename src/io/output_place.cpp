// Whether a file can be written at a path, before there is anything to write.
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "glassgrad/array/error.hpp"
#include "glassgrad/io/file.hpp"

namespace glassgrad {
namespace {

namespace fs = std::filesystem;

constexpr mode_t anybody_writes = S_IWUSR | S_IWGRP | S_IWOTH;

class Place {
 public:
  Place(const std::string& path, std::string_view where) : path_(path), where_(where) {}

  std::string resolved() const {
    if (path_.empty() || path_.find('\0') != path_.npos)
      refuse(fmt::format("'{}' names no file", path_), "Give the path of a file");
    struct stat link {
    }, file{};
    const bool is_there = ::lstat(path_.c_str(), &link) == 0;
    if (!is_there && errno == ENAMETOOLONG)
      refuse(path_ + " cannot be written: " + reason(errno), "Give a shorter path");
    const bool leads_on = is_there && S_ISLNK(link.st_mode);
    if (::stat(path_.c_str(), &file) != 0) {
      if (leads_on)
        refuse(path_ + " is a link to a file that is not there",
               "Make that file, or give its own path");
      if (fs::path(path_).filename().empty())
        refuse(fmt::format("'{}' names no file", path_), "Give the path of a file");
      check_folder(path_);
      return path_;
    }
    check_file(file);
    std::error_code error;
    const fs::path target = leads_on ? fs::canonical(path_, error) : fs::path(path_);
    check_folder(target);
    return target.string();
  }

 private:
  static std::string reason(int code) { return std::generic_category().message(code); }
  [[noreturn]] void refuse(const std::string& problem, std::string_view remedy) const {
    throw DataError(where_, problem, remedy);
  }

  // An existing file: renaming over it needs no write permission, but the owner's wish is
  // respected, by root too.
  void check_file(const struct stat& file) const {
    if (S_ISDIR(file.st_mode)) refuse(path_ + " is a folder", "Give the path of a file");
    if (!S_ISREG(file.st_mode))
      refuse(path_ + " is a device, pipe or socket",
             "Give the path of a file that may be replaced");
    const bool may = ::access(path_.c_str(), W_OK) == 0;
    if (!may || (file.st_mode & anybody_writes) == 0)
      refuse(
          fmt::format("{} cannot be replaced: {}", path_, may ? "it is read-only" : reason(errno)),
          "Make it writable or choose another place");
  }

  void check_folder(const fs::path& target) const {
    const fs::path folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
    struct stat status {};
    if (::stat(folder.c_str(), &status) != 0 || !S_ISDIR(status.st_mode))
      refuse(fmt::format("{} cannot be written: there is no folder {}", path_, folder.string()),
             "Make the folder, or give another path");
    if (::access(folder.c_str(), W_OK | X_OK) != 0)
      refuse(fmt::format("the folder {} cannot be written to: {}", folder.string(), reason(errno)),
             "Give another path");
  }

  const std::string& path_;
  std::string_view where_;
};

}  // namespace

std::string output_place(const std::string& path, std::string_view where) {
  return Place(path, where).resolved();
}

}  // namespace glassgrad
