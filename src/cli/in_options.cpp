// The library's advice, reworded for the command line. The library's own words suit C++; these are
// the messages that reach a user of the program.
#include "boundary.hpp"

namespace glassgrad::cli {
namespace {

struct Words {
  std::string_view library, options;
  std::string_view command = {};  // the only one that says it so; empty: all
};

constexpr Words table[] = {
    {", or fill it with a constant", ""},
    {"Give finite numbers; fill missing ones with an Imputer",
     "Give finite numbers, or --scale none"},
    {"; from C++ load_model reads any safetensors file", ""},
    {"that StepGuard or glassgrad train", "that glassgrad train"},
    {", or load its tensors with read_safetensors", ""},
    {"Give what write_json wrote", "Give what explain --json or train --report wrote"},
    {"Give a page that write_html wrote", "Give what explain --html or train --report wrote"},
    {"Fold scopes, or use write_html, whose page folds by itself",
     "Give -o a name that ends in .html: the page folds by itself", "view"},
    {"Fold scopes, or use write_html, whose page folds by itself",
     "Name its parts and give --fold, or --html in place of --svg: the page folds by itself",
     "explain"},
    {"[write_svg]", "[view]", "view"},
    {"[write_svg]", "[explain]", "explain"},
};

}  // namespace

std::string in_options(std::string message, std::string_view command) {
  for (const auto& [library, options, only] : table) {
    if (!only.empty() && only != command) continue;
    if (const auto at = message.find(library); at != message.npos)
      message.replace(at, library.size(), options);
  }
  return message;
}

}  // namespace glassgrad::cli
