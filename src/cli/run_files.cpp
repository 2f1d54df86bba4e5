// Files are the same when device and inode are.
#include "run_files.hpp"

#include <unistd.h>

#include "glassgrad/array/error.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/io/file.hpp"

namespace glassgrad::cli {

bool RunFiles::identify(const std::string& path, Identity& identity) {
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0) {
    identity = {status.st_dev, status.st_ino, ""};
    return true;
  }
  const std::filesystem::path file(path);
  const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
  if (::stat(folder.c_str(), &status) != 0) return false;
  identity = {status.st_dev, status.st_ino, file.filename().string()};
  return true;
}

RunFiles& RunFiles::reads(std::string_view role, const std::filesystem::path& path) {
  Known input{std::string(role), path == "-" ? "/dev/stdin" : path.string(), {}};
  if (path.empty() || !identify(input.path, input.identity)) return *this;
  if (is_printed_to(input.identity))  // by >>, which leaves what is there
    throw DataError(command_, join(role, " ", input.path, " is the file that is printed to"),
                    "Print to another file");
  inputs_.push_back(std::move(input));
  return *this;
}

bool RunFiles::is_printed_to(const Identity& identity) {
  for (const int stream : {STDOUT_FILENO, STDERR_FILENO}) {
    struct stat status {};
    if (::fstat(stream, &status) != 0 || !S_ISREG(status.st_mode)) continue;
    if (Identity{status.st_dev, status.st_ino, ""} == identity) return true;
  }
  return false;
}

void RunFiles::refuse_known(std::string_view flag, const std::string& path,
                            const Identity& identity) const {
  for (const Known& input : inputs_)
    if (input.identity == identity)
      throw DataError(command_,
                      join(flag, " ", path, " is the same file as ", input.role, " ", input.path,
                           ", which is read"),
                      "Give another path");
  for (const Known& output : outputs_)
    if (output.identity == identity)
      throw DataError(command_,
                      join(flag, " ", path, " is the same file as ", output.role, " ", output.path),
                      "Give each a path of its own");
  if (is_printed_to(identity))
    throw DataError(command_, join(flag, " ", path, " is the file that what is printed goes to"),
                    "Give another path");
}

RunFiles& RunFiles::writes(std::string_view flag, const std::filesystem::path& path) {
  if (path.empty()) return *this;
  if (path == "-")
    throw DataError(command_, join(flag, " is -, which names no file"),
                    "Give the path of a file, ./- for one of that name");
  Known output{std::string(flag), path.string(), {}};
  if (identify(output.path, output.identity)) refuse_known(flag, output.path, output.identity);
  output_place(output.path, command_);
  outputs_.push_back(std::move(output));
  return *this;
}

RunFiles& RunFiles::replaces(std::string_view flag, const std::filesystem::path& path) {
  if (path.empty()) return *this;
  Known output{std::string(flag), path.string(), {}};
  if (identify(output.path, output.identity))
    std::erase_if(inputs_, [&](const Known& input) {
      return input.role == "--resume" && input.identity == output.identity;
    });
  return writes(flag, path);
}

}  // namespace glassgrad::cli
