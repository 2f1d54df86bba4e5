// Recording an op: find its inputs, compute its value, link the record. An op that fails appends
// nothing. What a record holds is in record.hpp; leaves are recorded in recorder.cpp.
#include <algorithm>
#include <cstring>
#include <new>

#include "engine/subject.hpp"
#include "glassgrad/array/few.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/engine/append.hpp"

namespace glassgrad::detail {

// The entry of a node that is a single number and may be used as it is; null: take the long way.
template <class T>
[[gnu::always_inline]] inline const Entry<T>* single_number(const Records<T>& records,
                                                            const Node<T>& node) {
  if (!records.knows(node)) return nullptr;
  const Entry<T>& entry = records.at(node.index());
  if (!entry.wide) return &entry;
  return entry.more->shape == &single_shape && (!entry.guarded || Records<T>::is_current(entry))
             ? &entry
             : nullptr;
}

// Scalar code records a million of these: no shapes, no lists, one indirect call.
template <class T>
[[gnu::always_inline]] inline Node<T> append_number(Records<T>& records, const Rule<T>& rule,
                                                    const Entry<T>& a, const Entry<T>& b,
                                                    std::uint32_t first, std::uint32_t second) {
  const T* const numbers[] = {a.value(), b.value()};
  Entry<T>& entry = records.next();
  EntryState state =
      records.first_state;  // stored at once: bits in memory would wait for one another
  state.active = (a.active && rule.has_gradient(0)) || (b.active && rule.has_gradient(1));
  static_cast<EntryState&>(entry) = state;
  entry.rule = &rule;
  entry.inputs[0] = first;
  entry.inputs[1] = second;
  entry.number = rule.number(&no_attributes, numbers);
  return records.finish();
}

template <class T>
Node<T> Append<T>::operator()(const Rule<T>& rule, const Node<T>& x, const Node<T>& y) {
  Records<T>& records = records_;
  if (plain_ && !records.stale) {
    const Entry<T>* const a = single_number(records, x);
    const Entry<T>* const b = &x == &y || !a ? a : single_number(records, y);
    if (b) return append_number(records, rule, *a, *b, x.index(), y.index());
  }
  const Node<T> inputs[] = {x, y};
  return any(rule, &no_attributes, std::span(inputs, std::size_t(rule.arity)));
}

// Flat, as the sweep is: for a few numbers, calling its parts would be a good part of the time.
template <class T>
[[gnu::flatten]] Node<T> Append<T>::any(const Rule<T>& rule, const void* op, Nodes inputs) {
  Records<T>& records = records_;
  values_.bring_up_to_date();
  const auto before = records.start();
  const Alive<T> alive(records.life());
  try {
    for (const Node<T>& input : inputs)
      if (!records.knows(input)) [[unlikely]]
        return with_numbers(rule, op, inputs);
    return checked(rule, op, inputs);
  } catch (...) {              // an op that fails appends nothing, not even the numbers it met
    if (!alive.tape()) throw;  // a watcher has destroyed it
    recorder_.forget_failed(before);
    throw;
  }
}

// Plain numbers are recorded first. Not a part of what is flat.
template <class T>
[[gnu::noinline]] Node<T> Append<T>::with_numbers(const Rule<T>& rule, const void* op,
                                                  Nodes inputs) {
  Few<Node<T>> nodes(inputs.size());
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    if (inputs[k].is_plain_number())
      nodes[k] = recorder_.number(inputs[k].item());
    else
      records_.checked(rule.name, inputs[k]), nodes[k] = inputs[k];
  }
  return checked(rule, op, nodes);
}

template <class T>
Node<T> Append<T>::checked(const Rule<T>& rule, const void* op, Nodes inputs) {
  Records<T>& records = records_;
  const std::size_t n = inputs.size();
  Few<View<const T>> list(n, unwritten);
  View<const T>* const in = list.data();  // in a register, which the list is not
  const Node<T>* const nodes = inputs.data();
  bool active = false, alike = rule.elementwise, known = true;
  for (std::size_t k = 0; k < n; ++k) {
    const Entry<T>& input = records.at(nodes[k].index());
    if (input.guarded || rule.index_inputs) check_guarded(rule, k, n, nodes[k].index());
    in[k] = input.view();
    alike &= in[k].sizes == in[0].sizes;
    known &= in[k].data != nullptr;
    active |= input.active && rule.has_gradient(k);
  }
  const bool open = !known && keep_ == Keep::program;
  for (std::size_t k = 0; !known && !open && k < n; ++k)
    in[k].data = values_.of(nodes[k].index());  // dropped
  Entry<T>& entry = records.next();
  entry.active = active;
  entry.rule = &rule;
  if (alike && in[0].sizes == &single_shape && !open)
    compute_number(entry, op, list);
  else
    compute_array(entry, op, list, alike && !open ? in[0].sizes : nullptr, open);
  link(entry, op, inputs);
  return recorder_.finish();
}

// What it was computed by, and from what.
template <class T>
void Append<T>::link(Entry<T>& entry, const void* op, Nodes inputs) {
  const Rule<T>& rule = *entry.rule;
  const std::size_t n = inputs.size();
  const Node<T>* const nodes = inputs.data();
  if (rule.alias) entry.guarded = n == 1 && records_.at(nodes[0].index()).guarded;
  if (entry.wide) entry.more->arity = narrow<int>(rule.name, "the number of its inputs", n);
  if (rule.bytes) {
    void* copy = records_.arena().take_small(rule.bytes);
    std::memcpy(copy, op, rule.bytes);
    entry.more->attributes = copy;
  }
  records_.set_inputs(entry, n, [nodes](std::size_t k) { return nodes[k].index(); });
}

// Is a parameter what it was, are positions where positions belong?
template <class T>
void Append<T>::check_guarded(const Rule<T>& rule, std::size_t k, std::size_t n,
                              std::uint32_t index) const {
  const Entry<T>& input = records_.at(index);
  const std::size_t first_position = n - std::min(n, std::size_t(rule.index_inputs));
  if (k >= first_position ? input.leaf != Leaf::indices
                          : input.guarded && !Records<T>::is_current(input))
    look_closely(rule, k, first_position, index);
}

// Not a part of what is flat: few ops come by here.
template <class T>
[[gnu::noinline]] void Append<T>::look_closely(const Rule<T>& rule, std::size_t k,
                                               std::size_t first_position,
                                               std::uint32_t index) const {
  const bool positions = records_.at(index).leaf == Leaf::indices;
  if (positions && k < first_position)
    throw TapeError(rule.name,
                    join("input ", k, ", ", subject(*records_.tape(), index),
                         ", holds positions, which are no numbers"),
                    "Give it numbers, as tape.constant(...) does, or use one_hot(positions, n)");
  if (!positions && k >= first_position)
    throw TapeError(rule.name,
                    join("input ", k, ", ", subject(*records_.tape(), index),
                         ", holds numbers, where positions are read"),
                    "Give it positions: tape.indices(...)");
  if (!positions) records_.check_parameter_of(rule.name, index);
}

template <class T>
Node<T> Append<T>::pull(const Node<T>& node, int k, std::span<const std::uint32_t> reads) {
  const Entry<T>& pulled = records_.at(records_.checked("pull", node));
  if (keep_ != Keep::program)
    throw TapeError("pull", "this tape computes", "Call backward() or grad()");
  const Shape* const shape = records_.at(records_.input_of(pulled, k)).shape();
  Entry<T>& entry = records_.next();
  entry.rule = pulled.rule;
  More<T>& more = records_.make_wide(entry, shape);
  more.attributes = pulled.attributes();
  more.arity = narrow<int>("pull", "the number of its inputs", reads.size());
  more.pull = std::uint32_t(k);  // fits: an input of the op
  records_.set_inputs(entry, reads.size(), [&](std::size_t at) { return reads[at]; });
  return recorder_.finish();
}

// Single numbers in, a single number out: nothing but the op itself.
template <class T>
void Append<T>::compute_number(Entry<T>& entry, const void* op, std::span<const View<const T>> in) {
  const T* numbers[most_elementwise_inputs];
  for (std::size_t k = 0; k < in.size(); ++k) numbers[k] = in[k].data;
  if (!entry.rule->plain) {
    More<T>& more = records_.make_wide(entry, &single_shape);
    more.value = &more.number;
  }
  *entry.value() = entry.rule->number(op, numbers);
}

// `open`: a program is yet to compute it; it has a shape and no numbers.
template <class T>
void Append<T>::compute_array(Entry<T>& entry, const void* op, std::span<const View<const T>> in,
                              const Shape* shape, bool open) {
  if (!shape) {
    Few<const Shape*> shapes(in.size(), unwritten);
    for (std::size_t k = 0; k < in.size(); ++k) shapes[k] = in[k].sizes;
    shape = result_shape(*entry.rule, op, shapes);
  }
  try {
    take_place(entry, shape, open || entry.rule->alias);
    if (open) return;
    if (entry.rule->alias)
      entry.more->value = const_cast<T*>(in[0].data);
    else
      entry.rule->forward(op, in, View<T>{entry.more->value, shape}, upstreams_.pool);
  } catch (const MemoryError&) {
    refuse_memory(entry.rule->name, "its result", *shape);
  } catch (const std::bad_alloc&) {
    refuse_memory(entry.rule->name, "its result", *shape);
  }
}

// What an op's result needs beside its entry. Numbers that a checkpoint drops are apart.
template <class T>
void Append<T>::take_place(Entry<T>& entry, const Shape* shape, bool no_numbers) {
  const bool array = shape->count() != 1;
  Arena* const apart = checkpoints_.arena();
  if (array && !no_numbers && !apart) {
    records_.make_array(entry, shape);
    return;
  }
  More<T>& more = records_.make_wide(entry, shape);
  if (no_numbers) return;
  more.value = array ? static_cast<T*>(apart->take(bytes_of<T>(shape->count()))) : &more.number;
}

// The shape an op gives. One that an input has already is shared: shapes compare by address first.
template <class T>
const Shape* Append<T>::result_shape(const Rule<T>& rule, const void* op,
                                     std::span<const Shape* const> shapes) {
  if (rule.elementwise && shapes.size() == 2) {
    if (shapes[1]->stretches_to(*shapes[0])) return shapes[0];
    if (shapes[0]->stretches_to(*shapes[1])) return shapes[1];
  }
  // Made where it stays: a copy would wait for the sizes that were just written.
  const Shape* shape =
      new (records_.arena().take_small(sizeof(Shape))) Shape(rule.shape(op, shapes));
  const Shape* known = shape->rank() == 0 ? &single_shape : shape;
  for (const Shape* input : shapes)
    if (known == shape && *input == *shape) known = input;
  if (known != shape) records_.arena().give_back_small(sizeof(Shape));
  return known;
}

template class Append<float>;
template class Append<double>;

}  // namespace glassgrad::detail
