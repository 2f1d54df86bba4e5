// Text quoted for a shell, for advice to copy and run.
#pragma once

#include <string>
#include <string_view>

namespace glassgrad::detail {

// A path as one word: d.csv, 'my data.csv', ./-d.csv
std::string shell_word(std::string_view path);

}  // namespace glassgrad::detail
