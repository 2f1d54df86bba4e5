// The options of every command as the program itself tells them, so that a new one is tested from
// its first day.
#pragma once

#include <sstream>
#include <string>
#include <vector>

#include "command.hpp"

namespace glassgrad::testing_cli {

struct Option {
  std::string command, name, type;  // type: TEXT, INT, FLOAT or, of a flag, ""
};

// The first words of a --help's indented lines: "--rate FLOAT=0.003", "-o,--output TEXT".
inline void add_options(const std::string& command, const std::string& help,
                        std::vector<Option>& all) {
  std::istringstream lines(help);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("  ") || line.starts_with("   ")) continue;
    std::istringstream words(line);
    std::string name, type;
    words >> name >> type;
    if (const auto comma = name.find(','); comma != name.npos) name = name.substr(comma + 1);
    type = type.substr(0, type.find('='));
    if (type != "TEXT" && type != "INT" && type != "FLOAT") type = "";
    all.push_back({command, name, type});
  }
}

// said(arguments) is what the program prints.
std::vector<Option> options_of(const auto& said) {
  std::vector<std::string> commands;
  std::istringstream lines(said("--help"));
  bool listed = false;
  for (std::string line; std::getline(lines, line);) {
    std::string name;
    if (listed && line.starts_with("  ")) std::istringstream(line) >> name;
    if (!name.empty()) commands.push_back(name);
    listed |= line.starts_with("Subcommands:");
  }
  std::vector<Option> all;
  for (const std::string& command : commands) add_options(command, said(command + " --help"), all);
  return all;
}

}  // namespace glassgrad::testing_cli
