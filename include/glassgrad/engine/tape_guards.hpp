// What holds a tape in some state for as long as it lives: an open scope, a checkpoint, nodes that
// are derivatives. All know when their tape has gone. And a tape's parts, for the library's own
// use. Included by tape.hpp, at its end.
#pragma once

#include "glassgrad/engine/tape.hpp"

namespace glassgrad {

template <class T>
struct Tape<T>::Parts {
  explicit Parts(Tape& tape)
      : records(tape.records_),
        upstreams(tape.upstreams_),
        observers(tape.observers_),
        checkpoints(tape.checkpoints_),
        values(tape.values_),
        recorder(tape.recorder_),
        append(tape.append_) {}
  Records<T>& records;
  Upstreams<T>& upstreams;
  detail::Observers<T>& observers;
  detail::Checkpoints<T>& checkpoints;
  detail::Values<T>& values;
  detail::Recorder<T>& recorder;
  detail::Append<T>& append;

  void undo(const Mark& mark) {  // rewind() where that can be done: for what must not throw
    if (records.holds(mark) && mark.size >= records.held.size) recorder.forget(mark);
  }
};

template <class T>
typename Tape<T>::Parts parts_of(Tape<T>& tape) {
  return typename Tape<T>::Parts(tape);
}

// name("Z", node): what people call it in traces and pictures; the node itself comes back. Throws
// TapeError for a node that was forgotten or whose tape is gone.
template <class T>
Node<T> name(std::string_view text, const Node<T>& node) {
  node.check_tape("name");
  if (!node.tape()) return node;
  Records<T>& records = parts_of(*node.tape()).records;
  records.name(records.checked("name", node), text);
  return node;
}

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
      : tape_(tape.records_.life()), inside_(tape.mark()), outer_(outer) {}
  ~ScopeGuard();
  ScopeGuard(const ScopeGuard&) = delete;
  ScopeGuard& operator=(const ScopeGuard&) = delete;

 private:
  Alive<T> tape_;
  Mark inside_;
  std::uint32_t outer_;
};

// While it lives, records are marked as derivatives of input k of `node`, in that node's scope.
template <class T>
class Tape<T>::OriginGuard {
 public:
  OriginGuard(Tape& tape, std::uint32_t node, int k);
  ~OriginGuard();
  OriginGuard(const OriginGuard&) = delete;
  OriginGuard& operator=(const OriginGuard&) = delete;

 private:
  Alive<T> tape_;
  detail::Context before_;
};

}  // namespace glassgrad
