// What a tape is in the midst of while it calls people's code: a watcher, a hook, the function
// given to map_batch, compile or checkpoint. Meanwhile what was recorded before stays: see Hold.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "glassgrad/array/optional_index.hpp"

namespace glassgrad {

enum class Busy : std::uint8_t { recording, backward, map_batch, compile, checkpoint };

// What stays while a tape is busy: records before `size`; those from `example` on are of one
// example.
struct Held {
  std::uint32_t size = 0;
  OptionalIndex example;
  Busy with = Busy::recording;
  bool sweeping = false;  // with a backward, further out
};

// "backward is running, and cannot have its nodes forgotten by a hook"
std::string cannot_forget(Busy with);
std::string cannot_set(Busy with);
std::string when_it_has_returned(Busy with);  // "Call it when backward has returned"
[[noreturn]] void refuse_destroyed(std::string_view what, Busy with);

}  // namespace glassgrad
