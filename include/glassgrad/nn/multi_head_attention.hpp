// MultiHeadAttention: every position of a sequence sends a query to the others and takes from each
// as much as its key matches, in several heads at once.
#pragma once

#include <cstdint>

#include "glassgrad/nn/dense.hpp"

namespace glassgrad {

struct AttentionOptions {
  bool causal = false;  // a position attends only to itself and earlier ones
  Init weights = glorot_uniform();
  bool bias = true;
};

//   q, k, v = query(x), key(x), value(x), each cut into heads of size / heads numbers
//   y = out([softmax(q k^T / sqrt(size / heads)) v for each head])
// x and y [..., steps, size] (Vaswani et al. 2017). Its four dense layers are "<name>.query",
// "<name>.key", "<name>.value" and "<name>.out", with parameters of those names and .W, .b; what it
// records is in the scope <name>.
template <class T = double>
class MultiHeadAttention final : public Module<T> {
 public:
  // Throws Error unless size and heads are positive and the heads divide the size.
  MultiHeadAttention(std::string_view name, Integer size, Integer heads, Random& random,
                     const AttentionOptions& options = {});

  // Throws ShapeError that names the layer unless x is [..., steps, size].
  Node<T> operator()(const Node<T>& x) override { return (*this)(x, x); }
  // Keys and values from another sequence: x [..., steps, size], from [..., others, size]. Throws
  // ShapeError in a causal layer unless steps equals others.
  Node<T> operator()(const Node<T>& x, const Node<T>& from);
  void each_parameter(const typename Module<T>::Visit& visit) override;
  std::string label() const override { return name_; }

  std::int64_t size() const { return query.inputs(); }
  std::int64_t heads() const { return heads_; }

 private:
  Node<T> apart(const Node<T>& x) const;     // [..., steps, size] -> [..., heads, steps, d]
  Node<T> together(const Node<T>& x) const;  // and back
  std::string name_;
  std::int64_t heads_;
  bool causal_;

 public:
  Dense<T> query, key, value, out;
};

}  // namespace glassgrad
