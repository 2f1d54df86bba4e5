// Reading a node: every number is there to be looked at, and what is not says why.
#include "glassgrad/engine/node.hpp"

#include "engine/subject.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/engine/tape.hpp"

namespace glassgrad {
namespace {
const Shape single;
}

template <class T>
void Node<T>::refuse_gone(std::string_view op) {
  throw TapeError(op, "the tape of this node is gone",
                  "Keep the tape as long as its nodes, or read their numbers before");
}

template <class T>
Tape<T>& Node<T>::refuse_no_tape(std::string_view op) const {
  if (life_) refuse_gone(op);
  throw TapeError(op, "a plain number is on no tape", "Put it on one: tape.constant(...)");
}

template <class T>
Indices<T>::Indices(const Node<T>& record) : record_(record) {
  if (record.op() != "indices")
    throw TapeError("indices", join(subject(record), " holds numbers, not positions"),
                    "Give tape.indices(...)");
}

template <class T>
View<const T> Node<T>::value() const {
  if (!life_) return {&number_, &single};
  Tape<T>& tape = living("value");
  const Records<T>& records = tape.records();
  const Entry<T>& entry = records.at(records.checked("value", *this));
  records.check_parameter_of("value", at_.index);
  parts_of(tape).observers.value_was_read = true;
  return {tape.numbers(at_.index), entry.shape()};
}

template <class T>
const Shape& Node<T>::shape() const {
  if (!life_) return single;
  const Tape<T>& tape = living("shape");
  return *tape.records().at(tape.records().checked("shape", *this)).shape();
}

template <class T>
T Node<T>::item() const {
  const View<const T> view = value();
  if (view.count() != 1)
    throw ShapeError("item", join(subject(*this), " is ", view.shape(), ", not a single number"),
                     "Read it with value()");
  return view[0];
}

template <class T>
View<const T> Node<T>::upstream() const {
  if (!life_)
    throw TapeError("upstream", "a plain number is on no tape", "Use it in a computation first");
  const Tape<T>& tape = living("upstream");
  const Entry<T>& entry = tape.records().at(tape.records().checked("upstream", *this));
  switch (upstream_state()) {
    case Upstream::computed:
      return {entry.upstream(), entry.shape()};
    case Upstream::pending:
      throw TapeError("upstream", subject(*this) + " has no upstream yet",
                      "Call tape.backward(cost) first");
    case Upstream::not_kept:
      throw TapeError("upstream",
                      subject(*this) +
                          " has no upstream any more: this tape keeps only those of "
                          "parameters and inputs",
                      "Make the tape with Keep::all");
    case Upstream::none:
      break;
  }
  throw TapeError("upstream", subject(*this) + " has no upstream: " + upstream_reason(),
                  "Ask a node between a parameter or input and the cost");
}

template <class T>
Upstream Node<T>::upstream_state() const {
  if (!life_) return Upstream::none;
  const Tape<T>& tape = living("upstream");
  return tape.upstreams().state(tape.records().checked("upstream", *this));
}

template <class T>
std::string Node<T>::upstream_reason() const {
  if (!life_) return "it is a plain number";
  const Tape<T>& tape = living("upstream");
  return tape.upstreams().reason(tape.records().checked("upstream", *this));
}

template <class T>
int Node<T>::inputs() const {
  if (!life_) return 0;
  const Tape<T>& tape = living("inputs");
  return tape.records().at(tape.records().checked("inputs", *this)).arity();
}

template <class T>
Node<T> Node<T>::input(Setting<"input", "k", int> k) const {
  check_input("input", *this, k);
  Tape<T>& tape = living("input");
  return tape.records().node(tape.records().input_of(tape.records()[at_.index], k));
}

template <class T>
std::string_view Node<T>::op() const {
  if (!life_) return "constant";
  const Tape<T>& tape = living("op");
  return op_of(tape.records()[tape.records().checked("op", *this)]);
}

template <class T>
std::string_view Node<T>::name() const {
  if (!life_) return {};
  const Tape<T>& tape = living("name");
  return tape.records().name_of(tape.records().checked("name", *this));
}

template <class T>
std::string to_text(const Node<T>& node) {
  return to_text(node.value(), 6);
}

template class Node<float>;
template class Node<double>;
template class Indices<float>;
template class Indices<double>;
template std::string to_text(const Node<float>&);
template std::string to_text(const Node<double>&);

}  // namespace glassgrad
