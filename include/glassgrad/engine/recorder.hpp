// Recorder: appends leaves, shows the watcher what was recorded, and forgets it again in every part
// of a tape. Ops: append.hpp.
#pragma once

#include "glassgrad/engine/keep.hpp"
#include "glassgrad/engine/observers.hpp"
#include "glassgrad/engine/values.hpp"

namespace glassgrad::detail {

template <class T>
class Recorder {
 public:
  using Mark = typename Records<T>::Mark;
  using Start = typename Records<T>::Start;

  Recorder(Keep keep, Records<T>& records, Upstreams<T>& upstreams, Checkpoints<T>& checkpoints,
           Values<T>& values, Observers<T>& observers)
      : keep_(keep),
        records_(records),
        upstreams_(upstreams),
        checkpoints_(checkpoints),
        values_(values),
        observers_(observers) {}

  // ---- Leaves: what fails leaves none behind.
  Node<T> leaf(Leaf kind, std::string_view name, const Input<T>& value);
  Node<T> number(T value);
  Node<T> zeros(const Shape& shape);
  Node<T> indices(std::string_view name, std::span<const std::int64_t> positions,
                  const Shape& shape);
  Node<T> parameter(Parameter<T>& parameter);
  Node<T> unknown(Leaf kind, const Shape& shape);  // of a program, which is fed with its numbers

  // The entry that was just filled in is a record, and is shown to the watcher.
  Node<T> finish() {  // made where it is wanted: a copy would wait for its parts to be written
    if (observers_.watched()) [[unlikely]]
      return finish_watched();
    return records_.finish();
  }

  // ---- Forgetting
  Mark mark() const { return records_.mark(checkpoints_.count_open()); }
  void refuse_while_held(std::string_view what, const Mark& mark) const;
  void forget(const Mark& mark);
  void forget_failed(const Start& start);  // what was recorded since has failed

 private:
  Entry<T>& next_leaf(Leaf kind);
  T* next_numbers(Leaf kind, const Shape& shape);
  Node<T> finish_watched();

  Keep keep_;
  Records<T>& records_;
  Upstreams<T>& upstreams_;
  Checkpoints<T>& checkpoints_;
  Values<T>& values_;
  Observers<T>& observers_;
};

}  // namespace glassgrad::detail
