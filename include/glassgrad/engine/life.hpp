// Life: the small block that a Node points to, and behind it the tape, or nothing when that is
// gone. A block is never freed, so looking at it is always safe; the next tape takes it over, and
// its generations go on from where they were: what was a node of the tape before is of none now.
#pragma once

#include <atomic>
#include <cstdint>

namespace glassgrad {

template <class T>
class Tape;

struct Life {
  std::atomic<void*> tape{nullptr};
  std::atomic<std::uint32_t> born{1};  // the first generation of the tape that has it now
  std::uint32_t next = 1;              // the first one of the tape that has it next
  std::uint32_t number = 0;            // of this block, from 1
  Life* after = nullptr;               // in the list of those that are free

  // The tape of a node of that generation, null when it is gone. (The tape is read first: who sees
  // a new one sees where its generations begin.)
  void* tape_of(std::uint32_t generation) const {
    void* const now = tape.load(std::memory_order_acquire);
    return generation >= born.load(std::memory_order_relaxed) ? now : nullptr;
  }
  // Of the tape that has it now: not the same for any two of this process, dead or alive.
  std::uint64_t tape_id() const {
    return std::uint64_t(number) << 32 | born.load(std::memory_order_relaxed);
  }
  // For the tape, with generations that no node of this block has yet.
  static Life* take(void* tape);
  // The tape is gone, whose last generation was that.
  void give_back(std::uint32_t last);
};

// The life that this thread's scalar code used last. What is read through it does not wait for the
// node that an op has just made: without it every op would be later by a load.
inline constinit thread_local Life* life_at_hand = nullptr;

// A tape, as long as it is there.
template <class T>
class Alive {
 public:
  explicit Alive(Life* life) : life_(life), born_(life->born.load(std::memory_order_relaxed)) {}
  Tape<T>* tape() const {  // null: it is gone
    void* const now = life_->tape.load(std::memory_order_acquire);
    return life_->born.load(std::memory_order_relaxed) == born_ ? static_cast<Tape<T>*>(now)
                                                                : nullptr;
  }

 private:
  Life* life_;
  std::uint32_t born_;
};

}  // namespace glassgrad
