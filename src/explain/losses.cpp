// Losses, compositions that are in no list of ops: prediction, target, then numbers in the order of
// the C++ function, huber_loss(yhat, y, 0.5). The mean over all entries.
#include "glassgrad/nn/losses.hpp"
#include "glassgrad/explain/functions.hpp"
#include "glassgrad/nn/loss.hpp"

namespace glassgrad::explain {
namespace {

using Nodes = std::span<const Node<double>>;
using Attributes = std::span<const Attribute>;

double number(Attributes all, std::size_t k, double otherwise) {
  return k < all.size() ? all[k].numbers[0] : otherwise;
}

constexpr AttributeType a_number{AttributeKind::number};

// f(prediction, target)
template <Node<double> (*f)(const Node<double>&, const Node<double>&)>
Node<double> of_two(Nodes x, Attributes) {
  return f(x[0], x[1]);
}
template <Node<double> (*f)(const Node<double>&, const Node<double>&, Reduction)>
Node<double> mean_of_two(Nodes x, Attributes) {
  return f(x[0], x[1], Reduction::mean);
}

Node<double> triplet(Nodes x, Attributes all) {
  TripletLoss options;
  options.margin = number(all, 0, options.margin);
  options.p = number(all, 1, options.p), options.eps = number(all, 2, options.eps);
  return triplet_margin_loss(x[0], x[1], x[2], options);
}

}  // namespace

std::vector<Function> losses() {
  return {
      {"half_squared_error", 2, 0, {}, of_two<half_squared_error<double>>},
      {"mean_squared_error", 2, 0, {}, of_two<mean_squared_error<double>>},
      {"binary_cross_entropy_from_logits", 2, 0, {}, of_two<binary_cross_entropy_from_logits>},
      {"l1_loss", 2, 0, {}, mean_of_two<l1_loss<double>>},
      {"squared_loss", 2, 0, {}, mean_of_two<squared_loss<double>>},
      {"hinge_loss", 2, 0, {}, mean_of_two<hinge_loss<double>>},
      {"soft_margin_loss", 2, 0, {}, mean_of_two<soft_margin_loss<double>>},
      {"smooth_l1_loss",
       2,
       0,
       {a_number},
       [](Nodes x, Attributes n) { return smooth_l1_loss(x[0], x[1], number(n, 0, 1)); }},
      {"huber_loss",
       2,
       0,
       {a_number},
       [](Nodes x, Attributes n) { return huber_loss(x[0], x[1], number(n, 0, 1)); }},
      {"hinge_embedding_loss",
       2,
       0,
       {a_number},
       [](Nodes x, Attributes n) { return hinge_embedding_loss(x[0], x[1], number(n, 0, 1)); }},
      {"kl_divergence", 2, 0, {}, [](Nodes x, Attributes) { return kl_divergence(x[0], x[1]); }},
      {"poisson_nll_loss",
       2,
       0,
       {},
       [](Nodes x, Attributes) { return poisson_nll_loss(x[0], x[1]); }},
      {"gaussian_nll_loss",
       3,
       0,
       {},
       [](Nodes x, Attributes) { return gaussian_nll_loss(x[0], x[1], x[2]); }},
      {"margin_ranking_loss",
       3,
       0,
       {a_number},
       [](Nodes x, Attributes n) {
         return margin_ranking_loss(x[0], x[1], x[2], number(n, 0, 0));
       }},
      {"cosine_embedding_loss",
       3,
       0,
       {a_number},
       [](Nodes x, Attributes n) {
         return cosine_embedding_loss(x[0], x[1], x[2], number(n, 0, 0));
       }},
      {"triplet_margin_loss", 3, 0, {a_number, a_number, a_number}, triplet},
  };
}

}  // namespace glassgrad::explain
