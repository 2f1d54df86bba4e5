// For a name that does not exist: the nearest one that does.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "glassgrad/array/error.hpp"

namespace glassgrad {

// The valid name that begins like it, or else the one with the fewest letters to insert, delete,
// change or swap; initials count too ("mse" is nearest to "mean_squared_error").
std::string_view nearest_name(std::string_view name, std::span<const std::string_view> valid);

// Up to that many, nearest first; all of them in their own order if there are no more.
std::vector<std::string_view> nearest_names(std::string_view name,
                                            std::span<const std::string_view> valid,
                                            std::size_t most);

// [where] there is no <kind> "rleu". Did you mean "relu"? There are identity, relu, ...
// Of more than 64 names the nearest 8 are told.
Error unknown_name(std::string_view where, std::string_view kind, std::string_view name,
                   std::span<const std::string_view> valid);

}  // namespace glassgrad
