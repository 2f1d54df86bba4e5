// Leaves, what is shown to the watcher, what failed. Ops: append.cpp.
#include "glassgrad/engine/recorder.hpp"

#include <algorithm>

#include "engine/subject.hpp"
#include "glassgrad/array/text.hpp"

namespace glassgrad::detail {

template <class T>
Entry<T>& Recorder<T>::next_leaf(Leaf kind) {
  Entry<T>& entry = records_.next();
  entry.rule = nullptr;
  entry.inputs[0] = entry.inputs[1] = 0;
  entry.leaf = kind;
  entry.active = (kind == Leaf::input || kind == Leaf::parameter) && keep_ != Keep::values;
  entry.guarded = kind == Leaf::parameter || kind == Leaf::indices;
  return entry;
}

// The place for the numbers of a leaf. A single one is all in its entry.
template <class T>
T* Recorder<T>::next_numbers(Leaf kind, const Shape& shape) try {
  Entry<T>& entry = next_leaf(kind);
  if (shape.count() != 1) return records_.make_array(entry, records_.keep(shape)).value;
  if (shape.rank() == 0 && keep_ != Keep::program) return &entry.number;
  More<T>& more = records_.make_wide(entry, records_.keep(shape));
  return more.value = &more.number;
} catch (const MemoryError&) {
  refuse_memory("tape", "a leaf", shape);
}

template <class T>
Node<T> Recorder<T>::leaf(Leaf kind, std::string_view name, const Input<T>& value) {
  value.copy_to(next_numbers(kind, value.shape()));
  if (!name.empty()) records_.name(records_.size(), name);  // last: what fails leaves none behind
  return finish();
}

template <class T>
Node<T> Recorder<T>::number(T value) {
  *next_numbers(Leaf::constant, single_shape) = value;
  return finish();
}

template <class T>
Node<T> Recorder<T>::zeros(const Shape& shape) {
  std::fill_n(next_numbers(Leaf::constant, shape), shape.count(), T(0));
  return finish();
}

template <class T>
Node<T> Recorder<T>::indices(std::string_view name, std::span<const std::int64_t> positions,
                             const Shape& shape) {
  if (std::int64_t(positions.size()) != shape.count())
    throw ShapeError("indices", join(positions.size(), " positions given for shape ", shape),
                     "Give as many positions as the shape holds");
  Entry<T>& entry = next_leaf(Leaf::indices);
  auto* const place = static_cast<std::int64_t*>(records_.arena().take(positions.size_bytes()));
  std::copy(positions.begin(), positions.end(), place);
  More<T>& more = records_.make_wide(entry, records_.keep(shape));
  more.value = const_cast<T*>(as_operand<T>({place, more.shape}).data);  // never written as numbers
  records_.name(records_.size(), name);
  return finish();
}

template <class T>
Node<T> Recorder<T>::unknown(Leaf kind, const Shape& shape) {
  if (keep_ != Keep::program)
    throw TapeError("fed", "this tape computes, and needs numbers", "Use input() or indices()");
  records_.make_wide(next_leaf(kind), records_.keep(shape));
  return finish();
}

template <class T>
Node<T> Recorder<T>::parameter(Parameter<T>& parameter) {
  const bool active = keep_ != Keep::values && !parameter.frozen();
  if (const OptionalIndex known = records_.leaf_of(parameter, active)) return records_.node(*known);
  // its name and its shape stay where they are, as its numbers do
  const auto& home = parameter.home();
  Entry<T>& entry = next_leaf(Leaf::parameter);
  entry.active = active;
  More<T>& more = records_.make_wide(entry, home->shape.rank() ? &home->shape : &single_shape);
  more.home = home.get();
  if (keep_ != Keep::program) more.value = const_cast<T*>(parameter.value().data);
  more.version = parameter.version();
  records_.add_parameter(home);
  return finish();
}

// Never inline, so that what it needs costs no other op.
template <class T>
[[gnu::noinline, gnu::cold]] Node<T> Recorder<T>::finish_watched() {
  const Node<T> made = records_.finish();
  Start before = records_.start();
  before.size = made.index();
  const Alive<T> alive(records_.life());
  try {
    observers_.recorded(made);
  } catch (...) {
    if (alive.tape()) forget_failed(before);
    throw;
  }
  return made;
}

// ---- Forgetting. What was recorded since has failed. A checkpoint that it has opened has undone
// itself.
template <class T>
[[gnu::cold]] void Recorder<T>::forget_failed(const Start& start) {
  Mark mark = this->mark();
  if (!records_.forget_numbers(start, &mark)) forget(mark);
}

template <class T>
void Recorder<T>::forget(const Mark& mark) {
  records_.forget(mark);
  observers_.forget(mark.size);
  checkpoints_.forget(mark);
  upstreams_.forget(mark.size);
  values_.forget();
  records_.has_forgotten(mark);
}

// An open checkpoint holds what was recorded before it, and itself.
template <class T>
void Recorder<T>::refuse_while_held(std::string_view what, const Mark& mark) const {
  const Held& held = records_.held;
  if (mark.size < held.size)
    throw TapeError(what, cannot_forget(held.with), when_it_has_returned(held.with));
  if (const std::size_t open = checkpoints_.count_open();
      open != 0 && (mark.size < checkpoints_.innermost() || mark.open < open))
    throw TapeError(what, cannot_forget(Busy::checkpoint), when_it_has_returned(Busy::checkpoint));
}

template class Recorder<float>;
template class Recorder<double>;

}  // namespace glassgrad::detail
