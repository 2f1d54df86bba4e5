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
// A tape that begins below this has room for as many generations again.
constexpr std::uint32_t half = std::uint32_t(1) << 31;

}  // namespace

Life* Life::take(void* tape) {
  Lives& all = lives();
  Life* life = nullptr;
  {
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
  Lives& all = lives();
  const std::lock_guard guard(all.lock);
  Life*& list = last < half ? all.free : all.spent;
  next = last + 1;
  after = list;
  list = this;
}

std::uint64_t next_tape_id() {
  static std::atomic<std::uint64_t> last{0};
  return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

}  // namespace glassgrad
