// logsumexp, softmax, layer_norm and a small product with libtorch.
#pragma once

#include <torch/torch.h>

#include "../workloads.hpp"

namespace bench {

enum class TorchOf { logsumexp, softmax, layer_norm, product };

template <TorchOf of>
class TorchValue {
  static constexpr bool product = of == TorchOf::product;

 public:
  TorchValue(int n, const double* x) {
    for (int i = 0; i < (product ? 2 : 1); ++i) {
      const auto sizes = product ? std::vector<std::int64_t>{n, n} : std::vector<std::int64_t>{n};
      const std::int64_t at = product ? std::int64_t(i) * n * n : 0;
      in_.push_back(torch::from_blob(const_cast<double*>(x + at), sizes, torch::kFloat64)
                        .clone()
                        .requires_grad_());
    }
  }
  const double* gradient() {
    for (const torch::Tensor& in : in_) {
      const double* const g = in.grad().data_ptr<double>();
      gradient_.insert(gradient_.end(), g, g + in.numel());
    }
    return gradient_.data();
  }

  double run() {
    for (torch::Tensor& in : in_) in.mutable_grad() = torch::Tensor();
    const torch::Tensor y = value();
    y.backward();
    return y.item<double>();
  }

 private:
  torch::Tensor value() const {
    if (product) return in_[0].matmul(in_.back()).sum();
    if (of == TorchOf::logsumexp) return in_[0].logsumexp(0);
    const torch::Tensor x = in_[0].view({-1, row_length});
    return ((of == TorchOf::softmax ? x.softmax(1) : torch::layer_norm(x, {row_length})) * x).sum();
  }

  std::vector<torch::Tensor> in_;
  std::vector<double> gradient_;
};

}  // namespace bench
