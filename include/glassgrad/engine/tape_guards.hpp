// What holds a tape in some state for as long as it lives: an open scope, a checkpoint, records
// that must stay, nodes that are derivatives. All know when their tape has gone. Included by
// tape.hpp, at its end.
#pragma once

#include "glassgrad/engine/tape.hpp"

namespace glassgrad {

// What checkpoint(f, inputs...) makes. Arrays that ops compute while one is open are dropped by
// close(), all but those of its results; a backward or a view that needs one later has it computed
// again. Without close() what was recorded is undone.
template <class T>
class Tape<T>::Checkpoint {
 public:
  explicit Checkpoint(Tape& tape);
  ~Checkpoint();
  Checkpoint(const Checkpoint&) = delete;
  Checkpoint& operator=(const Checkpoint&) = delete;
  // Throws TapeError for a result of another tape, and when the tape was cleared in between.
  void close(std::span<const Node<T>> results);

 private:
  Alive<T> tape_;
  Mark mark_;
  std::uint64_t region_;
  bool closed_ = false;
};

// Closes its scope.
template <class T>
class Tape<T>::ScopeGuard {
 public:
  explicit ScopeGuard(Tape& tape, std::uint32_t outer)
      : tape_(tape.life_), inside_(tape.mark()), outer_(outer) {}
  ~ScopeGuard() {
    if (Tape* const tape = tape_.tape()) tape->close_scope(inside_, outer_);
  }
  ScopeGuard(const ScopeGuard&) = delete;
  ScopeGuard& operator=(const ScopeGuard&) = delete;

 private:
  Alive<T> tape_;
  Mark inside_;
  std::uint32_t outer_;
};

// While it lives, the records so far cannot be forgotten, nor their leaves set. What map_batch
// records from `example` on is of one example: no backward, no hooks.
template <class T>
class Tape<T>::Hold {
 public:
  Hold(Tape& tape, Busy with, std::uint32_t example = no_record)
      : tape_(tape.life_),
        before_(tape.held_),
        with_(with),
        sweeping_(std::exchange(tape.sweeping_, tape.sweeping_ || with == Busy::backward)) {
    tape.held_ = {tape.size_, std::min(before_.example, example), with};
  }
  ~Hold() {
    if (Tape* const tape = tape_.tape()) tape->held_ = before_, tape->sweeping_ = sweeping_;
  }
  Hold(const Hold&) = delete;
  Hold& operator=(const Hold&) = delete;
  void check(std::string_view what) const {  // that whoever was called has left it alive
    if (!alive()) refuse_destroyed(what, with_);
  }
  bool alive() const { return tape_.tape() != nullptr; }

 private:
  Alive<T> tape_;
  Held before_;
  Busy with_;
  bool sweeping_;
};

// While it lives, records are marked as derivatives of input k of `node`, in that node's scope.
template <class T>
class Tape<T>::OriginGuard {
 public:
  OriginGuard(Tape& tape, std::uint32_t node, int k)
      : tape_(tape.life_), before_(tape.scopes_.now()) {
    tape.scopes_.enter(tape.size_, {tape.scope_of(node), {node, k}});
  }
  ~OriginGuard() {
    Tape* const tape = tape_.tape();
    if (!tape) return;
    if (before_.scope >= tape->scopes().size()) before_.scope = 0;
    if (!before_.origin.none() && before_.origin.node >= tape->size_) before_.origin = {};
    tape->scopes_.leave(tape->size_, before_);
  }
  OriginGuard(const OriginGuard&) = delete;
  OriginGuard& operator=(const OriginGuard&) = delete;

 private:
  Alive<T> tape_;
  detail::Context before_;
};

}  // namespace glassgrad
