// The table's lines for losses. PyTorch lets target and input broadcast; ours ask for one shape, so
// the smaller one is stretched here.
#pragma once

#include "cases/torch_table.hpp"

namespace glassgrad::cases {

// size_average and reduce are what PyTorch had before `reduction`; where given they still win.
inline Reduction reduction(Call& c) {
  std::string name = c.text("reduction");
  if (c.names("size_average") && (c.has("size_average") || c.has("reduce"))) {
    const bool average = !c.has("size_average") || c.flag("size_average");
    const bool one_number = !c.has("reduce") || c.flag("reduce");
    name = !one_number ? "none" : average ? "mean" : "sum";
  }
  if (name == "none") return Reduction::none;
  if (name == "mean") return Reduction::mean;
  if (name == "sum") return Reduction::sum;
  if (name == "batchmean") return Reduction::batch_mean;
  throw Skip{"the reduction " + name};
}
using Pair = std::pair<N, N>;
inline Pair stretched(const N& a, const N& b) {
  const Shape shape = broadcast("cases", a.shape(), b.shape());
  return {broadcast_to(a, shape), broadcast_to(b, shape)};
}
inline Pair input_and_target(Call& c) { return stretched(c.x(), c.arg("target")); }
inline TorchOp simple_loss(N (*loss)(const N&, const N&, Reduction)) {
  return {"target, size_average=None, reduce=None, reduction='mean'", [loss](Call& c) {
            const auto [x, y] = input_and_target(c);
            return std::vector<N>{loss(x, y, reduction(c))};
          }};
}
inline std::vector<double> weights(Call& c) {
  return c.has("weight") ? numbers(c.at("weight")).data : std::vector<double>{};
}
inline ClassLoss class_loss(Call& c, double label_smoothing = 0) {
  return {weights(c), c.integer("ignore_index"), label_smoothing, reduction(c)};
}
inline bool has_labels(Call& c) { return c.at("target").at("tensor") == "int64"; }

inline void add_losses_of_numbers(TorchTable& t) {
  t["F_l1_loss"] =
      simple_loss([](const N& x, const N& y, Reduction r) { return l1_loss(x, y, r); });
  t["F_mse_loss"] =
      simple_loss([](const N& x, const N& y, Reduction r) { return squared_loss(x, y, r); });
  t["F_soft_margin_loss"] =
      simple_loss([](const N& x, const N& y, Reduction r) { return soft_margin_loss(x, y, r); });
  t["F_smooth_l1_loss"] =
      one("target, size_average=None, reduce=None, reduction='mean', beta=1.0", [](Call& c) {
        const auto [x, y] = input_and_target(c);
        return smooth_l1_loss(x, y, c.real("beta"), reduction(c));
      });
  t["F_huber_loss"] = one("target, reduction='mean', delta=1.0", [](Call& c) {
    const auto [x, y] = input_and_target(c);
    return huber_loss(x, y, c.real("delta"), reduction(c));
  });
  t["F_hinge_embedding_loss"] =
      one("target, margin=1.0, size_average=None, reduce=None, reduction='mean'", [](Call& c) {
        const auto [x, y] = input_and_target(c);
        return hinge_embedding_loss(x, y, c.real("margin"), reduction(c));
      });
  t["F_poisson_nll_loss"] =
      one("target, log_input=True, full=False, size_average=None, eps=1e-08, reduce=None, "
          "reduction='mean'",
          [](Call& c) {
            const auto [x, y] = input_and_target(c);
            return poisson_nll_loss(
                x, y, {c.flag("log_input"), c.flag("full"), c.real("eps"), reduction(c)});
          });
  t["F_gaussian_nll_loss"] =
      one("target, var, full=False, eps=1e-06, reduction='mean'", [](Call& c) {
        const auto [x, y] = input_and_target(c);
        N variance = c.arg("var");
        if (c.is_tensor("var") && variance.shape() != x.shape() &&
            variance.shape().rank() == x.shape().rank() - 1) {
          Shape wider = variance.shape();
          wider.push_back(1);
          variance = reshape(variance, wider);
        }
        return gaussian_nll_loss(x, y, variance, {c.flag("full"), c.real("eps"), reduction(c)});
      });
}

inline void add_losses_of_chances(TorchTable& t) {
  t["F_kl_div"] = one("target, size_average=None, reduce=None, reduction='mean', log_target=False",
                      [](Call& c) {
                        const auto [x, y] = input_and_target(c);
                        return kl_divergence(x, y, reduction(c), c.flag("log_target"));
                      });
  t["F_binary_cross_entropy"] =
      one("target, weight=None, size_average=None, reduce=None, reduction='mean'", [](Call& c) {
        const auto [x, y] = input_and_target(c);
        return binary_cross_entropy(x, y,
                                    BinaryLoss<double>{c.arg_or("weight", 1), 1, reduction(c)});
      });
  t["F_binary_cross_entropy_with_logits"] =
      one("target, weight=None, size_average=None, reduce=None, reduction='mean', pos_weight=None",
          [](Call& c) {
            const auto [x, y] = input_and_target(c);
            const N weight = c.arg_or("weight", 1), positive = c.arg_or("pos_weight", 1);
            return binary_cross_entropy_from_logits(
                x, y, BinaryLoss<double>{weight, positive, reduction(c)});
          });
  const char* const of_classes =
      "target, weight=None, size_average=None, ignore_index=-100, reduce=None, reduction='mean'";
  t["F_nll_loss"] = one(of_classes, [](Call& c) {
    return negative_log_likelihood(c.x(), c.positions("target"), class_loss(c));
  });
  t["F_cross_entropy"] = one(std::string(of_classes) + ", label_smoothing=0.0", [](Call& c) {
    const ClassLoss options = class_loss(c, c.real("label_smoothing"));
    if (has_labels(c)) return softmax_cross_entropy(c.x(), c.positions("target"), options);
    return softmax_cross_entropy(c.x(), c.arg("target"), options);
  });
  t["F_multi_margin_loss"] =
      one("target, p=1, margin=1.0, weight=None, size_average=None, reduce=None, reduction='mean'",
          [](Call& c) {
            N x = c.x();
            if (x.shape().rank() == 0) x = reshape(x, {1});
            return multi_margin_loss(x, c.positions("target"),
                                     {c.real("p"), c.real("margin"), weights(c), reduction(c)});
          });
}

inline void add_losses_of_pairs(TorchTable& t) {
  t["F_margin_ranking_loss"] = one(
      "input2, target, margin=0, size_average=None, reduce=None, reduction='mean'", [](Call& c) {
        return margin_ranking_loss(c.x(), c.arg("input2"), c.arg("target"), c.real("margin"),
                                   reduction(c));
      });
  t["F_cosine_embedding_loss"] = one(
      "input2, target, margin=0, size_average=None, reduce=None, reduction='mean'", [](Call& c) {
        return cosine_embedding_loss(c.x(), c.arg("input2"), c.arg("target"), c.real("margin"),
                                     reduction(c));
      });
  t["F_triplet_margin_loss"] =
      one("positive, negative, margin=1.0, p=2, eps=1e-06, swap=False, size_average=None, "
          "reduce=None, reduction='mean'",
          [](Call& c) {
            return triplet_margin_loss(
                c.x(), c.arg("positive"), c.arg("negative"),
                {c.real("margin"), c.real("p"), c.real("eps"), c.flag("swap"), reduction(c)});
          });
}
inline void add_losses(TorchTable& t) {
  add_losses_of_numbers(t);
  add_losses_of_chances(t);
  add_losses_of_pairs(t);
}

}  // namespace glassgrad::cases
