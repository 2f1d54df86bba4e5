// Values that come back or are computed again.
#include "glassgrad/engine/values.hpp"

#include <algorithm>

#include "engine/subject.hpp"
#include "glassgrad/array/text.hpp"

namespace glassgrad::detail {
namespace {
[[noreturn]] void refuse_look(const std::string& at) {
  throw TapeError(
      "compile", join("the function looked at ", at, " while it was recorded"),
      "A program computes the same for all numbers: choose between nodes by where, or give as "
      "an input what depends on numbers");
}
}  // namespace

template <class T>
void Values<T>::restore(std::uint32_t index) {
  if (none_) refuse_look("the numbers of " + subject(*records_.tape(), index));
  bring_up_to_date();
  checkpoints_.numbers(index);
}

template <class T>
void Values<T>::restore() {
  if (none_) refuse_look("a number");
  bring_up_to_date();
  for (std::uint32_t i = 0; i < records_.size() && !checkpoints_.none(); ++i) of(i);
}

template <class T>
void Values<T>::recompute(std::uint32_t first, std::uint32_t last) {
  if (first > last || last > records_.size())
    throw ShapeError("recompute", join("there are no records ", first, " to ", last),
                     join("Give first and last with first <= last <= ", records_.size()));
  records_.check_parameters("recompute");
  const OptionalIndex stale = records_.stale;
  if (stale) first = std::min(first, *stale), last = records_.size();
  set_stale({});  // each is read after it was computed
  try {
    checkpoints_.compute_again(first, last);
  } catch (...) {
    set_stale(stale);
    throw;
  }
}

template <class T>
void Values<T>::set(const Node<T>& leaf, std::int64_t position, T number) {
  Entry<T>& entry = records_.at(records_.checked("set", leaf));
  if (entry.leaf != Leaf::constant && entry.leaf != Leaf::input)
    throw TapeError("set", subject(leaf) + " is not a constant or an input",
                    "A parameter is changed with assign(), what an op computed by its inputs");
  if (position < 0 || position >= entry.shape()->count())
    throw ShapeError("set",
                     join("position ", position, " is outside ", *entry.shape(), ", the shape of ",
                          subject(leaf)),
                     join("Positions there go from 0 to ", entry.shape()->count() - 1));
  const std::uint32_t behind = leaf.index() + 1;
  if (const Held& held = records_.held; leaf.index() < held.size)
    throw TapeError("set", cannot_set(held.with), when_it_has_returned(held.with));
  if (!entry.value() || (none_ && behind != records_.size()))
    throw TapeError("set", "a program is being recorded, which is fed with its numbers later",
                    "Give them when the constant is made, or call the program with others");
  entry.value()[position] = number;
  set_stale(std::min<OptionalIndex>(records_.stale, behind));
  upstreams_.forget_of(leaf.index());  // they are those of other numbers
}

template class Values<float>;
template class Values<double>;

}  // namespace glassgrad::detail
