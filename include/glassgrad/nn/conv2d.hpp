// Conv2d: every output is a weighted sum of one window of the image, with the same weights at every
// position; and the pooling and flattening between such layers and dense ones.
#pragma once

#include <cstdint>

#include "glassgrad/nn/init.hpp"
#include "glassgrad/nn/module.hpp"
#include "glassgrad/ops/functions/convolution.hpp"

namespace glassgrad {

struct Conv2dOptions {
  Sliding sliding = {};  // stride, padding, dilation, groups: ops/functions/convolution.hpp
  Init weights = glorot_uniform();
  Init biases = zeros_init();
  bool bias = true;
};

// y = conv2d(x, W) + b:  x [N, inputs, H, W] or [inputs, H, W], W [outputs, inputs / groups, rows,
// columns], b [outputs] (LeCun, Bottou, Bengio, Haffner 1998). Inputs and outputs are channels. Its
// parameters are "<name>.W" and "<name>.b"; it records in the scope <name>, its result is
// "<name>.z".
template <class T = double>
class Conv2d final : public Module<T> {
 public:
  // Throws Error unless all sizes are positive and the groups divide both inputs and outputs.
  Conv2d(std::string_view name, Integer inputs, Integer outputs, Pair window, Random& random,
         const Conv2dOptions& options = {});

  // Throws ShapeError that names the layer when x does not have as many channels, and as conv2d
  // does when a window does not fit.
  Node<T> operator()(const Node<T>& x) override;
  void each_parameter(const typename Module<T>::Visit& visit) override;
  std::string label() const override { return name_; }

  std::int64_t inputs() const { return W.shape()[1] * sliding_.groups; }
  std::int64_t outputs() const { return W.shape()[0]; }

 private:
  std::string name_;
  std::string z_;  // what its result is called
  Sliding sliding_;
  bool has_bias_;

 public:
  Parameter<T> W, b;  // b is zero and not recorded when there is no bias
};

// The largest number of each window, max_pool2d: [..., H, W] -> [..., H', W'].
template <class T = double>
class MaxPool2d final : public Module<T> {
 public:
  explicit MaxPool2d(Pair window, const Pooling& pooling = {})
      : window_(window), pooling_(pooling) {}
  Node<T> operator()(const Node<T>& x) override { return max_pool2d(x, window_, pooling_); }
  std::string label() const override { return "max_pool2d"; }

 private:
  Pair window_;
  Pooling pooling_;
};

// The mean of each window, avg_pool2d.
template <class T = double>
class AvgPool2d final : public Module<T> {
 public:
  explicit AvgPool2d(Pair window, const Pooling& pooling = {})
      : window_(window), pooling_(pooling) {}
  Node<T> operator()(const Node<T>& x) override { return avg_pool2d(x, window_, pooling_); }
  std::string label() const override { return "avg_pool2d"; }

 private:
  Pair window_;
  Pooling pooling_;
};

// Each example flattened to a row: [N, a, b, ...] -> [N, a b ...]. Throws ShapeError for x of less
// than two axes.
template <class T = double>
class Flatten final : public Module<T> {
 public:
  Node<T> operator()(const Node<T>& x) override;
  std::string label() const override { return "flatten"; }
};

}  // namespace glassgrad
