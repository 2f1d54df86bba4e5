// Tape: the record of a computation, in the order it was made. It owns every number; nodes are
// handles into it. Forward appends records, backward walks them from last to first and passes
// upstream * local on. No global state, no recursion, and once warm no allocation per op.
// A tape is made of parts that own their data: records, upstreams, checkpoints, observers; what is
// done with them is in values, recorder, append and sweep. Next: sweep.hpp, the backward pass.
#pragma once

#include <initializer_list>
#include <memory>
#include <vector>

#include "glassgrad/engine/append.hpp"
#include "glassgrad/engine/keep.hpp"
#include "glassgrad/engine/sweep.hpp"

namespace glassgrad {

template <class T = double>
class Tape {
 public:
  explicit Tape(Keep keep = Keep::all);
  ~Tape() { records_.end_life(); }
  Tape(const Tape&) = delete;
  Tape& operator=(const Tape&) = delete;

  // ---- Leaves. Inputs and parameters receive an upstream, constants and indices never do.
  Node<T> constant(const Input<T>& value) { return recorder_.leaf(Leaf::constant, {}, value); }
  Node<T> constant(std::string_view name, const Input<T>& value) {
    return recorder_.leaf(Leaf::constant, name, value);
  }
  Node<T> zeros(const Shape& shape) { return recorder_.zeros(shape); }  // a constant
  Node<T> input(const Input<T>& value) { return recorder_.leaf(Leaf::input, {}, value); }
  Node<T> input(std::string_view name, const Input<T>& value) {
    return recorder_.leaf(Leaf::input, name, value);
  }
  Indices<T> indices(std::string_view name, std::span<const std::int64_t> positions,
                     const Shape& shape) {
    return Indices<T>(recorder_.indices(name, positions, shape));
  }
  Indices<T> indices(std::span<const std::int64_t> positions) {
    return indices({}, positions, Shape{std::int64_t(positions.size())});
  }
  Indices<T> indices(std::initializer_list<Setting<"indices", "a position">> positions) {
    return indices(std::vector<std::int64_t>(positions.begin(), positions.end()));
  }
  // The parameter's node: one per parameter, aliasing its numbers; a frozen one's has no upstream.
  // Throws TapeError when another parameter of the same name is on the tape.
  Node<T> operator()(Parameter<T>& parameter) { return recorder_.parameter(parameter); }

  // ---- Backward: for every node, upstream = sum over its consumers of (their upstream * local).
  // The cost must be a single number, its upstream is 1. Replaces what an earlier backward left;
  // with Accumulate::add the new contributions are added to it. Throws TapeError for a cost of
  // another or a cleared tape, or a parameter changed since it was recorded.
  void backward(const Node<T>& cost, Accumulate how = Accumulate::replace) {
    sweep_.from(cost, how == Accumulate::add);
  }
  // The same from any output, given d(cost)/d(output), of the output's shape.
  void backward(const Node<T>& output, const Input<T>& upstream,
                Accumulate how = Accumulate::replace) {
    backward({Root<T>{output, upstream}}, how);
  }
  void backward(std::initializer_list<Root<T>> roots, Accumulate how = Accumulate::replace) {
    sweep_.from(std::span(roots.begin(), roots.size()), how == Accumulate::add);
  }
  // Adds each parameter's upstream to Parameter::gradient, in tape order. Throws TapeError after a
  // backward that a hook or a watcher ended.
  void add_to_parameters();

  // Every backward shows `hook` this node's upstream when it is complete and before it is passed
  // on; what the hook writes there is what goes on. Hooks of a node run in the order they were
  // given and go with the node; one that is given by a hook of the same node runs from the next
  // backward on. grad() does not call them. Throws TapeError for a node of another tape and for an
  // empty hook.
  // A hook or a watcher may record, look, and set hooks and watchers. What the tape is busy with it
  // cannot touch: backward(), add_to_parameters(), clear() and a rewind() to before it throw
  // TapeError there, and so does backward when a hook has changed a parameter.
  void on_upstream(const Node<T>& node, Function<void(View<T>)> hook);

  // From now on the watcher is shown every node that is recorded and every upstream of a backward,
  // after the node's hooks; null ends it. Meanwhile every upstream is kept, whatever Keep says.
  // When a watcher or a hook ends a backward, the upstreams so far stay and the others are none.
  void watch(std::unique_ptr<Watcher<T>> watcher);

  // ---- Undoing. clear() forgets every node; rewind(mark) those recorded after mark(). Memory
  // stays for the next step. A Node that was forgotten says so when used. Inside the function that
  // map_batch, compile or checkpoint calls, what was recorded before stays: TapeError.
  using Mark = typename Records<T>::Mark;
  void clear();
  Mark mark() const { return recorder_.mark(); }
  // Throws TapeError for another tape's mark, and for one that a clear() or a rewind() to before it
  // has taken away.
  void rewind(const Mark& mark);
  // ---- Names and scopes. Boxes of a scope nest; the guard closes its scope.
  class ScopeGuard;
  [[nodiscard]] ScopeGuard scope(std::string_view name);

  // ---- Numbers.
  // A record's value; computed again when a checkpoint has dropped it, or set() an input of it.
  // Throws ShapeError for an index beyond the last record.
  const T* numbers(std::uint32_t index) {
    records_.check(index);
    return values_.of(index);
  }
  // Writes one number of a constant or an input. What was recorded since is computed again before
  // anyone looks or an op reads it, and upstreams are none until the next backward. Throws
  // TapeError inside a hook, a watcher or map_batch for what was recorded before, and in compile.
  void set(const Node<T>& leaf, Setting<"set", "the position"> position, T number) {
    values_.set(leaf, position, number);
  }
  std::size_t bytes() const {  // of numbers held, values and upstreams
    return records_.bytes() + upstreams_.pool.bytes() + checkpoints_.bytes();
  }

  // ---- For views, checks and op authors.
  std::uint32_t size() const { return records_.size(); }
  Keep keep() const { return keep_; }
  const Records<T>& records() const { return records_; }
  const Upstreams<T>& upstreams() const { return upstreams_; }
  Node<T> append(const Rule<T>& rule, const void* op, std::span<const Node<T>> inputs) {
    return append_(rule, op, inputs);
  }
  Node<T> append(const Rule<T>& rule, const Node<T>& a, const Node<T>& b) {  // of a plain op
    return append_(rule, a, b);
  }
  struct Parts;  // references to those of a tape, for what works on it in ways of its own
  class Checkpoint;
  class OriginGuard;  // the next records are derivatives
  using Hold = glassgrad::Hold<T>;

 private:
  friend struct detail::Counters<T>;

  Keep keep_;
  Records<T> records_{this};
  Upstreams<T> upstreams_{records_};
  detail::Observers<T> observers_{records_};
  detail::Checkpoints<T> checkpoints_{records_, upstreams_, keep_ != Keep::program};
  detail::Values<T> values_{records_, upstreams_, checkpoints_, keep_ == Keep::program};
  detail::Recorder<T> recorder_{keep_, records_, upstreams_, checkpoints_, values_, observers_};
  detail::Append<T> append_{keep_, records_, upstreams_, checkpoints_, values_, recorder_};
  detail::Sweep<T> sweep_{keep_, records_, upstreams_, checkpoints_, values_, observers_};
};

}  // namespace glassgrad

#include "glassgrad/engine/tape_guards.hpp"  // IWYU pragma: export
