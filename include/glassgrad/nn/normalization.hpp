// Layers that normalise to mean 0 and variance 1, then learn scale and shift:
//   y = gamma (x - mean) / sqrt(variance + eps) + beta
// LayerNorm takes mean and variance per example, BatchNorm per channel over the batch. Both have
// the parameters "<name>.gamma", which starts as ones, and "<name>.beta", as zeros; what they
// record is in the scope <name>.
#pragma once

#include <cstdint>

#include "glassgrad/nn/module.hpp"

namespace glassgrad {

// Over the last axis: x [..., size], gamma and beta [size]. The same in training and evaluation.
// (Ba, Kiros, Hinton 2016)
template <class T = double>
class LayerNorm final : public Module<T> {
 public:
  // Throws Error unless size and eps are positive.
  LayerNorm(std::string_view name, Integer size, double eps = 1e-5);

  // Throws ShapeError that names the layer when the last axis has another size.
  Node<T> operator()(const Node<T>& x) override;
  void each_parameter(const typename Module<T>::Visit& visit) override {
    visit(gamma), visit(beta);
  }
  std::string label() const override { return name_; }

 private:
  std::string name_;
  double eps_;

 public:
  Parameter<T> gamma, beta;
};

struct BatchNormOptions {
  double eps = 1e-5;
  double momentum = 0.1;  // the weight of each batch in the running mean and variance
};

// Over everything but the channels: x [N, channels, ...], the four parameters [channels].
// (Ioffe, Szegedy 2015)
// training:   mean and variance are the batch's, the variance divided by n, the count of numbers of
//             a channel; gradients flow through both. Running ones are updated:
//               mean     <- (1 - momentum) mean + momentum batch mean
//               variance <- (1 - momentum) variance + momentum batch variance n / (n - 1)
// evaluation: mean and variance are the running ones, so that examples are independent.
// Running ones are saved and loaded with the model, as "<name>.mean" and "<name>.variance": frozen
// parameters that start as zeros and ones and stay frozen even after unfreeze(). In training the
// layer reads the batch's numbers, so compile() takes it in evaluation only (and a refused
// recording has updated them).
template <class T = double>
class BatchNorm final : public Module<T> {
 public:
  // Throws Error unless channels and eps are positive and 0 <= momentum <= 1.
  BatchNorm(std::string_view name, Integer channels, const BatchNormOptions& options = {});

  // Throws ShapeError that names the layer for another number of channels, and in training when a
  // channel has fewer than two numbers; running ones then stay unchanged.
  Node<T> operator()(const Node<T>& x) override;
  void each_parameter(const typename Module<T>::Visit& visit) override;
  std::string label() const override { return name_; }

  const Mode& mode() const { return mode_; }

 private:
  void move_on(Parameter<T>& kept, const Node<T>& batch);
  std::string name_;
  BatchNormOptions options_;
  Mode mode_;

 public:
  Parameter<T> gamma, beta, mean, variance;
};

}  // namespace glassgrad
