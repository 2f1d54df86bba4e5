// The chains with libtorch: tensors of n entries, and n ops on tensors of one number.
#pragma once

#include <torch/torch.h>

#include "../workloads.hpp"

namespace bench {

class TorchChain {
 public:
  TorchChain(int n, const float* x)
      : x_(torch::from_blob(const_cast<float*>(x), {n}).clone().requires_grad_()) {}
  const float* gradient() const { return x_.grad().data_ptr<float>(); }

  float run() {
    x_.mutable_grad() = torch::Tensor();
    const torch::Tensor square = (torch::sigmoid(x_) * x_ + 0.5).tanh().square();
    const torch::Tensor cost = (square + (-square).exp()).sum();
    cost.backward();
    return cost.item<float>();
  }

 private:
  torch::Tensor x_;
};

class TorchScalars {
 public:
  double run(int n) {
    const auto leaf = [](double v) {
      return torch::tensor(v, torch::dtype(torch::kFloat64).requires_grad(true));
    };
    const torch::Tensor x = leaf(scalar_x), w = leaf(scalar_w), b = leaf(scalar_b);
    torch::Tensor y = x;
    for (int i = 0; i < n; i += 2) {
      y = y * w;
      y = y + b;
    }
    y.backward();
    return y.item<double>() + x.grad().item<double>() + w.grad().item<double>() +
           b.grad().item<double>();
  }
};

}  // namespace bench
