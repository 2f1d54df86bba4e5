// Embedding: a learnt vector for each of a number of things, such as words or characters.
#pragma once

#include <cstdint>

#include "glassgrad/nn/init.hpp"
#include "glassgrad/nn/module.hpp"

namespace glassgrad {

// y[i...] = W[positions[i...]]: positions of any shape [...], W [count, size], y [..., size]
// (Bengio, Ducharme, Vincent, Jauvin 2003). It equals the product of one-hot rows with W. Its
// parameter is "<name>.W"; a row taken twice receives both contributions, one not taken 0. What it
// records is in the scope <name>, its result is called "<name>.y".
template <class T = double>
class Embedding final : public Module<T> {
 public:
  // Throws Error unless count and size are positive.
  Embedding(std::string_view name, Integer count, Integer size, Random& random,
            const Init& weights = normal_init(1));

  // Throws ShapeError for a position out of range.
  Node<T> operator()(const Indices<T>& positions);
  // The same for tape.indices(...).record(), so that it can be the first of a Sequential. Throws
  // TapeError when x is no leaf of positions.
  Node<T> operator()(const Node<T>& x) override;
  void each_parameter(const typename Module<T>::Visit& visit) override { visit(W); }
  std::string label() const override { return name_; }

  std::int64_t count() const { return W.shape()[0]; }
  std::int64_t size() const { return W.shape()[1]; }

 private:
  std::string name_;
  std::string y_;  // what its result is called

 public:
  Parameter<T> W;
};

}  // namespace glassgrad
