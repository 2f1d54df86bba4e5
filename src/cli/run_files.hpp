// The files of one run of the program, inputs and outputs. Checked before the work begins, so that
// no training is lost and no output overwrites an input.
#pragma once

#include <sys/stat.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace glassgrad::cli {

class RunFiles {
 public:
  explicit RunFiles(std::string_view command) : command_(command) {}

  // `role` names it in messages: "the data", "--test". An empty path is none. Throws DataError for
  // the file that is printed to.
  RunFiles& reads(std::string_view role, const std::filesystem::path& path);
  // Throws DataError where write_file could not write (io/file.hpp: output_place), and where it is
  // an input, another output, or the file that is printed to: by another name or link too. To be
  // called after reads().
  RunFiles& writes(std::string_view flag, const std::filesystem::path& path);
  // The same for a file that is read and then replaced: --resume's.
  RunFiles& replaces(std::string_view flag, const std::filesystem::path& path);

 private:
  // An existing file by its own identity, a new one by its folder's and its name.
  struct Identity {
    dev_t device = 0;
    ino_t number = 0;
    std::string name;
    bool operator==(const Identity&) const = default;
  };
  struct Known {
    std::string role, path;
    Identity identity;
  };
  static bool identify(const std::string& path, Identity& identity);
  static bool is_printed_to(const Identity& identity);
  void refuse_known(std::string_view flag, const std::string& path, const Identity& identity) const;

  std::string_view command_;
  std::vector<Known> inputs_, outputs_;
};

}  // namespace glassgrad::cli
