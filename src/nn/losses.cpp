// The formulas of losses.hpp.
#include "glassgrad/nn/losses.hpp"

#include <numbers>

#include "glassgrad/array/text.hpp"
#include "glassgrad/nn/loss.hpp"
#include "glassgrad/ops/functions/norms.hpp"
#include "glassgrad/ops/rules/logarithms.hpp"
#include "glassgrad/ops/rules/weigh.hpp"
#include "nn/logistic.hpp"
#include "nn/same_shape.hpp"

namespace glassgrad {

template <class T>
Node<T> reduce(const Node<T>& losses, Reduction how) {
  switch (how) {
    case Reduction::none:
      return losses;
    case Reduction::mean:
      return mean(losses);
    case Reduction::sum:
      return sum(losses);
    case Reduction::batch_mean:
      break;
  }
  if (losses.shape().rank() == 0) return losses;
  return sum(losses) / double(losses.shape()[0]);
}

template <class T>
Node<T> l1_loss(const Node<T>& yhat, const Node<T>& y, Reduction how) {
  return loss_scope("l1_loss", yhat, y, [&] { return reduce(abs(yhat - y), how); });
}
template <class T>
Node<T> squared_loss(const Node<T>& yhat, const Node<T>& y, Reduction how) {
  return loss_scope("squared_loss", yhat, y, [&] { return reduce(square(yhat - y), how); });
}
template <class T>
Node<T> smooth_l1_loss(const Node<T>& yhat, const Node<T>& y, double beta, Reduction how) {
  if (!(beta >= 0)) throw ShapeError("smooth_l1_loss", join("beta is ", beta), "Give 0 or more");
  if (beta == 0) return l1_loss(yhat, y, how);
  return loss_scope("smooth_l1_loss", yhat, y, [&] {
    const Node<T> d = abs(yhat - y), small = d < beta, own = where(small, d, 0);
    return reduce(where(small, own * (own / (2 * beta)), d - beta / 2), how);
  });
}
template <class T>
Node<T> huber_loss(const Node<T>& yhat, const Node<T>& y, double delta, Reduction how) {
  if (!(delta > 0))
    throw ShapeError("huber_loss", join("delta is ", delta), "Give a number above 0");
  return loss_scope("huber_loss", yhat, y, [&] {
    const Node<T> d = abs(yhat - y), near = d <= delta;
    // a square that is not chosen may be infinite, and so its slope: it is one of 0
    return reduce(where(near, square(where(near, d, 0)) / 2, delta * (d - delta / 2)), how);
  });
}

template <class T>
Node<T> poisson_nll_loss(const Node<T>& z, const Node<T>& y, const PoissonLoss& options) {
  return loss_scope("poisson_nll_loss", z, y, [&] {
    Node<T> each = options.log_input ? exp(z) - weigh(y, z) : z - xlogy(y, z + options.eps);
    if (options.full) {
      const Node<T> large = y > 1, safe = where(large, y, 1);
      const Node<T> stirling = safe * log(safe) - safe + 0.5 * log(2 * std::numbers::pi * safe);
      each += where(large, stirling, 0);
    }
    return reduce(each, options.reduction);
  });
}
template <class T>
Node<T> gaussian_nll_loss(const Node<T>& yhat, const Node<T>& y, const Node<T>& variance,
                          const GaussianLoss& options) {
  return loss_scope("gaussian_nll_loss", yhat, y, [&] {
    const Node<T> v = maximum(variance, options.eps);
    const Node<T> each = (log(v) + square((yhat - y) / sqrt(v))) / 2;
    const double constant = options.full ? std::log(2 * std::numbers::pi) / 2 : 0;
    return reduce(options.full ? each + constant : each, options.reduction);
  });
}

template <class T>
Node<T> kl_divergence(const Node<T>& log_p, const Node<T>& y, Reduction how, bool log_target) {
  return loss_scope("kl_divergence", log_p, y, [&] {
    if (!log_target) return reduce(xlogy(y, y) - weigh(y, log_p), how);
    const Node<T> p = exp(y);
    // The difference of logarithms first: nearly equal ones cancel exactly.
    return reduce(weigh(p, where(p == 0, 0, y - log_p)), how);
  });
}
template <class T>
Node<T> binary_cross_entropy(const Node<T>& p, const Node<T>& y, const BinaryLoss<T>& options) {
  return loss_scope("binary_cross_entropy", p, y, [&] {
    const Node<T> inside = clamp(p, probability_clamp<T>, 1 - probability_clamp<T>);
    const Node<T> each = -(y * log(inside) + (1 - y) * log1p(-inside));
    return reduce(options.weight * each, options.reduction);
  });
}
template <class T>
Node<T> binary_cross_entropy_from_logits(const Node<T>& z, const Node<T>& y,
                                         const BinaryLoss<T>& options) {
  return loss_scope("binary_cross_entropy_from_logits", z, y, [&] {
    const Node<T> each = logistic_cost(z, y, options.positive_weight);
    return reduce(options.weight * each, options.reduction);
  });
}

template <class T>
Node<T> hinge_loss(const Node<T>& yhat, const Node<T>& y, Reduction how) {
  return loss_scope("hinge_loss", yhat, y, [&] { return reduce(relu(1 - y * yhat), how); });
}
template <class T>
Node<T> hinge_embedding_loss(const Node<T>& x, const Node<T>& y, double margin, Reduction how) {
  return loss_scope("hinge_embedding_loss", x, y,
                    [&] { return reduce(where(y == 1, x, relu(margin - x)), how); });
}
template <class T>
Node<T> soft_margin_loss(const Node<T>& yhat, const Node<T>& y, Reduction how) {
  return loss_scope("soft_margin_loss", yhat, y,
                    [&] { return reduce(softplus(-(y * yhat)), how); });
}

template <class T>
Node<T> margin_ranking_loss(const Node<T>& a, const Node<T>& b, const Node<T>& y, double margin,
                            Reduction how) {
  return loss_scope("margin_ranking_loss", a, b,
                    [&] { return reduce(relu(margin - y * (a - b)), how); });
}
template <class T>
Node<T> cosine_embedding_loss(const Node<T>& a, const Node<T>& b, const Node<T>& y, double margin,
                              Reduction how) {
  return loss_scope("cosine_embedding_loss", a, b, [&] {
    const Node<T> cosine = cosine_similarity(a, b);
    return reduce(where(y == 1, 1 - cosine, relu(cosine - margin)), how);
  });
}
template <class T>
Node<T> triplet_margin_loss(const Node<T>& anchor, const Node<T>& positive, const Node<T>& negative,
                            const TripletLoss& options) {
  check_same_shape("triplet_margin_loss", anchor, negative);
  return loss_scope("triplet_margin_loss", anchor, positive, [&] {
    const auto distance = [&](const Node<T>& a, const Node<T>& b) {
      return pairwise_distance(a, b, options.p, options.eps);
    };
    const Node<T> near = distance(anchor, positive);
    Node<T> far = distance(anchor, negative);
    if (options.swap) far = minimum(far, distance(positive, negative));
    return reduce(relu(options.margin + near - far), options.reduction);
  });
}

#define GLASSGRAD_LOSSES(T)                                                                      \
  template Node<T> reduce(const Node<T>&, Reduction);                                            \
  template Node<T> l1_loss(const Node<T>&, const Node<T>&, Reduction);                           \
  template Node<T> squared_loss(const Node<T>&, const Node<T>&, Reduction);                      \
  template Node<T> smooth_l1_loss(const Node<T>&, const Node<T>&, double, Reduction);            \
  template Node<T> huber_loss(const Node<T>&, const Node<T>&, double, Reduction);                \
  template Node<T> poisson_nll_loss(const Node<T>&, const Node<T>&, const PoissonLoss&);         \
  template Node<T> gaussian_nll_loss(const Node<T>&, const Node<T>&, const Node<T>&,             \
                                     const GaussianLoss&);                                       \
  template Node<T> kl_divergence(const Node<T>&, const Node<T>&, Reduction, bool);               \
  template Node<T> binary_cross_entropy(const Node<T>&, const Node<T>&, const BinaryLoss<T>&);   \
  template Node<T> binary_cross_entropy_from_logits(const Node<T>&, const Node<T>&,              \
                                                    const BinaryLoss<T>&);                       \
  template Node<T> hinge_loss(const Node<T>&, const Node<T>&, Reduction);                        \
  template Node<T> hinge_embedding_loss(const Node<T>&, const Node<T>&, double, Reduction);      \
  template Node<T> soft_margin_loss(const Node<T>&, const Node<T>&, Reduction);                  \
  template Node<T> margin_ranking_loss(const Node<T>&, const Node<T>&, const Node<T>&, double,   \
                                       Reduction);                                               \
  template Node<T> cosine_embedding_loss(const Node<T>&, const Node<T>&, const Node<T>&, double, \
                                         Reduction);                                             \
  template Node<T> triplet_margin_loss(const Node<T>&, const Node<T>&, const Node<T>&,           \
                                       const TripletLoss&);
GLASSGRAD_LOSSES(float)
GLASSGRAD_LOSSES(double)
#undef GLASSGRAD_LOSSES

}  // namespace glassgrad
