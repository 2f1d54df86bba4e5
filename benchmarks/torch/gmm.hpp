// ADBench's mixture of Gaussians with libtorch: all components and points at once, the nodes those
// that glassgrad has.
#pragma once

#include <torch/torch.h>

#include "../models.hpp"

namespace bench {

class TorchMixture {
  static constexpr std::int64_t n = Mixture::n, d = Mixture::d, k = Mixture::k,
                                columns = Mixture::icf_columns;

 public:
  explicit TorchMixture(const Mixture& mixture)
      : alpha_(leaf(mixture.alpha, {k}).requires_grad_()),
        mu_(leaf(mixture.mu, {k, d}).requires_grad_()),
        icf_(leaf(mixture.icf, {k, columns}).requires_grad_()),
        x_(leaf(mixture.x, {n, d})) {
    std::vector<std::int64_t> places;  // in Q, of its diagonal and then of l's numbers
    for (std::int64_t i = 0; i < d; ++i) places.push_back(i * d + i);
    for (std::int64_t j = 0; j < d; ++j)
      for (std::int64_t i = j + 1; i < d; ++i) places.push_back(i * d + j);
    places_ = torch::tensor(places);
  }

  double run() {
    for (auto* leaf : {&alpha_, &mu_, &icf_}) leaf->mutable_grad() = torch::Tensor();
    using torch::indexing::Slice;
    const torch::Tensor q = icf_.index({Slice(), Slice(0, d)}), l = icf_.index({Slice(), Slice(d)});
    const torch::Tensor diagonal = q.exp(), sum_q = q.sum(1);
    const torch::Tensor Q = torch::zeros({k, d * d}, torch::kFloat64)
                                .index_copy(1, places_, torch::cat({diagonal, l}, 1))
                                .view({k, d, d});
    const torch::Tensor centred = x_.t().unsqueeze(0) - mu_.unsqueeze(2);  // (k, d, n)
    const torch::Tensor scaled = torch::bmm(Q, centred);
    const torch::Tensor each = (alpha_ + sum_q).unsqueeze(1) - 0.5 * scaled.square().sum(1);
    const torch::Tensor value = each.logsumexp(0).sum() - double(n) * alpha_.logsumexp(0) +
                                0.5 * (diagonal.square().sum() + l.square().sum()) +
                                Mixture::constant();
    value.backward();
    return value.item<double>();
  }
  std::vector<double> gradient() const {
    std::vector<double> all;
    for (const auto* leaf : {&alpha_, &mu_, &icf_}) {
      const torch::Tensor g = leaf->grad().contiguous();
      all.insert(all.end(), g.data_ptr<double>(), g.data_ptr<double>() + g.numel());
    }
    return all;
  }

 private:
  static torch::Tensor leaf(const std::vector<double>& numbers,
                            const std::vector<std::int64_t>& shape) {
    return torch::from_blob(const_cast<double*>(numbers.data()), shape, torch::kFloat64).clone();
  }

  torch::Tensor alpha_, mu_, icf_, x_, places_;
};

}  // namespace bench
