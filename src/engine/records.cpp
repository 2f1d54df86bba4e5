// Records that are kept, known, refused and forgotten.
#include "glassgrad/engine/records.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "engine/subject.hpp"
#include "glassgrad/array/text.hpp"

namespace glassgrad {

template <class T>
Records<T>::Records(Tape<T>* tape) {
  life_ = Life::take(tape);
  id_ = life_->tape_id();
  eras_.begin(0, life_->born.load(std::memory_order_relaxed));
}

template <class T>
Records<T>::~Records() {
  if (life_) end_life();
}

template <class T>
void Records<T>::end_life() {
  for (const Former& former : former_) former.life->give_back(detail::Eras::last);
  std::exchange(life_, nullptr)->give_back(eras_.now());
}

// Its entries are not written until they are needed.
template <class T>
void Records<T>::add_chunk() {
  static_assert(most_nodes == most_chunks << chunk_bits);
  if (chunks_.size() == most_chunks)
    throw TapeError("tape", join("it holds ", most_nodes, " nodes and takes no more"),
                    "clear() or rewind() it after every step, or record on several tapes");
  chunks_.push_back(allocate_aligned(sizeof(Entry<T>) << chunk_bits));
  room_ += chunk_size;
  eras_.make_room();
}

template <class T>
const Shape* Records<T>::keep(const Shape& shape) {
  if (shape.rank() == 0) return &single_shape;
  return new (arena_.take_small(sizeof(Shape))) Shape(shape);
}

template <class T>
std::string_view Records<T>::keep(std::string_view text) {
  char* copy = static_cast<char*>(arena_.take_small(text.size()));
  std::memcpy(copy, text.data(), text.size());
  return {copy, text.size()};
}

template <class T>
void Records<T>::name(std::uint32_t index, std::string_view text) {
  if (text.empty() && names_.of(index).empty()) return;
  names_.give(index, text.empty() ? text : keep(text));
}

template <class T>
OptionalIndex Records<T>::leaf_of(const Parameter<T>& parameter, bool active) const {
  const std::shared_ptr<Home>& home = parameter.home();
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    if (homes_[i]->key != home->key) continue;
    const Entry<T>& known = at(parameters_[i]);
    if (homes_[i] == home && known.more->version == parameter.version() && known.active == active)
      return parameters_[i];
    if (homes_[i] != home && homes_[i]->name == home->name && !homes_[i]->self)
      throw TapeError("parameter",
                      "another parameter \"" + parameter.name() +
                          "\" is on this tape, which was destroyed since or put out of its place",
                      "clear() or rewind() the tape before the new one is recorded");
    if (homes_[i] != home && homes_[i]->name == home->name)
      throw TapeError("parameter",
                      "two parameters on this tape are named \"" + parameter.name() + "\"",
                      "Give each parameter a name of its own");
  }
  return {};
}

template <class T>
void Records<T>::add_parameter(const std::shared_ptr<Home>& home) {
  names_.make_room();
  homes_.resize(parameters_.size());  // one more, when there was no memory for what follows
  homes_.push_back(home);
  parameters_.push_back(size_);
  names_.give(size_, home->name);
}

template <class T>
void Records<T>::check_parameters(std::string_view op) const {
  for (std::uint32_t index : parameters_) check_parameter_of(op, index);
}

template <class T>
[[gnu::cold]] void Records<T>::look_at_parameter(std::string_view op, std::uint32_t index) const {
  while (at(index).leaf == Leaf::none && at(index).rule->alias) index = input_of(at(index), 0);
  const Entry<T>& entry = at(index);
  if (entry.leaf != Leaf::parameter) return;
  const Home& home = *entry.more->home;
  if (!home.self)
    throw TapeError(op,
                    join("parameter \"", home.name, "\" was destroyed since it was recorded, or ",
                         "another one was put in its place"),
                    "Keep it until the tape is cleared, or record the computation again");
  if (entry.more->version != home.self->version())
    throw TapeError(op, "parameter \"" + home.name + "\" has changed since it was recorded",
                    "Record the computation again on a cleared tape, or read it before the update");
}

template <class T>
void Records<T>::refuse(std::string_view op, const Node<T>& node) const {
  if (node.is_plain_number())
    throw TapeError(op, "a node is a plain number, on no tape",
                    "Make it with tape.constant(...), or compute it from nodes");
  node.check_tape(op);
  if (node.tape() != tape())
    throw TapeError(op, subject(node) + " belongs to another tape",
                    "Record everything on one tape");
  throw TapeError(op, "a node was recorded before the tape was cleared or rewound",
                  "Record it again after clear() or rewind()");
}

template <class T>
void Records<T>::refuse_index(std::uint32_t index) const {
  throw ShapeError("tape", join("there is no record ", index),
                   size_ ? join("They go from 0 to ", size_ - 1) : "The tape is empty");
}

template <class T>
void Records<T>::refuse_input(int k, int arity) {
  throw ShapeError("input", join("there is no input ", k),
                   arity ? join("They go from 0 to ", arity - 1) : "A leaf has none");
}

// ---- Forgetting, and how a Node that was forgotten is told from one that is there.
template <class T>
typename Records<T>::Mark Records<T>::mark(std::size_t open) const {
  Mark mark;
  mark.size = size_;
  mark.parameters = std::uint32_t(parameters_.size());  // fits: each is a node
  mark.open = std::uint32_t(open);                      // fits: each holds a node
  mark.scopes = scopes().size(), mark.names = names_.size(), mark.many = many_inputs_.size();
  mark.arena = arena_.mark();
  mark.tape = id_, mark.rewinds = rewinds_;
  return mark;
}

// Of what was rewound since the mark was made, did all of it lie behind it? The first of undone_
// since then is the lowest.
template <class T>
bool Records<T>::holds(const Mark& mark) const {
  if (mark.tape == 0) return mark.size == 0;  // Mark(): where every tape begins
  if (mark.tape != id_) return false;
  const auto since =
      std::partition_point(undone_.begin(), undone_.end(),
                           [&](const Undone& undone) { return undone.rewinds <= mark.rewinds; });
  return since == undone_.end() || since->place >= place(mark);
}

template <class T>
void Records<T>::check_mark(const Mark& mark) const {
  if (mark.tape != 0 && mark.tape != id_)
    throw TapeError("rewind", "the mark was made on another tape",
                    "Rewind a tape to what its own mark() gave");
  if (!holds(mark))
    throw TapeError("rewind", "the tape was cleared or rewound to before the mark since",
                    "Call mark() again after clear() or rewind()");
}

template <class T>
void Records<T>::forget(const Mark& mark) {
  size_ = mark.size;
  scopes_.keep(mark.scopes, size_);
  names_.keep(mark.names, size_);  // those given since go, also of nodes that stay
  many_inputs_.resize(mark.many);
  if (homes_.size() > mark.parameters) {
    parameters_.resize(mark.parameters);
    homes_.resize(mark.parameters);
  }
  arena_.rewind(mark.arena);
}

// A name may have been given by an op that is not recorded yet.
template <class T>
[[gnu::cold]] bool Records<T>::forget_numbers(const Start& start, Mark* mark) {
  if (size_ == start.size && names_.size() == start.names && scopes().size() == start.scopes) {
    many_inputs_.resize(start.many);
    arena_.rewind(start.arena);
    return true;
  }
  mark->size = start.size, mark->scopes = start.scopes, mark->names = start.names;
  while (mark->parameters > 0 && parameters_[mark->parameters - 1] >= start.size)
    --mark->parameters;
  mark->many = start.many, mark->arena = start.arena;
  return false;
}

template <class T>
void Records<T>::has_forgotten(const Mark& mark) {
  const std::uint64_t place = this->place(mark);
  if (!undone_.empty() && undone_.back().place == place) {  // as step after step goes back to
    undone_.back().rewinds = ++rewinds_;
  } else {
    while (!undone_.empty() && undone_.back().place >= place) undone_.pop_back();
    undone_.push_back({++rewinds_, place});
  }
  for (Former& former : former_) former.size = std::min(former.size, size_);
  if (eras_.now() == detail::Eras::last) return begin_new_life();
  eras_.begin(size_, eras_.now() + 1);
}

// Every Node has been given a generation of its tape's life, and all 2^32 are gone: the tape goes
// on with another life. Nodes of records that stay are known by what they were.
template <class T>
void Records<T>::begin_new_life() {
  former_.push_back({life_, eras_, size_});
  life_ = Life::take(tape());
  const std::uint32_t first = life_->born.load(std::memory_order_relaxed);
  eras_.begin(0, first);
  eras_.begin(size_, first + 1);
}

template <class T>
bool Records<T>::knew(const Node<T>& node) const {
  const std::uint32_t index = node.at_.index;
  if (node.is_plain_number() || index >= size_) return false;
  return std::any_of(former_.begin(), former_.end(), [&](const Former& former) {
    return node.life_ == former.life && index < former.size &&
           former.eras.of(index) == node.at_.generation;
  });
}

template class Records<float>;
template class Records<double>;

}  // namespace glassgrad
