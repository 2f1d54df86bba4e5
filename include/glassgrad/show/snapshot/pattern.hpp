// Patterns that choose nodes by their path: "net/layer1/z", the scopes and the node's label.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace glassgrad {

// ? is any letter but /, * any number of them, ** any number of letters. A pattern fits a path when
// it fits all of it, or the scopes it begins with ("net/layer1" fits everything inside), or its
// last part ("layer1.W").
bool fits(std::string_view pattern, std::string_view path);
// Whether one of them does; where there are none, everything fits.
bool fits_one(std::span<const std::string> patterns, std::string_view path);

}  // namespace glassgrad
