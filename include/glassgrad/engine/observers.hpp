// Observers: who is shown what a tape does while it does it, a watcher and the hooks of nodes, and
// whether a number was looked at.
#pragma once

#include <memory>
#include <vector>

#include "glassgrad/array/function.hpp"
#include "glassgrad/engine/upstreams.hpp"
#include "glassgrad/engine/watcher.hpp"

namespace glassgrad {

// While it lives, the records so far cannot be forgotten, nor their leaves set. What map_batch
// records from `example` on is of one example: no backward, no hooks.
template <class T>
class Hold {
 public:
  Hold(Tape<T>& tape, Busy with, OptionalIndex example = {})
      : Hold(parts_of(tape).records, with, example) {}
  Hold(Records<T>& records, Busy with, OptionalIndex example = {})
      : records_(&records), tape_(records.life()), before_(records.held), with_(with) {
    records.held = {records.size(), std::min(before_.example, example), with,
                    before_.sweeping || with == Busy::backward};
  }
  ~Hold() {
    if (alive()) records_->held = before_;
  }
  Hold(const Hold&) = delete;
  Hold& operator=(const Hold&) = delete;
  bool alive() const { return tape_.tape() != nullptr; }
  void check(std::string_view what) const {  // that whoever was called has left the tape alive
    if (!alive()) refuse_destroyed(what, with_);
  }

 private:
  Records<T>* records_;
  Alive<T> tape_;
  Held before_;
  Busy with_;
};

namespace detail {

template <class T>
class Observers {
 public:
  using Hook = Function<void(View<T>)>;

  explicit Observers(Records<T>& records) : records_(records) {}
  bool watched() const { return watcher_ != nullptr; }
  void watch(std::unique_ptr<Watcher<T>> watcher);
  void add(std::uint32_t index, Hook hook);
  void forget(std::uint32_t size) {  // hooks of records from there on
    if (!hooks_.empty())
      std::erase_if(hooks_, [size](const Hooked& hook) { return hook.index >= size; });
  }

  // What the watcher throws passes; a tape that it has destroyed is refused.
  void recorded(const Node<T>& node);
  // Its upstream is complete: hooks may write it, for which it is made the node's own, then the
  // watcher is shown it.
  void arrived(std::uint32_t index, Upstreams<T>& upstreams, const Hold<T>& hold);

  bool value_was_read = false;  // since a program was begun: it looked at a number

 private:
  void show(void (Watcher<T>::*what)(const Node<T>&), std::uint32_t index);

  struct Hooked {
    std::uint32_t index;
    Hook run;
  };
  Records<T>& records_;
  std::vector<Hooked> hooks_;
  std::shared_ptr<Watcher<T>> watcher_;  // held by whoever calls it, too
};

}  // namespace detail
}  // namespace glassgrad
