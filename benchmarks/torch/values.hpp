// logsumexp and a small product with libtorch.
#pragma once

#include <torch/torch.h>

#include "../workloads.hpp"

namespace bench {

template <bool product>
class TorchValue {
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
    const torch::Tensor y = product ? in_[0].matmul(in_.back()).sum() : in_[0].logsumexp(0);
    y.backward();
    return y.item<double>();
  }

 private:
  std::vector<torch::Tensor> in_;
  std::vector<double> gradient_;
};

}  // namespace bench
