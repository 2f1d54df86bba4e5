// Text from a file, made safe for an error message.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace glassgrad::detail {

// "text" in quotes, cut after at most 40 bytes, as printable() shows it.
std::string in_quotes(std::string_view text);

// "a", "b", "c"; of more than 16 the first, and how many more there are.
std::string in_quotes(const std::vector<std::string>& texts);
// The same, but of more than 16 those nearest to `name`.
std::string nearest_in_quotes(std::string_view name, const std::vector<std::string>& texts);

// 2, 3, 4. Not by fmt::join, of which g++ 12 warns wrongly at -O3.
std::string listed(const std::vector<std::int64_t>& numbers, std::string_view between = ", ");

}  // namespace glassgrad::detail
