// Undoing: marks, clear() and rewind(), and how a Node that was forgotten is told from one that is
// there. What of checkpoints is undone is in checkpoint.cpp.
#include <algorithm>

#include "glassgrad/array/text.hpp"
#include "glassgrad/engine/tape.hpp"

namespace glassgrad {

// Of what was rewound since the mark was made, did all of it lie behind it? The first of undone_
// since then is the lowest.
template <class T>
bool Tape<T>::holds(const Mark& mark) const {
  if (mark.tape == 0) return mark.size == 0;  // Mark(): where every tape begins
  if (mark.tape != id_) return false;
  const auto since =
      std::partition_point(undone_.begin(), undone_.end(),
                           [&](const Undone& undone) { return undone.rewinds <= mark.rewinds; });
  return since == undone_.end() || since->place >= place(mark);
}

// An open checkpoint holds what was recorded before it, and itself.
template <class T>
void Tape<T>::refuse_while_held(std::string_view what, const Mark& mark) const {
  if (mark.size < held_.size)
    throw TapeError(what, cannot_forget(held_.with), when_it_has_returned(held_.with));
  if (!regions_.open.empty() &&
      (mark.size < regions_.open.back().first || mark.open < regions_.open.size()))
    throw TapeError(what, cannot_forget(Busy::checkpoint), when_it_has_returned(Busy::checkpoint));
}

// Values from that record on are to be computed again, if there are any.
template <class T>
void Tape<T>::set_stale(std::uint32_t first) {
  stale_ = first < size_ ? first : no_record;
  at_once_ = keep_ != Keep::program && !watched_ && stale_ == no_record;
}

template <class T>
void Tape<T>::clear() {
  refuse_while_held("clear", {});
  forget({});
  pool_.reset();
}

template <class T>
void Tape<T>::rewind(const Mark& mark) {
  if (mark.tape != 0 && mark.tape != id_)
    throw TapeError("rewind", "the mark was made on another tape",
                    "Rewind a tape to what its own mark() gave");
  if (!holds(mark))
    throw TapeError("rewind", "the tape was cleared or rewound to before the mark since",
                    "Call mark() again after clear() or rewind()");
  refuse_while_held("rewind", mark);
  forget(mark);
}

template <class T>
void Tape<T>::forget(const Mark& mark) {
  size_ = mark.size;
  scopes_.keep(mark.scopes, size_);
  names_.keep(mark.names, size_);  // those given since go, also of nodes that stay
  many_inputs_.resize(mark.many);
  parameters_.resize(mark.parameters);
  homes_.resize(mark.parameters);
  arena_.rewind(mark.arena);
  std::erase_if(hooks_, [this](const Hook& hook) { return hook.index >= size_; });
  undo_regions(mark);
  swept_ = std::min(swept_, size_);
  set_stale(stale_);
  count_forgetting(place(mark));
}

// What was recorded since has failed. A name may have been given by an op that is not recorded yet.
// A checkpoint that it has opened has undone itself.
template <class T>
[[gnu::cold]] void Tape<T>::forget_failed(const Start& start) {
  if (size_ != start.size || names_.size() != start.names || scopes().size() != start.scopes) {
    Mark mark = this->mark();
    mark.size = start.size, mark.scopes = start.scopes, mark.names = start.names;
    while (mark.parameters > 0 && parameters_[mark.parameters - 1] >= start.size) --mark.parameters;
    mark.many = start.many, mark.arena = start.arena;
    return forget(mark);
  }
  many_inputs_.resize(start.many);
  arena_.rewind(start.arena);
}

template <class T>
void Tape<T>::count_forgetting(std::uint64_t place) {
  if (!undone_.empty() && undone_.back().place == place) {  // as step after step goes back to
    undone_.back().rewinds = ++rewinds_;
  } else {
    while (!undone_.empty() && undone_.back().place >= place) undone_.pop_back();
    undone_.push_back({++rewinds_, place});
  }
  for (Former& former : former_) former.size = std::min(former.size, size_);
  if (eras_.now() == ~std::uint32_t(0)) return begin_new_life();
  eras_.begin(size_, eras_.now() + 1);
}

// Every Node has been given a generation of its tape's life, and all 2^32 are gone: the tape goes
// on with another life. Nodes of records that stay are known by what they were.
template <class T>
void Tape<T>::begin_new_life() {
  former_.push_back({life_, eras_, size_});
  life_ = Life::take(this);
  const std::uint32_t first = life_->born.load(std::memory_order_relaxed);
  eras_.begin(0, first);
  eras_.begin(size_, first + 1);
}

template <class T>
bool Tape<T>::knew(const Node<T>& node) const {
  const std::uint32_t index = node.at_.index;
  if (node.is_plain_number() || index >= size_) return false;
  return std::any_of(former_.begin(), former_.end(), [&](const Former& former) {
    return node.life_ == former.life && index < former.size &&
           former.eras.of(index) == node.at_.generation;
  });
}

template <class T>
void Tape<T>::refuse_index(std::uint32_t index) const {
  throw ShapeError("tape", join("there is no record ", index),
                   size_ ? join("They go from 0 to ", size_ - 1) : "The tape is empty");
}

template <class T>
void Tape<T>::refuse_input(int k, int arity) {
  throw ShapeError("input", join("there is no input ", k),
                   arity ? join("They go from 0 to ", arity - 1) : "A leaf has none");
}

template <class T>
void Tape<T>::close_scope(const Mark& inside, std::uint32_t outer) {
  const auto scope = std::uint32_t(inside.scopes - 1);  // fits: a scope's
  scopes_.close(size_, holds(inside), scope, outer);
}

template class Tape<float>;
template class Tape<double>;

}  // namespace glassgrad
