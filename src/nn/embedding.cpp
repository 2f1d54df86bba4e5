// The layer of embedding.hpp, as ops.
#include "glassgrad/nn/embedding.hpp"

#include "engine/subject.hpp"
#include "glassgrad/array/named.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/ops/rules/index.hpp"

namespace glassgrad {
namespace {

Shape table_shape(std::string_view name, Integer count, Integer size) {
  return {count.in(name, "the number of vectors", at_least(1)),
          size.in(name, "the size of a vector", at_least(1))};
}

}  // namespace

template <class T>
Embedding<T>::Embedding(std::string_view name, Integer count, Integer size, Random& random,
                        const Init& weights) try
    : name_(name), y_(join(name, ".y")), W([&] {
        const Shape shape = table_shape(name, count, size);  // it checks both
        return initialised<T>(join(name, ".W"), shape, weights, {count, size}, random);
      }()) {
} catch (...) {
  detail::rethrow_as(name);
}

template <class T>
Node<T> Embedding<T>::operator()(const Indices<T>& positions) {
  Tape<T>& tape = detail::tape_of(name_, positions.record());
  const auto scope = tape.scope(name_);
  return glassgrad::name(y_, rows(tape(W), positions));
}

template <class T>
Node<T> Embedding<T>::operator()(const Node<T>& x) {
  detail::tape_of(name_, x);
  if (x.op() != "indices")
    throw TapeError(name_, join("x, ", subject(x), ", holds numbers, not positions"),
                    "Give tape.indices(...), or its record()");
  return (*this)(Indices<T>(x));
}

template class Embedding<float>;
template class Embedding<double>;

}  // namespace glassgrad
