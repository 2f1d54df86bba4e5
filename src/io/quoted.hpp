// Text from a file, made fit for an error message.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace glassgrad::detail {

// "text" in quotes, cut after about 40 bytes; control bytes and what is not UTF-8 as \xNN.
std::string in_quotes(std::string_view text);

// "a", "b", "c"
std::string in_quotes(const std::vector<std::string>& texts);

}  // namespace glassgrad::detail
