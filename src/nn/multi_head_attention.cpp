// The layer of multi_head_attention.hpp: four dense layers around the op attention.
#include "glassgrad/nn/multi_head_attention.hpp"

#include "glassgrad/array/named.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/ops/functions/normalization.hpp"

namespace glassgrad {
namespace {

std::int64_t checked_heads(std::string_view name, Integer all, Integer count) {
  const std::int64_t size = all.in(name, "the size", at_least(1));
  if (!count.within({1, size}) || size % count.in(name, "heads") != 0)
    throw Error(name, join("the layer has ", count, " heads for ", size, " numbers"),
                "Give a number of heads that divides the size");
  return count.in(name, "heads");
}

}  // namespace

template <class T>
MultiHeadAttention<T>::MultiHeadAttention(std::string_view name, Integer size, Integer heads,
                                          Random& random, const AttentionOptions& options) try
    : name_(name),
      heads_(checked_heads(name, size, heads)),
      causal_(options.causal),
      query(join(name, ".query"), size, size, random,
            {.weights = options.weights, .bias = options.bias}),
      key(join(name, ".key"), size, size, random,
          {.weights = options.weights, .bias = options.bias}),
      value(join(name, ".value"), size, size, random,
            {.weights = options.weights, .bias = options.bias}),
      out(join(name, ".out"), size, size, random,
          {.weights = options.weights, .bias = options.bias}) {
} catch (...) {
  detail::rethrow_as(name);
}

template <class T>
Node<T> MultiHeadAttention<T>::apart(const Node<T>& x) const {
  Shape shape;
  for (int i = 0; i + 1 < x.shape().rank(); ++i) shape.push_back(x.shape()[i]);
  shape.push_back(heads_);
  shape.push_back(size() / heads_);
  return swapaxes(reshape(x, shape), -3, -2);
}
template <class T>
Node<T> MultiHeadAttention<T>::together(const Node<T>& x) const {
  const Node<T> beside = swapaxes(x, -3, -2);
  return flatten(beside, -2, -1);
}

template <class T>
Node<T> MultiHeadAttention<T>::operator()(const Node<T>& x, const Node<T>& from) {
  Tape<T>& tape = detail::tape_of(name_, x);
  for (const Node<T>* each : {&x, &from})
    if (each->shape().rank() < 2 || each->shape().from_end(1) != size())
      throw ShapeError(name_,
                       join(each == &x ? "x" : "the other sequence", " is ", each->shape(),
                            ", the layer has size ", size()),
                       join("Give sequences: (..., steps, ", size(), ")"));
  if (causal_ && x.shape().from_end(2) != from.shape().from_end(2))
    throw ShapeError(name_,
                     join("a causal layer is given ", x.shape().from_end(2), " steps and ",
                          from.shape().from_end(2), " to attend to"),
                     "Give as many, or make a layer that is not causal");
  const auto scope = tape.scope(name_);
  const Node<T> heads = attention(apart(query(x)), apart(key(from)), apart(value(from)), causal_);
  return out(together(heads));
}

template <class T>
void MultiHeadAttention<T>::each_parameter(const typename Module<T>::Visit& visit) {
  visit(query), visit(key), visit(value), visit(out);
}

template class MultiHeadAttention<float>;
template class MultiHeadAttention<double>;

}  // namespace glassgrad
