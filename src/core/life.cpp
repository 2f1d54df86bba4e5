// The list of blocks that are free. Neither it nor they are ever freed: a Node of a tape that lived
// anywhere, at any time, may still look at its block.
#include "glassgrad/core/life.hpp"

#include <mutex>

namespace glassgrad {
namespace {

struct Lives {
  std::mutex lock;
  Life* free = nullptr;
  Life* spent = nullptr;  // of too many generations to go on
};
Lives& lives() {
  static Lives& all = *new Lives;
  return all;
}
// One that is free and in no list: a program that makes a tape, and another when that is gone,
// waits for no lock.
constinit std::atomic<Life*> at_hand{nullptr};
// A tape that begins below this has room for as many generations again.
constexpr std::uint32_t half = std::uint32_t(1) << 31;

}  // namespace

Life* Life::take(void* tape) {
  Life* life = at_hand.exchange(nullptr, std::memory_order_acquire);
  if (!life) {
    Lives& all = lives();
    const std::lock_guard guard(all.lock);
    life = all.free;
    if (life) all.free = life->after;
  }
  if (!life) life = new Life;
  // first the generation: whoever looks meanwhile sees no tape, not somebody else's
  life->born.store(life->next, std::memory_order_release);
  life->tape.store(tape, std::memory_order_release);
  return life;
}

void Life::give_back(std::uint32_t last) {
  tape.store(nullptr, std::memory_order_release);
  next = last + 1;
  Life* nothing = nullptr;
  if (last < half && at_hand.compare_exchange_strong(nothing, this, std::memory_order_release,
                                                     std::memory_order_relaxed))
    return;
  Lives& all = lives();
  const std::lock_guard guard(all.lock);
  Life*& list = last < half ? all.free : all.spent;
  after = list;
  list = this;
}

std::uint64_t next_tape_id() {
  constexpr std::uint64_t some = 1024;                   // a thread takes as many at once
  static constinit std::atomic<std::uint64_t> taken{1};  // 0 is no tape's
  static constinit thread_local std::uint64_t next = 0;
  if (next % some == 0) next = some * taken.fetch_add(1, std::memory_order_relaxed);
  return next++;
}

}  // namespace glassgrad
