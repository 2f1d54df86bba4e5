// Recording an op: find its inputs, compute its value, link the record. An op that fails appends
// nothing. What a record holds is in record.hpp; leaves are recorded in tape.cpp.
#include <algorithm>
#include <cstring>
#include <new>

#include "engine/subject.hpp"
#include "glassgrad/array/few.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/engine/tape.hpp"

namespace glassgrad {

// The entry of a node that is a single number and may be used as it is; null: take the long way.
template <class T>
[[gnu::always_inline]] inline const Entry<T>* Tape<T>::single_number(const Node<T>& node) const {
  if (!knows(node)) return nullptr;
  const Entry<T>& entry = at(node.at_.index);
  if (!entry.wide) return &entry;
  return entry.more->shape == &single_shape && (!entry.guarded || is_current(entry)) ? &entry
                                                                                     : nullptr;
}

// Scalar code records a million of these: no shapes, no lists, one indirect call.
template <class T>
[[gnu::always_inline]] inline Node<T> Tape<T>::append_number(const Rule<T>& rule, const Entry<T>& a,
                                                             const Entry<T>& b, std::uint32_t first,
                                                             std::uint32_t second) {
  const T* const numbers[] = {a.value(), b.value()};
  Entry<T>& entry = next_entry();
  EntryState state = first_state_;  // stored at once: bits in memory would wait for one another
  state.active = (a.active && (rule.gradients & 1)) || (b.active && (rule.gradients & 2));
  static_cast<EntryState&>(entry) = state;
  entry.rule = &rule;
  entry.inputs[0] = first;
  entry.inputs[1] = second;
  entry.number = rule.number(&no_attributes, numbers);
  return Node<T>(life_, size_++, eras_.now());
}

template <class T>
Node<T> Tape<T>::append(const Rule<T>& rule, const void* op, std::span<const Node<T>> inputs) {
  return rule.plain ? append_plain(rule, inputs.front(), inputs.back())
                    : append_any(rule, op, inputs);
}

template <class T>
Node<T> Tape<T>::append_plain(const Rule<T>& rule, const Node<T>& x, const Node<T>& y) {
  if (at_once_) {
    const Entry<T>* const a = single_number(x);
    const Entry<T>* const b = &x == &y ? a : single_number(y);
    if (a && b) return append_number(rule, *a, *b, x.at_.index, y.at_.index);
  }
  const Node<T> inputs[] = {x, y};
  return append_any(rule, &no_attributes, std::span(inputs, std::size_t(rule.arity)));
}

// Flat, as the sweep is: for a few numbers, calling its parts would be a good part of the time.
template <class T>
[[gnu::flatten]] Node<T> Tape<T>::append_any(const Rule<T>& rule, const void* op,
                                             std::span<const Node<T>> inputs) {
  if (stale_ != no_record) bring_up_to_date();
  const std::size_t n = inputs.size();
  Few<std::uint32_t> index(n);
  Few<const Entry<T>*> entries(n);
  const Start before = start();
  const Alive<T> alive(life_);
  try {
    for (std::size_t k = 0; k < n; ++k) {
      index[k] = inputs[k].is_plain_number() ? number(inputs[k].number_).index()
                                             : checked(rule.name, inputs[k]);
      entries[k] = &at(index[k]);
    }
    return append_checked(rule, op, index, entries);
  } catch (...) {              // an op that fails appends nothing, not even the numbers it met
    if (!alive.tape()) throw;  // a watcher has destroyed it
    forget_failed(before);
    throw;
  }
}

template <class T>
Node<T> Tape<T>::append_checked(const Rule<T>& rule, const void* op,
                                std::span<const std::uint32_t> index, Inputs inputs) {
  const std::size_t n = inputs.size();
  bool active = false, alike = rule.elementwise, known = true;
  const Shape* const shape = n ? inputs[0]->shape() : nullptr;
  const std::size_t first_position = n - std::min(n, std::size_t(rule.index_inputs));
  for (std::size_t k = 0; k < n; ++k) {
    const Entry<T>& input = *inputs[k];
    if (k >= first_position ? input.leaf != Leaf::indices : input.guarded && !is_current(input))
      look_closely(rule, k, first_position, index[k]);
    alike &= input.shape() == shape;
    known &= input.value() != nullptr;
    active |= input.active && (rule.gradients >> std::min<std::size_t>(k, 31) & 1);
  }
  Entry<T>& entry = next_entry();
  entry.rule = &rule;
  const bool open = !known && keep_ == Keep::program;
  for (std::size_t k = 0; !known && !open && k < n; ++k) numbers(index[k]);  // dropped: restored
  const bool number = alike && shape == &single_shape && !open;
  EntryState state = first_state_;
  state.active = active;
  state.guarded = rule.alias && n == 1 && inputs[0]->guarded;
  if (!number || !rule.plain) {
    entry.more = new (arena_.take_small(sizeof(More<T>))) More<T>;
    entry.more->arity = narrow<int>(rule.name, "the number of its inputs", n);
    state.wide = true;
  }
  static_cast<EntryState&>(entry) = state;
  if (number)
    compute_number(entry, op, inputs);
  else
    compute_array(entry, op, inputs, alike, open);
  if (rule.bytes) {
    void* copy = arena_.take_small(rule.bytes);
    std::memcpy(copy, op, rule.bytes);
    entry.more->attributes = copy;
  }
  if (n <= 2) {
    entry.inputs[0] = n > 0 ? index[0] : 0;
    entry.inputs[1] = n > 1 ? index[1] : entry.inputs[0];
  } else {
    entry.set_many_at(many_inputs_.size());
    many_inputs_.insert(many_inputs_.end(), index.begin(), index.end());
  }
  return finished();
}

// Of what is no plain number: is a parameter what it was, are positions where positions belong?
// Not a part of what is flat: few ops come by here.
template <class T>
[[gnu::noinline]] void Tape<T>::look_closely(const Rule<T>& rule, std::size_t k,
                                             std::size_t first_position,
                                             std::uint32_t index) const {
  const bool positions = at(index).leaf == Leaf::indices;
  if (positions && k < first_position)
    throw TapeError(
        rule.name,
        join("input ", k, ", ", subject(*this, index), ", holds positions, which are no numbers"),
        "Give it numbers, as tape.constant(...) does, or use one_hot(positions, n)");
  if (!positions && k >= first_position)
    throw TapeError(
        rule.name,
        join("input ", k, ", ", subject(*this, index), ", holds numbers, where positions are read"),
        "Give it positions: tape.indices(...)");
  if (!positions) check_parameter_of(rule.name, index);
}

template <class T>
Node<T> Tape<T>::append_pull(const Node<T>& node, int k, std::span<const std::uint32_t> reads) {
  const Entry<T>& pulled = at(checked("pull", node));
  if (keep_ != Keep::program)
    throw TapeError("pull", "this tape computes", "Call backward() or grad()");
  const Shape* const shape = at(input_of(pulled, k)).shape();
  Entry<T>& entry = next_entry();
  entry.rule = pulled.rule;
  More<T>& more = make_wide(entry);
  set_shape(entry, shape);
  more.attributes = pulled.attributes();
  more.arity = narrow<int>("pull", "the number of its inputs", reads.size());
  more.pull = std::uint8_t(k + 1);  // fits: ops of any arity have no such kernel
  entry.set_many_at(many_inputs_.size());
  many_inputs_.insert(many_inputs_.end(), reads.begin(), reads.end());
  return finished();
}

// Single numbers in, a single number out: nothing but the op itself.
template <class T>
void Tape<T>::compute_number(Entry<T>& entry, const void* op, Inputs inputs) {
  const T* numbers[most_elementwise_inputs];
  for (std::size_t k = 0; k < inputs.size(); ++k) numbers[k] = inputs[k]->value();
  if (entry.wide) {
    entry.more->shape = &single_shape;
    entry.more->value = &entry.more->number;
  }
  *entry.value() = entry.rule->number(op, numbers);
}

// `open`: a program is yet to compute it; it has a shape and no numbers.
template <class T>
void Tape<T>::compute_array(Entry<T>& entry, const void* op, Inputs inputs, bool alike, bool open) {
  if (alike && !open) {
    set_shape(entry, inputs[0]->shape());
  } else {
    Few<const Shape*> shapes(inputs.size());
    for (std::size_t k = 0; k < inputs.size(); ++k) shapes[k] = inputs[k]->shape();
    set_shape(entry, result_shape(*entry.rule, op, shapes));
  }
  if (open) return;
  if (entry.rule->alias) {
    entry.more->value = inputs[0]->value();
    return;
  }
  const bool dropped_later = !regions_.open.empty() && keep_ != Keep::program;
  try {
    entry.more->value = take_numbers(entry, dropped_later ? *regions_.open.back().arena : arena_);
    compute_into(entry, op, inputs);
  } catch (const MemoryError&) {
    refuse_memory(entry.rule->name, "its result", *entry.shape());
  } catch (const std::bad_alloc&) {
    refuse_memory(entry.rule->name, "its result", *entry.shape());
  }
}

template <class T>
void Tape<T>::compute_into(Entry<T>& entry, const void* op, Inputs inputs) {
  Few<View<const T>> views(inputs.size());
  for (std::size_t k = 0; k < inputs.size(); ++k)
    views[k] = {inputs[k]->value(), inputs[k]->shape()};
  entry.rule->forward(op, views, View<T>{entry.value(), entry.shape()}, pool_);
}

// Inputs that a checkpoint has dropped are there again first.
template <class T>
void Tape<T>::compute_again(Entry<T>& entry) {
  Few<const Entry<T>*> inputs(entry.arity());
  for (int k = 0; k < entry.arity(); ++k) {
    const std::uint32_t index = input_of(entry, k);
    numbers(index);
    inputs[std::size_t(k)] = &at(index);
  }
  compute_into(entry, entry.attributes(), inputs);
}

template <class T>
void Tape<T>::recompute(std::uint32_t first, std::uint32_t last) {
  if (first > last || last > size_)
    throw ShapeError("recompute", join("there are no records ", first, " to ", last),
                     join("Give first and last with first <= last <= ", size_));
  check_parameters("recompute");
  const std::uint32_t stale = stale_;
  if (stale != no_record) first = std::min(first, stale), last = size_;
  set_stale(no_record);  // each is read after it was computed
  try {
    compute_again(first, last);
  } catch (...) {
    set_stale(stale);
    throw;
  }
}

template <class T>
void Tape<T>::compute_again(std::uint32_t first, std::uint32_t last) {
  const std::vector<std::size_t> restored = live_in(first, last);
  for (std::uint32_t i = first; i < last; ++i) {
    Entry<T>& entry = at(i);
    if (entry.leaf != Leaf::none) continue;
    const T* const aliased = at(input_of(entry, 0)).value();
    if (!entry.rule->alias)
      compute_again(entry);
    else if (entry.value() != aliased)  // a checkpoint's result has numbers of its own
      std::copy_n(aliased, entry.shape()->count(), entry.value());
  }
  for (const std::size_t region : restored) drop(region);
}

// The shape an op gives. One that an input has already is shared: shapes compare by address first.
template <class T>
const Shape* Tape<T>::result_shape(const Rule<T>& rule, const void* op,
                                   std::span<const Shape* const> shapes) {
  if (rule.elementwise && shapes.size() == 2) {
    if (shapes[1]->stretches_to(*shapes[0])) return shapes[0];
    if (shapes[0]->stretches_to(*shapes[1])) return shapes[1];
  }
  // Made where it stays: a copy would wait for the sizes that were just written.
  const Shape* shape = new (arena_.take_small(sizeof(Shape))) Shape(rule.shape(op, shapes));
  const Shape* known = shape->rank() == 0 ? &single_shape : shape;
  for (const Shape* input : shapes)
    if (known == shape && *input == *shape) known = input;
  if (known != shape) arena_.give_back_small(sizeof(Shape));
  return known;
}

template class Tape<float>;
template class Tape<double>;

}  // namespace glassgrad
