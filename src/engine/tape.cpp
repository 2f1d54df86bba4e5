// Leaves, names, scopes, and forgetting them again. Ops are recorded in append.cpp; the backward
// pass is in sweep.cpp.
#include "glassgrad/engine/tape.hpp"

#include <algorithm>
#include <cstring>

#include "engine/subject.hpp"
#include "glassgrad/array/text.hpp"

namespace glassgrad {
template <class T>
Tape<T>::Tape(Keep keep)
    : keep_(keep), frees_(keep == Keep::parameters), at_once_(keep != Keep::program) {
  life_ = Life::take(this);
  id_ = life_->tape_id();
  eras_.begin(0, life_->born.load(std::memory_order_relaxed));
}
template <class T>
Tape<T>::~Tape() {
  for (const Former& former : former_) former.life->give_back(~std::uint32_t(0));
  life_->give_back(eras_.now());
}

template <class T>
const Shape* Tape<T>::keep_shape(const Shape& shape) {
  if (shape.rank() == 0) return &single_shape;
  return new (arena_.take_small(sizeof(Shape))) Shape(shape);
}

template <class T>
std::string_view Tape<T>::keep_text(std::string_view text) {
  char* copy = static_cast<char*>(arena_.take_small(text.size()));
  std::memcpy(copy, text.data(), text.size());
  return {copy, text.size()};
}

template <class T>
void Tape<T>::keep_name(std::uint32_t index, std::string_view name) {
  if (name.empty() && names_.of(index).empty()) return;
  names_.give(index, name.empty() ? name : keep_text(name));
}

// Its entries are not written until they are needed.
template <class T>
void Tape<T>::add_chunk() {
  static_assert(most_nodes == most_chunks << chunk_bits);
  if (chunks_.size() == most_chunks)
    throw TapeError("tape", join("it holds ", most_nodes, " nodes and takes no more"),
                    "clear() or rewind() it after every step, or record on several tapes");
  chunks_.push_back(allocate_aligned(sizeof(Entry<T>) << chunk_bits));
}

// A single number that is not guarded is all in its entry.
template <class T>
Entry<T>& Tape<T>::next_leaf(Leaf kind, const Shape* shape) {
  Entry<T>& entry = next_entry();
  entry.rule = nullptr;
  entry.inputs[0] = entry.inputs[1] = 0;
  entry.leaf = kind;
  entry.active = (kind == Leaf::input || kind == Leaf::parameter) && keep_ != Keep::values;
  entry.guarded = kind == Leaf::parameter || kind == Leaf::indices;
  if (entry.guarded || shape != &single_shape || keep_ == Keep::program) {
    make_wide(entry);
    set_shape(entry, shape);
  }
  return entry;
}

template <class T>
T* Tape<T>::take_leaf(Entry<T>& entry) try {
  T* const numbers = take_numbers(entry, arena_);
  if (entry.wide) entry.more->value = numbers;
  return numbers;
} catch (const MemoryError&) {
  refuse_memory("tape", "a leaf", *entry.shape());
}

template <class T>
Node<T> Tape<T>::leaf(Leaf kind, std::string_view name, const Input<T>& value) {
  value.copy_to(take_leaf(next_leaf(kind, keep_shape(value.shape()))));
  keep_name(size_, name);  // last: what fails leaves none behind
  return finished();
}

template <class T>
Node<T> Tape<T>::number(T value) {
  *take_leaf(next_leaf(Leaf::constant, &single_shape)) = value;
  return finished();
}

template <class T>
Node<T> Tape<T>::zeros(const Shape& shape) {
  T* const numbers = take_leaf(next_leaf(Leaf::constant, keep_shape(shape)));
  std::fill(numbers, numbers + shape.count(), T(0));
  return finished();
}

template <class T>
Indices<T> Tape<T>::indices(std::string_view name, std::span<const std::int64_t> positions,
                            const Shape& shape) {
  if (std::int64_t(positions.size()) != shape.count())
    throw ShapeError("indices", join(positions.size(), " positions given for shape ", shape),
                     "Give as many positions as the shape holds");
  Entry<T>& entry = next_leaf(Leaf::indices, keep_shape(shape));
  entry.more->value = static_cast<T*>(arena_.take(positions.size_bytes()));
  std::copy(positions.begin(), positions.end(), reinterpret_cast<std::int64_t*>(entry.value()));
  keep_name(size_, name);
  return Indices<T>(finished());
}

template <class T>
Node<T> Tape<T>::unknown(Leaf kind, const Shape& shape) {
  if (keep_ != Keep::program)
    throw TapeError("fed", "this tape computes, and needs numbers", "Use input() or indices()");
  next_leaf(kind, keep_shape(shape));
  return finished();
}
template <class T>
Node<T> Tape<T>::fed(const Shape& shape) {
  return unknown(Leaf::input, shape);
}
template <class T>
Node<T> Tape<T>::unread(const Shape& shape) {
  return unknown(Leaf::constant, shape);
}
template <class T>
Indices<T> Tape<T>::fed_indices(const Shape& shape) {
  return Indices<T>(unknown(Leaf::indices, shape));
}

template <class T>
Node<T> Tape<T>::operator()(Parameter<T>& parameter) {
  const bool active = keep_ != Keep::values && !parameter.frozen();
  const std::shared_ptr<Home>& home = parameter.home();
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    if (homes_[i]->key != home->key) continue;
    const Entry<T>& known = at(parameters_[i]);
    if (homes_[i] == home && known.more->version == parameter.version() && known.active == active)
      return node(parameters_[i]);
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
  // its name and its shape stay where they are, as its numbers do
  const Shape* const shape = home->shape.rank() ? &home->shape : &single_shape;
  Entry<T>& entry = next_leaf(Leaf::parameter, shape);
  entry.active = active;
  entry.more->attributes = home.get();
  if (keep_ != Keep::program) entry.more->value = const_cast<T*>(parameter.value().data);
  entry.more->version = parameter.version();
  names_.make_room();
  homes_.resize(parameters_.size());  // one more, when there was no memory for what follows
  homes_.push_back(home);
  parameters_.push_back(size_);
  names_.give(size_, home->name);
  return finished();
}

template <class T>
Node<T> Tape<T>::finished() {
  const Node<T> made(life_, size_++, eras_.now());
  if (!watched_) [[likely]]
    return made;
  // Never inline, and with a copy of the node, so that what it needs costs no other op.
  const auto show_it = [ this, made ]() __attribute__((noinline, cold)) {
    const Hold hold(*this, Busy::recording);
    Start before = start();
    before.size = made.index();
    try {
      show(&Watcher<T>::recorded, made.index());
      hold.check("watch");
    } catch (...) {
      if (hold.alive()) forget_failed(before);
      throw;
    }
  };
  show_it();
  return made;
}

// A look at the tape is none of the program's own: value_was_read() stays what it was.
template <class T>
void Tape<T>::show(void (Watcher<T>::*what)(const Node<T>&), std::uint32_t index) {
  const bool read = value_was_read_;
  const Alive<T> alive(life_);
  const std::shared_ptr<Watcher<T>> watcher = watcher_;  // it may set another one
  ((*watcher).*what)(node(index));
  if (alive.tape()) value_was_read_ = read;
}

template <class T>
void Tape<T>::watch(std::unique_ptr<Watcher<T>> watcher) {
  if (keep_ == Keep::program)
    throw TapeError("watch", "nothing is computed while a program is recorded",
                    "Watch the tape that the program's look() gives");
  watcher_ = std::move(watcher);
  watched_ = watcher_ != nullptr;
  set_stale(stale_);
  frees_ = keep_ == Keep::parameters && !watched_;
  first_state_.hooked = watched_;  // of all records to come: the sweep shows those to run_hooks
  for (std::uint32_t i = 0; watched_ && i < size_; ++i) at(i).hooked = true;
}

template <class T>
void Tape<T>::refuse(std::string_view op, const Node<T>& node) const {
  if (node.is_plain_number())
    throw TapeError(op, "a node is a plain number, on no tape",
                    "Make it with tape.constant(...), or compute it from nodes");
  node.check_tape(op);
  if (node.tape() != this)
    throw TapeError(op, subject(node) + " belongs to another tape",
                    "Record everything on one tape");
  throw TapeError(op, "a node was recorded before the tape was cleared or rewound",
                  "Record it again after clear() or rewind()");
}

template <class T>
void Tape<T>::check_parameters(std::string_view op) const {
  for (std::uint32_t index : parameters_) check_parameter_of(op, index);
}

template <class T>
[[gnu::cold]] void Tape<T>::look_at_parameter(std::string_view op, std::uint32_t index) const {
  while (at(index).leaf == Leaf::none && at(index).rule->alias) index = input_of(at(index), 0);
  const Entry<T>& entry = at(index);
  if (entry.leaf != Leaf::parameter) return;
  const Home& home = *static_cast<const Home*>(entry.more->attributes);
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
typename Tape<T>::ScopeGuard Tape<T>::scope(std::string_view name) {
  const std::uint32_t outer = scopes_.now().scope;
  scopes_.open(size_, keep_text(name));
  return ScopeGuard(*this, outer);
}

template <class T>
void Tape<T>::set_name(const Node<T>& node, std::string_view name) {
  keep_name(checked("name", node), name);
}

template <class T>
void Tape<T>::set(const Node<T>& leaf, Setting<"set", "the position"> position, T number) {
  Entry<T>& entry = at(checked("set", leaf));
  if (entry.leaf != Leaf::constant && entry.leaf != Leaf::input)
    throw TapeError("set", subject(leaf) + " is not a constant or an input",
                    "A parameter is changed with assign(), what an op computed by its inputs");
  if (position < 0 || position >= entry.shape()->count())
    throw ShapeError("set",
                     join("position ", position, " is outside ", *entry.shape(), ", the shape of ",
                          subject(leaf)),
                     join("Positions there go from 0 to ", entry.shape()->count() - 1));
  const std::uint32_t behind = leaf.index() + 1;
  if (leaf.index() < held_.size)
    throw TapeError("set", cannot_set(held_.with), when_it_has_returned(held_.with));
  if (!entry.value() || (keep_ == Keep::program && behind != size_))
    throw TapeError("set", "a program is being recorded, which is fed with its numbers later",
                    "Give them when the constant is made, or call the program with others");
  entry.value()[position] = number;
  set_stale(std::min(stale_, behind));
  if (leaf.index() < swept_) swept_ = 0;  // upstreams are those of other numbers
}

template class Tape<float>;
template class Tape<double>;

}  // namespace glassgrad
