// Whether a JSON text fits docs/snapshot.schema.json, by Python's jsonschema.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "glassgrad/io/file.hpp"
#include "support/paths.hpp"

namespace glassgrad {

// "" when it fits; what is wrong otherwise; "skip" where there is no jsonschema,
// or no Python.
inline std::string schema_fault(const std::string& json) {
  const auto file = std::filesystem::temp_directory_path() /
                    ("glassgrad-schema-" + std::to_string(::getpid()) + ".json");
  const std::string said = file.string() + ".txt", source = source_folder();
  write_file(file.string(), json);
  const int status =
      std::system(("python3 '" + source + "/tests/show/schema.py' '" + source +
                   "/docs/snapshot.schema.json' '" + file.string() + "' > '" + said + "' 2>&1")
                      .c_str());
  const std::string text = read_file(said);
  std::filesystem::remove(file);
  std::filesystem::remove(said);
  if (WIFEXITED(status) && (WEXITSTATUS(status) == 77 || WEXITSTATUS(status) == 127)) return "skip";
  return status == 0 ? "" : text.empty() ? "no answer" : text;
}

}  // namespace glassgrad
