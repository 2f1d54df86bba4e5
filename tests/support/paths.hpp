// Where things are on this machine. Compiled once, so that every other test is the same bytes in
// any folder, and a second clone finds it in the compiler's cache.
#pragma once

#include <string>

namespace glassgrad {

std::string source_folder();  // of the repository
std::string command_path();   // the command line, glassgrad
std::string kill_at_path();   // what is loaded into it to kill it while it saves

}  // namespace glassgrad
