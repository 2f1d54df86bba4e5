// The parts of a snapshot's JSON that json.cpp puts together: numbers and arrays (json_array.cpp),
// and what a snapshot holds beside its graph (json_extra.cpp), there and back.
#pragma once

#include <span>

#include "glassgrad/show/snapshot/snapshot.hpp"
#include "show/json/json_part.hpp"

namespace glassgrad::detail {

Json to_json(double number);  // a string where it is not finite
Json to_json(const SnapshotArray& array);
Json plain_numbers(std::span<const double> numbers);
// As float32 in base64 where that loses nothing, else as float64.
Json packed_numbers(std::span<const double> numbers);
// As bytes that spread 0..255 over low..high: for pictures.
Json bytes_of(std::span<const double> numbers, double low, double high);

// The keys that come from no tape: problems, stack, update, training, and `more`.
void add_extras(const Snapshot& shot, Json& json);
// Adds the keys of a JSON object that was kept as text, to one nested that deep.
void add_more(const std::string& more, Json& json, std::size_t around);
void read_extras(const Part& file, Snapshot& shot);

}  // namespace glassgrad::detail
