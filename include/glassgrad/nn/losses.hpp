// Losses of numbers against numbers, and of pairs and triples: with a reduction to choose. Those of
// the slides, always one number, are in loss.hpp; those with class labels in class_losses.hpp.
// yhat, p: the prediction; y: the target; z: a prediction before its sigmoid. All are compositions
// in a scope of their own name and throw ShapeError where prediction and target differ in shape.
#pragma once

#include "glassgrad/engine/tape.hpp"

namespace glassgrad {

// How the losses of all entries are reduced: not at all, mean, sum, or their sum divided by the
// size of the batch axis.
enum class Reduction { none, mean, sum, batch_mean };
template <class T>
Node<T> reduce(const Node<T>& losses, Reduction how);

// ---- Regression

// |yhat - y|
template <class T>
Node<T> l1_loss(const Node<T>& yhat, const Node<T>& y, Reduction how = Reduction::mean);
// (yhat - y)^2
template <class T>
Node<T> squared_loss(const Node<T>& yhat, const Node<T>& y, Reduction how = Reduction::mean);
// d = |yhat - y|: d^2 / (2 beta) below beta, d - beta / 2 beyond (Girshick 2015); beta 0 is
// l1_loss. Throws ShapeError for a negative beta.
template <class T>
Node<T> smooth_l1_loss(const Node<T>& yhat, const Node<T>& y, double beta = 1,
                       Reduction how = Reduction::mean);
// d^2 / 2 up to delta, delta (d - delta / 2) beyond (Huber 1964). Throws ShapeError unless delta >
// 0.
template <class T>
Node<T> huber_loss(const Node<T>& yhat, const Node<T>& y, double delta = 1,
                   Reduction how = Reduction::mean);

// exp z - y z for a rate exp z, or p - y ln(p + eps) for a rate p; `full` adds Stirling's
// y ln y - y + ln(2 pi y) / 2 where y > 1.
struct PoissonLoss {
  bool log_input = true, full = false;
  double eps = 1e-8;
  Reduction reduction = Reduction::mean;
};
template <class T>
Node<T> poisson_nll_loss(const Node<T>& z, const Node<T>& y, const PoissonLoss& options = {});
// (ln v + (yhat - y)^2 / v) / 2, v = max(variance, eps), which may broadcast; `full` adds
// ln(2 pi) / 2 (Nix and Weigend 1994).
struct GaussianLoss {
  bool full = false;
  double eps = 1e-6;
  Reduction reduction = Reduction::mean;
};
template <class T>
Node<T> gaussian_nll_loss(const Node<T>& yhat, const Node<T>& y, const Node<T>& variance,
                          const GaussianLoss& options = {});

// ---- Distributions and two classes

// y (ln y - log_p), 0 where y is 0; with log_target y is a logarithm too: e^y (y - log_p)
template <class T>
Node<T> kl_divergence(const Node<T>& log_p, const Node<T>& y, Reduction how = Reduction::mean,
                      bool log_target = false);

template <class T>
struct BinaryLoss {
  Node<T> weight = 1, positive_weight = 1;  // of an entry; of y = 1 (from logits only)
  Reduction reduction = Reduction::mean;
};
// -weight (y ln p + (1 - y) ln(1 - p)), p held in [clamp, 1 - clamp] as in loss.hpp
template <class T>
Node<T> binary_cross_entropy(const Node<T>& p, const Node<T>& y, const BinaryLoss<T>& options);
// weight (positive_weight y ln(1 + e^-z) + (1 - y) ln(1 + e^z))
template <class T>
Node<T> binary_cross_entropy_from_logits(const Node<T>& z, const Node<T>& y,
                                         const BinaryLoss<T>& options);

// max(0, 1 - y yhat), y -1 or 1
template <class T>
Node<T> hinge_loss(const Node<T>& yhat, const Node<T>& y, Reduction how = Reduction::mean);
// x where y is 1, max(0, margin - x) where it is -1
template <class T>
Node<T> hinge_embedding_loss(const Node<T>& x, const Node<T>& y, double margin = 1,
                             Reduction how = Reduction::mean);
// ln(1 + e^(-y yhat)), y -1 or 1
template <class T>
Node<T> soft_margin_loss(const Node<T>& yhat, const Node<T>& y, Reduction how = Reduction::mean);

// ---- Pairs and triples: rows along the last axis

// max(0, margin - y (a - b)), y -1 or 1
template <class T>
Node<T> margin_ranking_loss(const Node<T>& a, const Node<T>& b, const Node<T>& y, double margin = 0,
                            Reduction how = Reduction::mean);
// 1 - cos(a, b) where y is 1, max(0, cos(a, b) - margin) elsewhere; one y per row
template <class T>
Node<T> cosine_embedding_loss(const Node<T>& a, const Node<T>& b, const Node<T>& y,
                              double margin = 0, Reduction how = Reduction::mean);
// max(0, margin + |anchor - positive| - |anchor - negative|), p-norms of rows; with `swap` the
// negative's distance to the positive counts where it is smaller (Balntas et al. 2016)
struct TripletLoss {
  double margin = 1, p = 2, eps = 1e-6;
  bool swap = false;
  Reduction reduction = Reduction::mean;
};
template <class T>
Node<T> triplet_margin_loss(const Node<T>& anchor, const Node<T>& positive, const Node<T>& negative,
                            const TripletLoss& options = {});

}  // namespace glassgrad
