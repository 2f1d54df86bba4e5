// The table's lines for losses. PyTorch lets target and input broadcast; ours ask for one shape, so
// the smaller one is stretched here.
#pragma once

#include "cases/torch_table.hpp"

namespace glassgrad::cases {

inline Reduction reduction(Call& c) {
  const Json* how = c.find(99, "reduction");
  const std::string name = how ? how->get<std::string>() : "mean";
  if (name == "none") return Reduction::none;
  if (name == "batchmean") return Reduction::batch_mean;
  return name == "sum" ? Reduction::sum : Reduction::mean;
}
using Pair = std::pair<N, N>;
inline Pair stretched(const N& a, const N& b) {
  const Shape shape = broadcast("cases", a.shape(), b.shape());
  return {broadcast_to(a, shape), broadcast_to(b, shape)};
}
inline Pair input_and_target(Call& c) { return stretched(c.x(), c.arg(0, "target")); }
inline TorchOp simple_loss(N (*loss)(const N&, const N&, Reduction)) {
  return [loss](Call& c) {
    const auto [x, y] = input_and_target(c);
    return std::vector<N>{loss(x, y, reduction(c))};
  };
}
inline std::vector<double> weights(Call& c, std::size_t position) {
  return c.has(position, "weight") ? numbers(c.at(position, "weight")).data : std::vector<double>{};
}
inline ClassLoss class_loss(Call& c) {
  const Json* ignored = c.find(3, "ignore_index");
  return {weights(c, 1), ignored ? ignored->get<std::int64_t>() : -100,
          c.real(99, "label_smoothing", 0), reduction(c)};
}
inline bool has_labels(Call& c) { return c.at(0, "target").at("tensor") == "int64"; }

inline void add_losses(TorchTable& t) {
  t["F_l1_loss"] =
      simple_loss([](const N& x, const N& y, Reduction r) { return l1_loss(x, y, r); });
  t["F_mse_loss"] =
      simple_loss([](const N& x, const N& y, Reduction r) { return squared_loss(x, y, r); });
  t["F_soft_margin_loss"] =
      simple_loss([](const N& x, const N& y, Reduction r) { return soft_margin_loss(x, y, r); });
  t["F_smooth_l1_loss"] = one([](Call& c) {
    const auto [x, y] = input_and_target(c);
    return smooth_l1_loss(x, y, c.real(99, "beta", 1), reduction(c));
  });
  t["F_huber_loss"] = one([](Call& c) {
    const auto [x, y] = input_and_target(c);
    return huber_loss(x, y, c.real(99, "delta", 1), reduction(c));
  });
  t["F_hinge_embedding_loss"] = one([](Call& c) {
    const auto [x, y] = input_and_target(c);
    return hinge_embedding_loss(x, y, c.real(99, "margin", 1), reduction(c));
  });
  t["F_poisson_nll_loss"] = one([](Call& c) {
    const auto [x, y] = input_and_target(c);
    return poisson_nll_loss(x, y,
                            {c.flag(99, "log_input", true), c.flag(99, "full", false),
                             c.real(99, "eps", 1e-8), reduction(c)});
  });
  t["F_gaussian_nll_loss"] = one([](Call& c) {
    const auto [x, y] = input_and_target(c);
    N variance = c.arg(1, "var");
    if (variance.shape() != x.shape() && variance.shape().rank() == x.shape().rank() - 1) {
      Shape wider = variance.shape();
      wider.push_back(1);
      variance = reshape(variance, wider);
    }
    return gaussian_nll_loss(x, y, variance,
                             {c.flag(99, "full", false), c.real(99, "eps", 1e-6), reduction(c)});
  });
  t["F_kl_div"] = one([](Call& c) {
    const auto [x, y] = input_and_target(c);
    return kl_divergence(x, y, reduction(c), c.flag(99, "log_target", false));
  });
  t["F_binary_cross_entropy"] = one([](Call& c) {
    const auto [x, y] = input_and_target(c);
    const N weight = c.has(1, "weight") ? c.arg(1, "weight") : N(1);
    return binary_cross_entropy(x, y, BinaryLoss<double>{weight, 1, reduction(c)});
  });
  t["F_binary_cross_entropy_with_logits"] = one([](Call& c) {
    const auto [x, y] = input_and_target(c);
    const N weight = c.has(1, "weight") ? c.arg(1, "weight") : N(1);
    const N positive = c.has(99, "pos_weight") ? c.arg(99, "pos_weight") : N(1);
    return binary_cross_entropy_from_logits(x, y,
                                            BinaryLoss<double>{weight, positive, reduction(c)});
  });
  t["F_margin_ranking_loss"] = one([](Call& c) {
    return margin_ranking_loss(c.x(), c.arg(0), c.arg(1), c.real(2, "margin", 0), reduction(c));
  });
  t["F_cosine_embedding_loss"] = one([](Call& c) {
    return cosine_embedding_loss(c.x(), c.arg(0), c.arg(1), c.real(2, "margin", 0), reduction(c));
  });
  t["F_triplet_margin_loss"] = one([](Call& c) {
    return triplet_margin_loss(c.x(), c.arg(0), c.arg(1),
                               {c.real(2, "margin", 1), c.real(3, "p", 2), c.real(4, "eps", 1e-6),
                                c.flag(5, "swap", false), reduction(c)});
  });
  t["F_nll_loss"] = one([](Call& c) {
    return negative_log_likelihood(c.x(), c.positions(c.at(0, "target")), class_loss(c));
  });
  t["F_cross_entropy"] = one([](Call& c) {
    if (has_labels(c))
      return softmax_cross_entropy(c.x(), c.positions(c.at(0, "target")), class_loss(c));
    return softmax_cross_entropy(c.x(), c.arg(0, "target"), class_loss(c));
  });
  t["F_multi_margin_loss"] = one([](Call& c) {
    N x = c.x();
    if (x.shape().rank() == 0) x = reshape(x, {1});
    return multi_margin_loss(
        x, c.positions(c.at(0, "target")),
        {c.real(1, "p", 1), c.real(2, "margin", 1), weights(c, 3), reduction(c)});
  });
}

}  // namespace glassgrad::cases
