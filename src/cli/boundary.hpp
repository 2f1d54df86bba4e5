// The one place where exceptions become a line on stderr and an exit code.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace glassgrad::cli {

// What `run` returns, or 2 with one line, [command] what is wrong. What to do. (below it the
// place, for an expression); checked() as terminal.hpp says. `command` may be set while it runs.
// An exception that nothing catches, on any thread, ends the program with such a line too.
int guarded(const std::string_view& command, const std::function<int()>& run);

// A message of the library in terms of the command line: options in place of C++ arguments, those
// of this command.
std::string in_options(std::string message, std::string_view command);

}  // namespace glassgrad::cli
