// The list of blocks that are free. Neither it nor they are ever freed: a Node of a tape that lived
// anywhere, at any time, may still look at its block. The one that came back last lies beside the
// list, where taking it and putting it back is one exchange: tapes that are made for one step each.
#include "glassgrad/engine/life.hpp"

#include <mutex>

#include "glassgrad/array/narrow.hpp"

namespace glassgrad {
namespace {

struct Lives {
  std::mutex lock;
  Life* free = nullptr;
  Life* spent = nullptr;  // of too many generations to go on
  std::uint64_t count = 0;
};
Lives& lives() {
  static Lives& all = *new Lives;
  return all;
}
constinit std::atomic<Life*> came_back_last{nullptr};
// A tape that begins below this has room for as many generations again.
constexpr std::uint32_t half = std::uint32_t(1) << 31;

[[gnu::noinline]] Life* take_listed() {
  Lives& all = lives();
  const std::lock_guard guard(all.lock);
  if (Life* const life = all.free) return all.free = life->after, life;
  const auto number = narrow<std::uint32_t>("tape", "the number of tapes", all.count + 1);
  Life* const life = new Life;
  all.count = life->number = number;
  return life;
}
[[gnu::noinline]] void put_in_list(Life* life, Life* Lives::*which) {
  Lives& all = lives();
  const std::lock_guard guard(all.lock);
  Life*& list = all.*which;
  life->after = list;
  list = life;
}

}  // namespace

Life* Life::take(void* tape) {
  Life* life = came_back_last.exchange(nullptr, std::memory_order_acquire);
  if (!life) life = take_listed();
  // first the generation: whoever looks meanwhile sees no tape, not another's
  life->born.store(life->next, std::memory_order_release);
  life->tape.store(tape, std::memory_order_release);
  return life;
}

void Life::give_back(std::uint32_t last) {
  tape.store(nullptr, std::memory_order_release);
  next = last + 1;
  if (last >= half) return put_in_list(this, &Lives::spent);
  Life* const before = came_back_last.exchange(this, std::memory_order_acq_rel);
  if (before) put_in_list(before, &Lives::free);
}

}  // namespace glassgrad
