#include "support/paths.hpp"

namespace glassgrad {

std::string source_folder() { return GLASSGRAD_SOURCE_DIR; }
std::string command_path() { return GLASSGRAD_CLI_PATH; }
std::string kill_at_path() { return GLASSGRAD_KILL_AT_PATH; }

}  // namespace glassgrad
