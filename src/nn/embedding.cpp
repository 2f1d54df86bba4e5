// The layer of embedding.hpp, as ops.
#include "glassgrad/nn/embedding.hpp"

#include "engine/subject.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/ops/rules/index.hpp"

namespace glassgrad {
namespace {

Shape table_shape(std::string_view name, std::int64_t count, std::int64_t size) {
  if (count < 1 || size < 1)
    throw Error(name, join("the layer has ", count, " vectors of ", size, " numbers"),
                "Give at least one of each");
  return {count, size};
}

}  // namespace

template <class T>
Embedding<T>::Embedding(std::string_view name, Integer count, Integer size, Random& random,
                        const Init& weights)
    : name_(name),
      y_(join(name, ".y")),
      W(initialised<T>(join(name, ".W"),
                       table_shape(name, count.in(name, "count"), size.in(name, "size")), weights,
                       {count.in(name, "count"), size.in(name, "size")}, random)) {}

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
