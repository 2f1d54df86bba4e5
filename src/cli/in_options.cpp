// The library's advice, reworded for the command line. The library's own words suit C++; these are
// the messages that reach a user of the program.
#include "boundary.hpp"

namespace glassgrad::cli {
namespace {

struct Words {
  std::string_view library, options;
};

constexpr Words table[] = {
    {", or fill it with a constant", ""},
    {"Give finite numbers; fill missing ones with an Imputer",
     "Give finite numbers, or --scale none"},
    {"; from C++ load_model reads any safetensors file", ""},
    {"that StepGuard or glassgrad train", "that glassgrad train"},
    {", or load its tensors with read_safetensors", ""},
    {"Give what write_json wrote", "Give what explain --json or train --report wrote"},
};

}  // namespace

std::string in_options(std::string message) {
  for (const auto& [library, options] : table) {
    if (const auto at = message.find(library); at != message.npos)
      message.replace(at, library.size(), options);
  }
  return message;
}

}  // namespace glassgrad::cli
