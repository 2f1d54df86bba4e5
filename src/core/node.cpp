// Reading a node: every number is there to be looked at, and what is not says why.
#include "glassgrad/core/node.hpp"

#include "glassgrad/core/tape.hpp"
#include "glassgrad/core/text.hpp"

namespace glassgrad {
namespace {
const Shape single;
}

template <class T>
View<const T> Node<T>::value() const {
  if (!tape_) return {&number_, &single};
  const Record<T>& record = tape_->record(tape_->checked("value", *this));
  tape_->check_parameter_of("value", at_.index);
  tape_->value_was_read_ = true;
  return {tape_->numbers(at_.index), record.shape};
}

template <class T>
const Shape& Node<T>::shape() const {
  return tape_ ? *tape_->record(tape_->checked("shape", *this)).shape : single;
}

template <class T>
T Node<T>::item() const {
  const View<const T> view = value();
  if (view.count() != 1)
    throw ShapeError("item", join("the value is ", view.shape(), ", not a single number"),
                     "Read it with value()");
  return view[0];
}

template <class T>
View<const T> Node<T>::upstream() const {
  if (!tape_)
    throw TapeError("upstream", "a plain number is on no tape", "Use it in a computation first");
  const Record<T>& record = tape_->record(tape_->checked("upstream", *this));
  switch (upstream_state()) {
    case Upstream::computed:
      return {record.upstream, record.shape};
    case Upstream::pending:
      throw TapeError("upstream", "it has not been computed yet", "Call backward(cost) first");
    case Upstream::not_kept:
      throw TapeError("upstream", "this tape keeps only those of parameters and inputs",
                      "Make the tape with Keep::all");
    case Upstream::none:
      break;
  }
  throw TapeError("upstream", "there is none: " + upstream_reason(),
                  "Ask a node between a parameter or input and the cost");
}

template <class T>
Upstream Node<T>::upstream_state() const {
  return tape_ ? tape_->upstream_state(tape_->checked("upstream", *this)) : Upstream::none;
}

template <class T>
std::string Node<T>::upstream_reason() const {
  return tape_ ? tape_->upstream_reason(tape_->checked("upstream", *this)) : "it is a plain number";
}

template <class T>
int Node<T>::inputs() const {
  return tape_ ? tape_->record(tape_->checked("inputs", *this)).arity : 0;
}

template <class T>
Node<T> Node<T>::input(int k) const {
  if (k < 0 || k >= inputs())
    throw ShapeError("input", join("there is no input ", k, " of ", op()),
                     join("It has ", inputs(), inputs() == 1 ? " input" : " inputs"));
  return tape_->node(tape_->input_of(tape_->record(at_.index), k));
}

template <class T>
std::string_view Node<T>::op() const {
  if (!tape_) return "constant";
  const Record<T>& record = tape_->record(tape_->checked("op", *this));
  switch (record.leaf) {
    case Leaf::constant:
      return "constant";
    case Leaf::input:
      return "input";
    case Leaf::parameter:
      return "parameter";
    case Leaf::indices:
      return "indices";
    case Leaf::none:
      break;
  }
  return record.rule->name;
}

template <class T>
std::string_view Node<T>::name() const {
  return tape_ ? tape_->name_of(tape_->checked("name", *this)) : std::string_view{};
}

template <class T>
std::string to_text(const Node<T>& node) {
  return to_text(node.value(), 6);
}

template class Node<float>;
template class Node<double>;
template std::string to_text(const Node<float>&);
template std::string to_text(const Node<double>&);

}  // namespace glassgrad
