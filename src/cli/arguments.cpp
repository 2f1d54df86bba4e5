// Sentences about command lines.
#include "arguments.hpp"

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "glassgrad/array/names.hpp"
#include "glassgrad/array/text.hpp"

namespace glassgrad::cli {
namespace {

constexpr double most_threads = 1024;  // as set_threads() has it

// [glassgrad] train has no flag "--epocs". Did you mean "--epochs"? See glassgrad train --help.
// Before a command there are those of glassgrad itself.
void refuse_unknown_flags(const CLI::App& command) {
  const bool itself = !command.get_parent();
  const std::string name = itself ? "glassgrad" : command.get_name();
  const std::string help = itself ? "glassgrad --help" : join("glassgrad ", name, " --help");
  std::vector<std::string> known;
  for (const CLI::Option* option : command.get_options())
    for (const std::string& flag : option->get_lnames()) known.push_back("--" + flag);
  const std::vector<std::string_view> views(known.begin(), known.end());
  for (const std::string& word : command.remaining()) {
    const std::string flag = word.substr(0, word.find('='));
    if (!flag.starts_with(itself ? "-" : "--") || flag == "-" || flag == "--") continue;
    if (std::find(known.begin(), known.end(), flag) != known.end())
      throw Error("glassgrad", join(flag, " stands behind --, where no options are"),
                  "Write it before --");
    throw Error("glassgrad", join(name, " has no flag \"", flag.substr(0, 40), "\""),
                join("Did you mean \"", nearest_name(flag.substr(0, 40), views), "\"? See ", help));
  }
}

[[noreturn]] void refuse_empty(std::string_view command, std::string_view name) {
  throw Error(command, join(name, " is empty"), "Give it a value, or leave it out");
}

}  // namespace

void refuse_empty_values(const CLI::App& command) {
  for (const CLI::Option* option : command.get_options())
    for (const std::string& value : option->results())
      if (value.empty() && option->get_name() != "expression")
        refuse_empty(command.get_name(), option->get_name());
}

void refuse_empty_values(std::string_view command, const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    if (word == "--") return;
    if (word.starts_with("--") && word.size() > 3 && word.find('=') == word.size() - 1)
      refuse_empty(command, std::string_view(word).substr(0, word.size() - 1));
  }
}

void check_environment() {
  const char* const asked = std::getenv("GLASSGRAD_THREADS");
  if (asked && *asked) whole_from("glassgrad", "GLASSGRAD_THREADS", asked, {1, most_threads});
}

Error refusal(const CLI::ParseError& error, const CLI::App& app, const CLI::App* command) {
  refuse_unknown_flags(app);
  if (command) refuse_unknown_flags(*command);
  std::string problem = error.what();
  while (problem.ends_with('.') || problem.ends_with('\n')) problem.pop_back();
  return Error("glassgrad", problem,
               join("See glassgrad", command ? " " + command->get_name() : "", " --help"));
}

}  // namespace glassgrad::cli
