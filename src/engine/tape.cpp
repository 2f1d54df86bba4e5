// What a tape refuses before its parts are asked, and what holds it in some state.
#include "glassgrad/engine/tape.hpp"

namespace glassgrad {

template <class T>
Tape<T>::Tape(Keep keep) : keep_(keep) {
  upstreams_.keeps = keep != Keep::values;
  upstreams_.frees = keep == Keep::parameters;
}

template <class T>
void Tape<T>::add_to_parameters() {
  if (records_.held.sweeping)
    throw TapeError("add_to_parameters", "backward is running", "Call it when that has returned");
  upstreams_.add_to_parameters();
}

template <class T>
void Tape<T>::on_upstream(const Node<T>& node, Function<void(View<T>)> hook) {
  const std::uint32_t index = records_.checked("on_upstream", node);
  if (!hook) throw TapeError("on_upstream", "the hook is empty", "Give it something to call");
  if (keep_ == Keep::program)
    throw TapeError("on_upstream", "a program that is recorded would never call the hook",
                    "Leave it out, or take the steps without compile");
  if (index >= records_.held.example)
    throw TapeError("map_batch", "the function hooks on to one example's upstream",
                    "Use on_upstream outside, on the result or an input");
  observers_.add(index, std::move(hook));
}

template <class T>
void Tape<T>::watch(std::unique_ptr<Watcher<T>> watcher) {
  if (keep_ == Keep::program)
    throw TapeError("watch", "nothing is computed while a program is recorded",
                    "Watch the tape that the program's look() gives");
  observers_.watch(std::move(watcher));
  append_.set_watched(observers_.watched());
  upstreams_.frees = keep_ == Keep::parameters && !observers_.watched();
}

template <class T>
void Tape<T>::clear() {
  recorder_.refuse_while_held("clear", {});
  recorder_.forget({});
  upstreams_.pool.reset();
}

template <class T>
void Tape<T>::rewind(const Mark& mark) {
  records_.check_mark(mark);
  recorder_.refuse_while_held("rewind", mark);
  recorder_.forget(mark);
}

// ---- Scopes
template <class T>
typename Tape<T>::ScopeGuard Tape<T>::scope(std::string_view name) {
  const std::uint32_t outer = records_.contexts().now().scope;
  records_.contexts().open(records_.size(), records_.keep(name));
  return ScopeGuard(*this, outer);
}

template <class T>
Tape<T>::ScopeGuard::~ScopeGuard() {
  Tape* const tape = tape_.tape();
  if (!tape) return;
  const auto scope = std::uint32_t(inside_.scopes - 1);  // fits: a scope's
  Records<T>& records = tape->records_;
  records.contexts().close(records.size(), records.holds(inside_), scope, outer_);
}

template <class T>
Tape<T>::OriginGuard::OriginGuard(Tape& tape, std::uint32_t node, int k)
    : tape_(tape.records_.life()), before_(tape.records_.contexts().now()) {
  Records<T>& records = tape.records_;
  records.contexts().enter(records.size(), {records.scope_of(node), {node, k}});
}

template <class T>
Tape<T>::OriginGuard::~OriginGuard() {
  Tape* const tape = tape_.tape();
  if (!tape) return;
  Records<T>& records = tape->records_;
  if (before_.scope >= records.scopes().size()) before_.scope = 0;
  if (before_.origin.node && before_.origin.node >= records.size()) before_.origin = {};
  records.contexts().leave(records.size(), before_);
}

// ---- Checkpoints
template <class T>
Tape<T>::Checkpoint::Checkpoint(Tape& tape)
    : tape_(tape.records_.life()), mark_(tape.mark()), region_(tape.checkpoints_.open()) {}

template <class T>
Tape<T>::Checkpoint::~Checkpoint() {
  Tape* const tape = tape_.tape();
  if (!closed_ && tape && tape->checkpoints_.is_open(region_)) Parts(*tape).undo(mark_);
}

template <class T>
void Tape<T>::Checkpoint::close(std::span<const Node<T>> results) {
  Tape* const tape = tape_.tape();
  if (!tape)
    throw TapeError("checkpoint", "the tape is gone", "Keep it until the checkpoint is closed");
  if (!tape->checkpoints_.is_innermost(region_))
    throw TapeError("checkpoint", "the tape was cleared or rewound inside the function",
                    "Clear and rewind it outside");
  for (const Node<T>& result : results)
    if (!result.is_plain_number()) tape->records_.checked("checkpoint", result);
  tape->checkpoints_.close(results);
  closed_ = true;
}

template class Tape<float>;
template class Tape<double>;

}  // namespace glassgrad
