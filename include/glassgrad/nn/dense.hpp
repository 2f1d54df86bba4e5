// Dense: every output is a weighted sum of all inputs, plus a bias.
#pragma once

#include <cstdint>

#include "glassgrad/nn/init.hpp"
#include "glassgrad/nn/module.hpp"

namespace glassgrad {

// Whether examples are the rows of a matrix (a design matrix) or its columns (four of the five
// decks).
enum class Examples { rows, columns };

struct DenseOptions {
  Init weights = glorot_uniform();
  Init biases = zeros_init();
  bool bias = true;
  Examples examples = Examples::rows;
};

// rows:    y = x W + b,  x [m, inputs] or [inputs], W [inputs, outputs], b [outputs]
// columns: y = W x + b,  x [inputs, m],             W [outputs, inputs], b [outputs, 1]
// Its parameters are "<name>.W" and "<name>.b"; it records in the scope <name>, its result is
// "<name>.z".
template <class T = double>
class Dense final : public Module<T> {
 public:
  // Throws Error unless both sizes are positive.
  Dense(std::string_view name, Integer inputs, Integer outputs, Random& random,
        const DenseOptions& options = {});
  // With the given weights. Throws ShapeError unless W is a matrix and b fits it as above.
  Dense(std::string_view name, const Input<T>& W, const Input<T>& b,
        Examples examples = Examples::rows);

  // Throws ShapeError that names the layer when x does not have as many inputs.
  Node<T> operator()(const Node<T>& x) override;
  void each_parameter(const typename Module<T>::Visit& visit) override;
  std::string label() const override { return name_; }

  std::int64_t inputs() const { return W.shape()[rows() ? 0 : 1]; }
  std::int64_t outputs() const { return W.shape()[rows() ? 1 : 0]; }

 private:
  bool rows() const { return examples_ == Examples::rows; }
  std::string name_;
  std::string z_;  // what its result is called
  Examples examples_;
  bool has_bias_;

 public:
  Parameter<T> W, b;  // b is zero and not recorded when there is no bias
};

}  // namespace glassgrad
