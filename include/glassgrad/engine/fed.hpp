// What a program is fed with, while it is recorded with Keep::program: numbers or positions of a
// shape that are not known yet. Like a parameter's there, neither is what depends on them: to look
// throws TapeError. On other tapes these throw TapeError themselves.
#pragma once

#include "glassgrad/engine/tape.hpp"

namespace glassgrad {

template <class T>
Node<T> fed(Tape<T>& tape, const Shape& shape) {
  return parts_of(tape).recorder.unknown(Leaf::input, shape);
}
template <class T>
Indices<T> fed_indices(Tape<T>& tape, const Shape& shape) {
  return Indices<T>(parts_of(tape).recorder.unknown(Leaf::indices, shape));
}
template <class T>
Node<T> unread(Tape<T>& tape, const Shape& shape) {  // a shape whose numbers no kernel reads
  return parts_of(tape).recorder.unknown(Leaf::constant, shape);
}

}  // namespace glassgrad
