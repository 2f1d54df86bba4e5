// Recording: leaves, ops, names, and forgetting them again. The backward pass is in sweep.cpp.
#include "glassgrad/core/tape.hpp"

#include <algorithm>
#include <cstring>

#include "glassgrad/core/arrays.hpp"
#include "glassgrad/core/few.hpp"
#include "glassgrad/core/text.hpp"

namespace glassgrad {
namespace {
const Shape single;            // every single number shares it: shapes compare by address first
const char no_attributes = 0;  // ops without data members all read this
}  // namespace

template <class T>
Tape<T>::Tape(Keep keep) : keep_(keep), names_{{}}, scopes_{{{}, 0}} {}
template <class T>
Tape<T>::~Tape() = default;

template <class T>
Record<T>& Tape<T>::next_record() {
  if (size_ == chunks_.size() << chunk_bits) chunks_.emplace_back(new Record<T>[chunk_size]);
  Record<T>& record = at(size_);
  record.generation = generation_;
  record.sweep = 0;
  record.name = 0;
  record.scope = scope_;
  record.origin = origin_;
  record.origin_input = origin_input_;
  record.leaf = Leaf::none;
  record.freed = false;
  return record;
}

template <class T>
const Shape* Tape<T>::keep_shape(const Shape& shape) {
  if (shape.rank() == 0) return &single;
  return new (arena_.take_small(sizeof(Shape))) Shape(shape);
}

template <class T>
T* Tape<T>::take_numbers(Record<T>& record) {
  if (record.shape->count() == 1) return &record.number;
  return static_cast<T*>(arena_.take(std::size_t(record.shape->count()) * sizeof(T)));
}

template <class T>
std::string_view Tape<T>::keep_text(std::string_view text) {
  char* copy = static_cast<char*>(arena_.take_small(text.size()));
  std::memcpy(copy, text.data(), text.size());
  return {copy, text.size()};
}

template <class T>
std::uint32_t Tape<T>::keep_name(std::string_view name) {
  if (name.empty()) return 0;
  names_.push_back(keep_text(name));
  return std::uint32_t(names_.size() - 1);
}

template <class T>
Node<T> Tape<T>::leaf(Leaf kind, std::string_view name, const Input<T>& value) {
  Record<T>& record = next_record();
  record.rule = nullptr;
  record.attributes = &no_attributes;
  record.arity = 0;
  record.shape = keep_shape(value.shape());
  record.value = take_numbers(record);
  record.leaf = kind;
  record.active = kind == Leaf::input && keep_ != Keep::values;
  record.name = keep_name(name);
  value.copy_to(record.value);
  return node(size_++);
}

template <class T>
Node<T> Tape<T>::number(T value) {
  Record<T>& record = next_record();
  record.rule = nullptr;
  record.attributes = &no_attributes;
  record.arity = 0;
  record.shape = &single;
  record.value = &record.number;
  record.number = value;
  record.leaf = Leaf::constant;
  record.active = false;
  return node(size_++);
}

template <class T>
Node<T> Tape<T>::zeros(const Shape& shape) {
  const Node<T> zero = number(T(0));
  if (shape.rank() == 0) return zero;
  Record<T>& record = at(zero.index());
  record.shape = keep_shape(shape);
  record.value = take_numbers(record);
  std::fill(record.value, record.value + shape.count(), T(0));
  return zero;
}

template <class T>
Indices<T> Tape<T>::indices(std::string_view name, std::span<const std::int64_t> positions,
                            const Shape& shape) {
  if (std::int64_t(positions.size()) != shape.count())
    throw ShapeError("indices", join(positions.size(), " positions given for shape ", shape),
                     "Give as many positions as the shape holds");
  Record<T>& record = next_record();
  record.rule = nullptr;
  record.attributes = &no_attributes;
  record.arity = 0;
  record.shape = keep_shape(shape);
  record.value = static_cast<T*>(arena_.take(positions.size_bytes()));
  std::copy(positions.begin(), positions.end(), reinterpret_cast<std::int64_t*>(record.value));
  record.leaf = Leaf::indices;
  record.active = false;
  record.name = keep_name(name);
  return Indices<T>(node(size_++));
}

template <class T>
Node<T> Tape<T>::operator()(Parameter<T>& parameter) {
  for (std::uint32_t index : parameters_) {
    const Record<T>& known = at(index);
    if (known.attributes == &parameter && known.version == parameter.version()) return node(index);
    if (known.attributes != &parameter && names_[known.name] == parameter.name())
      throw TapeError("parameter",
                      "two parameters on this tape are named \"" + parameter.name() + "\"",
                      "Give each parameter a name of its own");
  }
  Record<T>& record = next_record();
  record.rule = nullptr;
  record.attributes = &parameter;
  record.arity = 0;
  record.shape = keep_shape(parameter.shape());
  record.value = const_cast<T*>(parameter.value().data);
  record.leaf = Leaf::parameter;
  record.active = keep_ != Keep::values;
  record.version = parameter.version();
  record.name = keep_name(parameter.name());
  parameters_.push_back(size_);
  return node(size_++);
}

// The record of a node that is a single number and may be used as it is; null: take the long way.
template <class T>
const Record<T>* Tape<T>::plain_number(const Node<T>& node) const {
  if (node.tape_ != this || node.at_.index >= size_) return nullptr;
  const Record<T>& record = at(node.at_.index);
  return record.generation == node.at_.generation && record.shape == &single ? &record : nullptr;
}

// Scalar code records a million of these: no shapes, no lists, one indirect call.
template <class T>
Node<T> Tape<T>::append_number(const Rule<T>& rule, const void* op, const Record<T>& a,
                               const Record<T>& b, std::uint32_t first, std::uint32_t second) {
  const T* const numbers[] = {a.value, b.value};
  const T value = rule.number(op, numbers);
  const bool active = (a.active && (rule.gradients & 1)) || (b.active && (rule.gradients & 2));
  Record<T>& record = next_record();
  record.rule = &rule;
  record.attributes = &no_attributes;
  record.shape = &single;
  record.value = &record.number;
  record.number = value;
  record.inputs[0] = first;
  record.inputs[1] = second;
  record.arity = std::uint16_t(rule.arity);
  record.active = active;
  return node(size_++);
}

template <class T>
Node<T> Tape<T>::append(const Rule<T>& rule, const void* op, std::span<const Node<T>> inputs) {
  const std::size_t n = inputs.size();
  if (rule.elementwise && rule.bytes == 0 && n <= 2) {
    const Record<T>* a = plain_number(inputs[0]);
    const Record<T>* b = n == 2 ? plain_number(inputs[1]) : a;
    if (a && b)
      return append_number(rule, op, *a, *b, inputs[0].at_.index, inputs[n - 1].at_.index);
  }
  Few<std::uint32_t> at_index(n);
  const std::uint32_t size = size_;
  const Arena::Mark arena = arena_.mark();
  try {
    for (std::size_t k = 0; k < n; ++k)
      at_index[k] =
          inputs[k].tape_ ? checked(rule.name, inputs[k]) : number(inputs[k].number_).index();
    return append_checked(rule, op, at_index);
  } catch (...) {  // an op that fails appends nothing, not even the numbers it met
    size_ = size;
    arena_.rewind(arena);
    throw;
  }
}

template <class T>
Node<T> Tape<T>::append_checked(const Rule<T>& rule, const void* op,
                                std::span<const std::uint32_t> inputs) {
  const std::size_t n = inputs.size();
  bool active = false, alike = rule.elementwise;
  const Shape* const shape = n ? at(inputs[0]).shape : nullptr;
  for (std::size_t k = 0; k < n; ++k) {
    const Record<T>& input = at(inputs[k]);
    alike &= input.shape == shape;
    active |= input.active && (rule.gradients >> std::min<std::size_t>(k, 31) & 1);
  }
  Record<T>& record = next_record();
  record.rule = &rule;
  record.attributes = &no_attributes;
  record.arity = std::uint16_t(n);
  record.active = active;
  if (alike && shape == &single)
    compute_number(record, op, inputs);
  else
    compute_array(record, op, inputs, alike);
  if (rule.bytes) {
    void* copy = arena_.take_small(rule.bytes);
    std::memcpy(copy, op, rule.bytes);
    record.attributes = copy;
  }
  if (n <= 2) {
    record.inputs[0] = n > 0 ? inputs[0] : 0;
    record.inputs[1] = n > 1 ? inputs[1] : 0;
  } else {
    record.inputs[0] = std::uint32_t(many_inputs_.size());
    many_inputs_.insert(many_inputs_.end(), inputs.begin(), inputs.end());
  }
  return node(size_++);
}

// Single numbers in, a single number out: nothing but the op itself.
template <class T>
void Tape<T>::compute_number(Record<T>& record, const void* op,
                             std::span<const std::uint32_t> inputs) {
  const T* numbers[8];
  for (std::size_t k = 0; k < inputs.size(); ++k) numbers[k] = at(inputs[k]).value;
  record.shape = &single;
  record.value = &record.number;
  record.number = record.rule->number(op, numbers);
}

template <class T>
void Tape<T>::compute_array(Record<T>& record, const void* op,
                            std::span<const std::uint32_t> inputs, bool alike) {
  const std::size_t n = inputs.size();
  Few<View<const T>> views(n);
  Few<const Shape*> shapes(n);
  for (std::size_t k = 0; k < n; ++k) {
    const Record<T>& input = at(inputs[k]);
    views[k] = {input.value, input.shape};
    shapes[k] = input.shape;
  }
  record.shape = alike ? shapes[0] : result_shape(*record.rule, op, shapes);
  if (record.rule->alias) {
    record.value = at(inputs[0]).value;
    return;
  }
  record.value = take_numbers(record);
  record.rule->forward(op, views, View<T>{record.value, record.shape}, pool_);
}

// The shape an op gives. One that an input has already is shared: shapes compare by address first.
template <class T>
const Shape* Tape<T>::result_shape(const Rule<T>& rule, const void* op,
                                   std::span<const Shape* const> shapes) {
  if (rule.elementwise && shapes.size() == 2) {
    if (shapes[1]->stretches_to(*shapes[0])) return shapes[0];
    if (shapes[0]->stretches_to(*shapes[1])) return shapes[1];
  }
  const Shape shape = rule.shape(op, shapes);
  for (const Shape* known : shapes)
    if (*known == shape) return known;
  return keep_shape(shape);
}

template <class T>
std::uint32_t Tape<T>::checked(std::string_view op, const Node<T>& node) const {
  if (node.tape_ != this)
    throw TapeError(op, "a node belongs to another tape", "Record everything on one tape");
  if (node.at_.index >= size_ || at(node.at_.index).generation != node.at_.generation)
    throw TapeError(op, "a node was recorded before the tape was cleared or rewound",
                    "Record it again after clear() or rewind()");
  return node.at_.index;
}

template <class T>
void Tape<T>::check_parameters(std::string_view op) const {
  for (std::uint32_t index : parameters_) check_parameter_of(op, index);
}

template <class T>
void Tape<T>::check_parameter_of(std::string_view op, std::uint32_t index) const {
  while (at(index).leaf == Leaf::none && at(index).rule->alias) index = input_of(at(index), 0);
  const Record<T>& record = at(index);
  if (record.leaf != Leaf::parameter) return;
  const auto& parameter = *static_cast<const Parameter<T>*>(record.attributes);
  if (record.version != parameter.version())
    throw TapeError(op, "parameter \"" + parameter.name() + "\" has changed since it was recorded",
                    "Record the computation again, or read it before the update");
}

template <class T>
typename Tape<T>::ScopeGuard Tape<T>::scope(std::string_view name) {
  const std::uint32_t outer = scope_;
  scopes_.push_back({keep_text(name), outer});
  scope_ = std::uint32_t(scopes_.size() - 1);
  return ScopeGuard(*this, outer);
}

template <class T>
void Tape<T>::set_name(const Node<T>& node, std::string_view name) {
  const std::uint32_t index = checked("name", node);
  named_later_ |= index + 1 != size_;
  at(index).name = keep_name(name);
}

template <class T>
void Tape<T>::clear() {
  rewind({});
  pool_.reset();
}

template <class T>
typename Tape<T>::Mark Tape<T>::mark() const {
  Mark mark;
  mark.size = size_;
  mark.scopes = std::uint32_t(scopes_.size());
  mark.names = std::uint32_t(names_.size());
  mark.many = std::uint32_t(many_inputs_.size());
  mark.parameters = std::uint32_t(parameters_.size());
  mark.arena = arena_.mark();
  return mark;
}

template <class T>
void Tape<T>::rewind(const Mark& mark) {
  size_ = mark.size;
  scopes_.resize(mark.scopes);
  names_.resize(mark.names);
  if (named_later_)  // names given since the mark go, also those of nodes that stay
    for (std::uint32_t i = 0; i < size_; ++i)
      if (at(i).name >= names_.size()) at(i).name = 0;
  many_inputs_.resize(mark.many);
  parameters_.resize(mark.parameters);
  arena_.rewind(mark.arena);
  if (scope_ >= scopes_.size()) scope_ = 0;
  swept_ = std::min(swept_, size_);
  ++generation_;
}

template <class T>
std::size_t Tape<T>::bytes() const {
  return arena_.bytes() + pool_.bytes();
}

template class Tape<float>;
template class Tape<double>;

}  // namespace glassgrad
