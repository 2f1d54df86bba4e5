// What is said to who touches a tape that is busy.
#include "glassgrad/engine/busy.hpp"

#include "glassgrad/array/text.hpp"

namespace glassgrad {
namespace {

std::string_view now(Busy with) {
  constexpr std::string_view all[] = {
      "a node is being recorded", "backward is running", "map_batch is running its function",
      "compile is recording its function", "a checkpoint is running its function"};
  return all[std::size_t(with)];
}

}  // namespace

std::string cannot_forget(Busy with) {
  constexpr std::string_view all[] = {
      "cannot be forgotten by a watcher", "cannot have its nodes forgotten by a hook",
      "what was recorded before cannot be forgotten", "what it is fed with cannot be forgotten",
      "what was recorded before cannot be forgotten"};
  return join(now(with), ", and ", all[std::size_t(with)]);
}

std::string cannot_set(Busy with) {
  return join(now(with), ", and numbers that were recorded before cannot be set");
}

std::string when_it_has_returned(Busy with) {
  constexpr std::string_view all[] = {"the op", "backward", "map_batch", "compile", "checkpoint"};
  return join("Call it when ", all[std::size_t(with)], " has returned");
}

void refuse_destroyed(std::string_view what, Busy with) {
  throw TapeError(what,
                  join(with == Busy::map_batch ? "the function" : "a hook or a watcher",
                       " has destroyed the tape that was calling it"),
                  "Destroy it when the call has returned");
}

}  // namespace glassgrad
