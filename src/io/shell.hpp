// Text as a shell takes it, for advice that is copied and run.
#pragma once

#include <string>
#include <string_view>

namespace glassgrad::detail {

// A path as one word: d.csv, 'my data.csv', ./-d.csv
std::string shell_word(std::string_view path);

}  // namespace glassgrad::detail
